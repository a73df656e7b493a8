#include "projections/judgments/retirement.h"

#include <algorithm>
#include <utility>

#include "projections/judgments/not_recorded.h"
#include "projections/judgments/payments.h"

namespace kinledger::projections {
namespace {

using ledger::Date;
using ledger::EventType;
using ledger::Field;

// Packs declare them in the list personStatus.
constexpr std::string_view retirement_status = "retirement";
constexpr std::string_view contribution_status = "contributionMonths";

constexpr std::string_view point_day_of_the_act = "I-09";

/// Finds the last lump sum. What a lump sum comes to is in no document: any that was not paid back
/// is taken for the whole.
void find_lump_sum(const Dossier& person, const ContributionQuestion& question,
                   RetirementContributions& result) {
  const auto payments = payments_of(person, question.jurisdiction);
  for (const auto& fact : person.of(EventType::premium_paid)) {
    if (fact.event.as<ledger::PremiumKind>(Field::kind) != ledger::PremiumKind::retirement_top_up)
      continue;
    const auto payment = std::ranges::find(payments, fact.sequence, &Payment::sequence);
    const bool counts = payment != payments.end() && payment->net().value > 0 &&
                        payment->paid_on <= question.topped_up_by;
    if (!counts) continue;
    result.topped_up_on =
        std::max(result.topped_up_on.value_or(payment->paid_on), payment->paid_on);
    result.steps.front().facts.push_back(fact.sequence);
  }
}

/// The rule of the day of the lump sum says what it gives, of whatever day the retirement is (I-08,
/// I-09).
const Rule& rule_of_lump_sum(Knowledge& knowledge, const ContributionQuestion& question,
                             RetirementContributions& result) {
  const Date paid_on = *result.topped_up_on;
  if (result.rule->governs(paid_on)) return *result.rule;
  for (const Rule* rule : knowledge.rules().rules_of(RuleKind::retirement_contribution,
                                                     question.jurisdiction, paid_on)) {
    auto population = population_ruling(*rule, rule->as<RetirementContribution>().population,
                                        question.person, paid_on, knowledge);
    if (population.truth != Truth::yes) continue;
    append(result.steps, population.steps);
    result.start_backing.add(population.backing);
    rely_on_declared(result.start_backing, point_day_of_the_act, knowledge.rules(),
                     question.jurisdiction);
    return *rule;
  }
  return *result.rule;
}

void find_start(Knowledge& knowledge, const ContributionQuestion& question,
                RetirementContributions& result) {
  const auto& rules = knowledge.rules();
  const bool is_short = *result.shortfall.value > 0;
  if (is_short && !result.topped_up_on) return;
  result.start_backing = result.shortfall.backing;
  if (is_short) result.lump_sum_rule = &rule_of_lump_sum(knowledge, question, result);
  const Rule& rule = is_short ? *result.lump_sum_rule : *result.rule;
  const auto& needed = rule.as<RetirementContribution>();
  if (is_short && needed.starts_natural_month) {
    result.benefits_from = std::max(
        ledger::nth_natural_month(*result.topped_up_on, *needed.starts_natural_month), question.on);
  } else if (!needed.open_point_start.empty()) {
    result.start_open = open_point(needed.open_point_start, rules, question.jurisdiction);
  } else {
    result.start_open = no_rule("没有已采用的规则规定此种情形的退休待遇起始",
                                "no adopted rule says from when such a retiree has benefits");
  }
}

void judge_by_rule(Knowledge& knowledge, const ContributionQuestion& question, Ruling population,
                   RetirementContributions& result) {
  const auto& rules = knowledge.rules();
  result.rule = population.steps.front().rule;
  result.steps = population.steps;
  auto backing = population.backing;
  backing.weaken(ledger::Certainty::derived);
  if (population.truth == Truth::unknown) {
    result.shortfall = Judged<std::int64_t>::open(
        undetermined_by(population, rules, question.jurisdiction), std::move(backing));
    return;
  }
  if (!result.months) {
    result.shortfall =
        Judged<std::int64_t>::open(not_recorded("缴费月数", "months of contributions"));
    return;
  }
  const auto needed = result.rule->as<RetirementContribution>().months;
  result.shortfall = Judged<std::int64_t>::of(std::max<std::int64_t>(needed - *result.months, 0),
                                              std::move(backing));
  find_lump_sum(knowledge.person(question.person), question, result);
  find_start(knowledge, question, result);
}

}  // namespace

const Fact* state_of(const Dossier& person, std::string_view kind, ledger::Date on) {
  const Fact* latest = nullptr;
  for (const auto& fact : person.of(EventType::person_status_recorded)) {
    const auto from = fact.event.envelope().valid_on;
    const auto until = fact.event.date(Field::until);
    const bool holds = (!from || *from <= on) && (!until || on < *until);
    if (!holds || fact.event.text(Field::kind) != kind) continue;
    if (latest == nullptr || from >= latest->event.envelope().valid_on) latest = &fact;
  }
  const bool is_denied = latest != nullptr && latest->event.flag(Field::flag) == false;
  return is_denied ? nullptr : latest;
}

const Fact* retirement_of(const Dossier& person, ledger::Date on) {
  return state_of(person, retirement_status, on);
}

RetirementContributions judge_retirement_contributions(Knowledge& knowledge,
                                                       const ContributionQuestion& question) {
  RetirementContributions result;
  const auto& rules = knowledge.rules();
  const auto& person = knowledge.person(question.person);
  const auto* months = state_of(person, contribution_status, question.on);
  if (months != nullptr) result.months = months->event.integer(Field::months);
  for (const Rule* rule :
       rules.rules_of(RuleKind::retirement_contribution, question.jurisdiction, question.on)) {
    auto population = population_ruling(*rule, rule->as<RetirementContribution>().population,
                                        question.person, question.on, knowledge);
    if (population.truth == Truth::no) continue;
    if (months != nullptr) population.steps.front().facts.push_back(months->sequence);
    judge_by_rule(knowledge, question, std::move(population), result);
    return result;
  }
  result.shortfall = Judged<std::int64_t>::open(no_rule(
      "没有已采用的规则规定退休缴费年限", "no adopted rule sets the months that retirees need"));
  return result;
}

}  // namespace kinledger::projections

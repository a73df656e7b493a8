#include "projections/judgments/retirement.h"

#include <algorithm>
#include <utility>

#include "projections/judgments/not_recorded.h"
#include "projections/judgments/payments.h"

namespace kinledger::projections {
namespace {

using ledger::EventType;
using ledger::Field;

// Packs declare them in the list personStatus.
constexpr std::string_view retirement_status = "retirement";
constexpr std::string_view contribution_status = "contributionMonths";

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

void find_start(const Rulebook& rules, const ContributionQuestion& question,
                RetirementContributions& result) {
  const auto& needed = result.rule->as<RetirementContribution>();
  const bool is_short = *result.shortfall.value > 0;
  if (is_short && !result.topped_up_on) return;
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

void judge_by_rule(const Rulebook& rules, const Dossier& person,
                   const ContributionQuestion& question, Ruling population,
                   RetirementContributions& result) {
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
  find_lump_sum(person, question, result);
  find_start(rules, question, result);
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
    judge_by_rule(rules, person, question, std::move(population), result);
    return result;
  }
  result.shortfall = Judged<std::int64_t>::open(no_rule(
      "没有已采用的规则规定退休缴费年限", "no adopted rule sets the months that retirees need"));
  return result;
}

}  // namespace kinledger::projections

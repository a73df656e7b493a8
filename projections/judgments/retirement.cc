#include "projections/judgments/retirement.h"

#include <algorithm>
#include <utility>

#include "projections/judgments/not_recorded.h"

namespace kinledger::projections {
namespace {

using ledger::EventType;
using ledger::Field;

// Packs declare them in the list personStatus.
constexpr std::string_view retirement_status = "retirement";
constexpr std::string_view contribution_status = "contributionMonths";

}  // namespace

const Fact* state_of(const Dossier& person, std::string_view kind, ledger::Date on) {
  const Fact* latest = nullptr;
  for (const auto& fact : person.of(EventType::person_status_recorded)) {
    const auto from = fact.event.envelope().valid_on;
    if (fact.event.text(Field::kind) != kind || (from && *from > on)) continue;
    if (latest == nullptr || from >= latest->event.envelope().valid_on) latest = &fact;
  }
  return latest;
}

const Fact* retirement_of(const Dossier& person, ledger::Date on) {
  return state_of(person, retirement_status, on);
}

RetirementContributions judge_retirement_contributions(Knowledge& knowledge,
                                                       const ContributionQuestion& question) {
  RetirementContributions result;
  const auto& person = knowledge.person(question.person);
  const auto* months = state_of(person, contribution_status, question.on);
  if (months != nullptr) result.months = months->event.integer(Field::months);
  result.rule = knowledge.rules().first_rule(RuleKind::retirement_contribution,
                                             question.jurisdiction, question.on);
  if (result.rule == nullptr || !result.months) {
    result.shortfall = Judged<std::int64_t>::open(
        result.rule == nullptr ? no_rule("没有已采用的规则规定退休缴费年限",
                                         "no adopted rule sets the months that retirees need")
                               : not_recorded("缴费月数", "months of contributions"));
    return result;
  }
  const auto& needed = result.rule->as<RetirementContribution>();
  auto backing = Backing::of(*result.rule);
  backing.weaken(ledger::Certainty::derived);
  const auto shortfall = std::max<std::int64_t>(needed.months - *result.months, 0);
  result.shortfall = Judged<std::int64_t>::of(shortfall, std::move(backing));
  Step step{.rule = result.rule, .facts = {months->sequence}};
  for (const auto& fact : person.of(EventType::premium_paid)) {
    if (fact.event.as<ledger::PremiumKind>(Field::kind) != ledger::PremiumKind::retirement_top_up ||
        act_date(fact) > question.topped_up_by)
      continue;
    result.topped_up_on = std::max(result.topped_up_on.value_or(act_date(fact)), act_date(fact));
    step.facts.push_back(fact.sequence);
  }
  if (shortfall > 0 && result.topped_up_on) {
    result.benefits_from =
        ledger::nth_natural_month(*result.topped_up_on, needed.starts_natural_month);
  }
  result.steps.push_back(std::move(step));
  return result;
}

}  // namespace kinledger::projections

#include "projections/judgments/subsidy.h"

#include <algorithm>
#include <utility>

#include "projections/judgments/coverage.h"
#include "projections/judgments/eligibility.h"
#include "projections/judgments/units.h"

namespace kinledger::projections {
namespace {

using ledger::Date;

/// That who meets the conditions when enrolling meets them for the year.
constexpr std::string_view point_held_for_the_year = "I-09";

/// What the conditions of one rule are judged from.
struct SubsidyCase : SettlementCase {
  Knowledge& knowledge;
  const Rule& rule;
  const Timeline& timeline;

  const Subsidy& subsidy() const { return rule.as<Subsidy>(); }
  const CoverageYear* enrolled() const { return timeline.of(year, subsidy().scheme); }
};

/// The day of the enrollment that counts for the year, but not before the rule.
Date tested_on(const SubsidyCase& asked) {
  if (asked.subsidy().tested_on == Subsidy::TestedOn::year_end) return ledger::last_day(asked.year);
  const CoverageYear* held = asked.enrolled();
  if (held == nullptr) held = asked.timeline.of(asked.year);
  const Date day = held == nullptr ? ledger::first_day(asked.year) : held->membership.handled_on;
  return std::max(day, asked.rule.from.value_or(day));
}

Ruling refused(const SubsidyCase& asked, Cause cause) {
  Ruling ruling{.truth = Truth::no};
  ruling.backing.weaken(asked.rule.certainty);
  ruling.causes.push_back(std::move(cause));
  ruling.steps.push_back({.rule = &asked.rule});
  return ruling;
}

Ruling scheme_ruling(const SubsidyCase& asked) {
  if (const auto* enrolled = asked.enrolled()) {
    Ruling ruling{.truth = Truth::yes};
    ruling.backing.weaken(asked.rule.certainty);
    ruling.backing.add(enrolled->membership.backing);
    ruling.steps.push_back({.rule = &asked.rule, .facts = enrolled->membership.facts});
    return ruling;
  }
  auto ruling = refused(asked, {"scheme", "该年度未参加可享受单位医疗补助的险种",
                                "not enrolled in the scheme with the subsidy in that year"});
  // Which scheme "enrolled and paid as prescribed" means is what the rule's interpretations say.
  for (const auto& point : asked.rule.interpretations) ruling.backing.rely_on(point);
  const CoverageYear* other = asked.timeline.of(asked.year);
  if (other == nullptr) return ruling;
  ruling.steps.front().facts = other->membership.facts;
  const auto exclusions = asked.knowledge.rules().rules_of(
      RuleKind::subsidy_exclusion, asked.jurisdiction, ledger::last_day(asked.year));
  for (const Rule* exclusion : exclusions) {
    const auto& schemes = exclusion->as<SubsidyExclusion>().schemes;
    if (std::ranges::find(schemes, other->membership.scheme) == schemes.end()) continue;
    ruling.backing.apply(*exclusion);
    ruling.steps.push_back({.rule = exclusion, .facts = other->membership.facts});
  }
  return ruling;
}

Ruling payment_ruling(const SubsidyCase& asked) {
  const auto* enrolled = asked.enrolled();
  if (!enrolled->paid_on) {
    return refused(asked, {"unpaid", "该年度保费未缴清", "the premium of the year is not paid"});
  }
  Ruling ruling{.truth = Truth::yes};
  ruling.backing.weaken(asked.rule.certainty);
  Step step{.rule = &asked.rule};
  for (const auto& payment : enrolled->payments) step.facts.push_back(payment.sequence);
  ruling.steps.push_back(std::move(step));
  return ruling;
}

Ruling unit_ruling(const SubsidyCase& asked, const ReimbursingUnit& unit) {
  const Date on = std::min(ledger::last_day(asked.year), asked.on);
  const auto with_facts = [](Ruling ruling, const std::vector<ledger::Sequence>& facts) {
    for (auto& step : ruling.steps) step.facts.insert(step.facts.end(), facts.begin(), facts.end());
    return ruling;
  };
  if (!unit.unit.value) {
    // Whichever of the parents' units pays: that one is in scope is enough for the subsidy.
    auto scope = parents_scope(asked.knowledge, asked.child, asked.jurisdiction, on);
    if (scope.unit) return with_facts(std::move(scope.ruling), scope.facts);
    Ruling unknown;
    unknown.backing = unit.unit.backing;
    const auto& why = *unit.unit.undetermined;
    unknown.causes.push_back({"binding", why.why.zh, why.why.en});
    return unknown;
  }
  auto ruling = unit_in_scope(asked.knowledge, *unit.unit.value, asked.jurisdiction, on);
  ruling.backing.add(unit.unit.backing);
  return with_facts(std::move(ruling), unit.facts);
}

/// Where a rule takes the subsidy away from who was bound late or not at all.
std::optional<Ruling> binding_ruling(const SubsidyCase& asked) {
  for (const Rule* rule : asked.knowledge.rules().rules_of(
           RuleKind::late_binding, asked.jurisdiction, ledger::last_day(asked.year))) {
    if (!rule->as<LateBinding>().denies_subsidy) continue;
    const auto binding = judge_binding(
        asked.knowledge, {asked.child, asked.jurisdiction, ledger::last_day(asked.year)});
    Ruling ruling{.truth = Truth::yes, .steps = {{.rule = rule}}};
    ruling.backing.apply(*rule);
    ruling.backing.add(binding.timing_backing);
    if (binding.timing == BindingTiming::undetermined) ruling.truth = Truth::unknown;
    if (binding.timing_open) {
      ruling.causes = {{"binding", binding.timing_open->why.zh, binding.timing_open->why.en}};
      ruling.open_point = binding.timing_open->open_point;
    }
    if (binding.timing == BindingTiming::late || binding.timing == BindingTiming::missing) {
      ruling.truth = Truth::no;
      ruling.causes = {{"late_binding", "未按时办理关系绑定", "not bound in time"}};
    }
    return ruling;
  }
  return std::nullopt;
}

std::vector<SubsidyCondition> conditions_of(const SubsidyCase& asked, const ReimbursingUnit& unit) {
  const auto& subsidy = asked.subsidy();
  std::vector<SubsidyCondition> conditions;
  if (subsidy.eligibility_required) {
    const Date tested = tested_on(asked), year_end = ledger::last_day(asked.year);
    const auto on = [&](Date day) {
      return may_join(asked.knowledge, {asked.child, asked.jurisdiction, day}, subsidy.scheme);
    };
    auto ruling = on(tested);
    // Tested once and held for the year: a later birthday changes nothing.
    ruling.may_change_on.reset();
    if (tested != year_end && on(year_end).truth != ruling.truth)
      rely_on_declared(ruling.backing, point_held_for_the_year, asked.knowledge.rules(),
                       asked.jurisdiction);
    conditions.push_back({"eligibility", std::move(ruling)});
  }
  conditions.push_back({"scheme", scheme_ruling(asked)});
  if (subsidy.payment_required && asked.enrolled() != nullptr) {
    conditions.push_back({"payment", payment_ruling(asked)});
  }
  if (subsidy.unit_in_scope_required) conditions.push_back({"unit", unit_ruling(asked, unit)});
  if (auto bound = binding_ruling(asked)) conditions.push_back({"late_binding", *std::move(bound)});
  if (subsidy.condition) {
    conditions.push_back({"condition", ruling_of(asked.rule,
                                                 evaluate(*subsidy.condition, asked.child,
                                                          tested_on(asked), asked.knowledge),
                                                 asked.knowledge.rules())});
  }
  return conditions;
}

/// All must hold. One that fails decides alone, so a "no" is as sure as the surest that fails.
void decide(SubsidyJudgment& result) {
  Ruling& whole = result.ruling;
  whole.truth = Truth::yes;
  const SubsidyCondition* decisive = nullptr;
  for (const auto& condition : result.conditions) {
    whole.truth = all_of(whole.truth, condition.ruling.truth);
    if (condition.ruling.truth != Truth::no) continue;
    if (decisive == nullptr ||
        condition.ruling.backing.certainty < decisive->ruling.backing.certainty) {
      decisive = &condition;
    }
  }
  for (const auto& condition : result.conditions) {
    if (condition.ruling.truth != whole.truth) continue;
    append(whole.steps, condition.ruling.steps);
    if (whole.open_point.empty()) whole.open_point = condition.ruling.open_point;
    whole.causes.insert(whole.causes.end(), condition.ruling.causes.begin(),
                        condition.ruling.causes.end());
    if (decisive == nullptr) whole.backing.add(condition.ruling.backing);
  }
  if (whole.truth == Truth::unknown) whole.backing.weaken(ledger::Certainty::open);
  if (decisive == nullptr) return;
  whole.backing = decisive->ruling.backing;
  result.failing = Failing{decisive->code, {}};
  for (const auto& cause : decisive->ruling.causes) {
    auto& says = result.failing->says;
    if (!says.zh.empty()) {
      says.zh += "；";
      says.en += "; ";
    }
    says.zh += cause.zh;
    says.en += cause.en;
  }
}

}  // namespace

SubsidyJudgment judge_subsidy(Knowledge& knowledge, const SettlementCase& asked,
                              const Timeline& timeline) {
  SubsidyJudgment result;
  if (const auto* held = timeline.of(asked.year)) result.scheme = held->membership.scheme;
  result.unit = reimbursing_unit(knowledge, asked);
  const auto rules = knowledge.rules().rules_of(RuleKind::subsidy, asked.jurisdiction,
                                                ledger::last_day(asked.year));
  if (rules.empty()) {
    result.ruling = no_rule_ruling("没有已采用的规则规定该年度的单位医疗补助",
                                   "no adopted rule gives a subsidy for that year");
    return result;
  }
  std::optional<SubsidyJudgment> best;
  for (const Rule* rule : rules) {
    const SubsidyCase by_rule{asked, knowledge, *rule, timeline};
    SubsidyJudgment judged{.scheme = result.scheme, .unit = result.unit};
    judged.conditions = conditions_of(by_rule, judged.unit);
    decide(judged);
    if (!best || judged.ruling.truth > best->ruling.truth) best = std::move(judged);
  }
  return *std::move(best);
}

SubsidyJudgment judge_subsidy(Knowledge& knowledge, const SettlementCase& asked) {
  return judge_subsidy(knowledge, asked,
                       coverage_timeline(knowledge, asked.child, asked.jurisdiction));
}

}  // namespace kinledger::projections

#include "projections/judgments/eligibility.h"

#include <algorithm>
#include <utility>

namespace kinledger::projections {
namespace {

/// Whether a rule is for the applicant.
Ruling is_for(const Rule& rule, const std::optional<Condition>& population,
              const Applicant& applicant, Knowledge& knowledge) {
  return population_ruling(rule, population, applicant.person, applicant.on, knowledge);
}

/// An option of a rule with a population: both must hold. What fails or is missing is told.
Ruling narrowed(Ruling option, const Ruling& population) {
  if (population.truth == Truth::unknown && option.truth == Truth::yes) {
    option.truth = Truth::unknown;
    option.causes = population.causes;
    option.open_point = population.open_point;
    option.backing.weaken(ledger::Certainty::open);
  }
  option.backing.add({ledger::Certainty::document, population.backing.relies_on});
  if (population.may_change_on &&
      (!option.may_change_on || *population.may_change_on < *option.may_change_on)) {
    option.may_change_on = population.may_change_on;
  }
  return option;
}

}  // namespace

SchemeOptions scheme_options(Knowledge& knowledge, const Applicant& applicant) {
  const auto& [person, jurisdiction, on, registers] = applicant;
  SchemeOptions result;
  std::string open_if_none;
  for (const Rule* rule : knowledge.rules().rules_of(RuleKind::eligibility, jurisdiction, on)) {
    const auto& eligibility = rule->as<Eligibility>();
    const auto population = is_for(*rule, eligibility.population, applicant, knowledge);
    if (population.truth == Truth::no) continue;
    if (population.truth == Truth::yes && !eligibility.open_point_if_none.empty()) {
      open_if_none = eligibility.open_point_if_none;
    }
    for (const auto& option : eligibility.options) {
      auto ruling = narrowed(
          ruling_of(*rule, evaluate(option.condition, person, on, knowledge), knowledge.rules()),
          population);
      const auto known = std::ranges::find(result.options, option.scheme, &SchemeOption::scheme);
      if (known == result.options.end()) {
        result.options.push_back({option.scheme, std::move(ruling)});
      } else {
        merge(known->ruling, std::move(ruling));
      }
    }
  }
  const auto may_be_open = [](const SchemeOption& option) {
    return option.ruling.truth != Truth::no;
  };
  const bool is_none_left = std::ranges::none_of(result.options, may_be_open);
  for (const auto& option : result.options) {
    result.backing.add(option.ruling.backing);
    append(result.steps, option.ruling.steps);
  }
  if (is_none_left && !open_if_none.empty()) {
    result.none_left = open_point(open_if_none, knowledge.rules(), jurisdiction);
    result.backing.rely_on(open_if_none);
    result.backing.weaken(ledger::Certainty::open);
    if (!result.steps.empty()) result.steps.back().open_point = open_if_none;
  }
  return result;
}

Ruling may_join(Knowledge& knowledge, const Applicant& applicant, std::string_view scheme) {
  const auto& [person, jurisdiction, on, registers] = applicant;
  std::optional<Ruling> ruling;
  for (const Rule* rule : knowledge.rules().rules_of(RuleKind::eligibility, jurisdiction, on)) {
    const auto& eligibility = rule->as<Eligibility>();
    for (const auto& option : eligibility.options) {
      if (option.scheme != scheme) continue;
      const auto population = is_for(*rule, eligibility.population, applicant, knowledge);
      if (population.truth == Truth::no) break;
      auto part = narrowed(
          ruling_of(*rule, evaluate(option.condition, person, on, knowledge), knowledge.rules()),
          population);
      if (!ruling) {
        ruling = std::move(part);
      } else {
        merge(*ruling, std::move(part));
      }
    }
  }
  if (ruling) return *std::move(ruling);
  return no_rule_ruling("没有已采用的规则规定此人能否参加该险种",
                        "no adopted rule says whether this person may join the scheme");
}

RouteJudgment enrollment_route(Knowledge& knowledge, const Applicant& applicant,
                               std::string_view scheme) {
  RouteJudgment result;
  std::optional<Ruling> unknown;
  for (const Rule* rule : knowledge.rules().rules_of(RuleKind::enrollment_route,
                                                     applicant.jurisdiction, applicant.on)) {
    const auto& routes = rule->as<EnrollmentRoute>();
    if (routes.registers != applicant.registers) continue;
    const auto population = is_for(*rule, routes.population, applicant, knowledge);
    if (population.truth == Truth::no) continue;
    for (const auto& route : routes.routes) {
      if (std::ranges::find(route.schemes, scheme) == route.schemes.end()) continue;
      auto ruling = narrowed(is_for(*rule, route.condition, applicant, knowledge), population);
      if (ruling.truth == Truth::no) continue;
      if (ruling.truth == Truth::unknown) {
        if (!unknown) unknown = std::move(ruling);
        continue;
      }
      result.route = Judged<Route>::of({route.route, route.obligatory}, ruling.backing);
      result.steps = std::move(ruling.steps);
      return result;
    }
  }
  if (unknown) {
    result.route = Judged<Route>::open(
        undetermined_by(*unknown, knowledge.rules(), applicant.jurisdiction), unknown->backing);
    result.steps = std::move(unknown->steps);
    return result;
  }
  result.is_ruled = false;
  result.route = Judged<Route>::open(
      no_rule("没有已采用的规则规定办理途径", "no adopted rule says by whom it is handed in"));
  return result;
}

NamedChannels enrollment_channels(Knowledge& knowledge, const Applicant& applicant,
                                  std::string_view scheme,
                                  std::optional<ledger::EnrollmentKind> kind) {
  NamedChannels result;
  for (const Rule* rule : knowledge.rules().rules_of(RuleKind::enrollment_channel,
                                                     applicant.jurisdiction, applicant.on)) {
    const auto& named = rule->as<EnrollmentChannel>();
    if (std::ranges::find(named.schemes, scheme) == named.schemes.end()) continue;
    if (is_for(*rule, named.population, applicant, knowledge).truth != Truth::yes) continue;
    result.backing.apply(*rule);
    result.steps.push_back({.rule = rule});
    for (const auto& entry : named.entries) {
      const bool is_for_it = !kind || entry.kinds.empty() ||
                             std::ranges::find(entry.kinds, *kind) != entry.kinds.end();
      if (!is_for_it) continue;
      result.channels.insert(result.channels.end(), entry.channels.begin(), entry.channels.end());
    }
  }
  return result;
}

}  // namespace kinledger::projections

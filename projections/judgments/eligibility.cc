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

/// Whether the rule is for the applicant is not known, and so neither what it says.
void leave_open(Ruling& option, const Ruling& population) {
  option.truth = Truth::unknown;
  option.causes = population.causes;
  option.open_point = population.open_point;
  option.backing.weaken(ledger::Certainty::open);
}

/// An option of a rule with a population: both must hold. What fails or is missing is told.
Ruling narrowed(Ruling option, const Ruling& population) {
  if (population.truth == Truth::unknown && option.truth == Truth::yes) {
    leave_open(option, population);
  }
  option.backing.add({ledger::Certainty::document, population.backing.relies_on});
  if (population.may_change_on &&
      (!option.may_change_on || *population.may_change_on < *option.may_change_on)) {
    option.may_change_on = population.may_change_on;
  }
  return option;
}

void add_option(std::vector<SchemeOption>& options, const std::string& scheme, Ruling ruling) {
  const auto known = std::ranges::find(options, scheme, &SchemeOption::scheme);
  if (known == options.end()) {
    options.push_back({scheme, std::move(ruling)});
  } else {
    merge(known->ruling, std::move(ruling));
  }
}

bool has_option(const Eligibility& eligibility, std::string_view scheme) {
  return std::ranges::find(eligibility.options, scheme, &Eligibility::Option::scheme) !=
         eligibility.options.end();
}

struct RuledOptions {
  std::vector<SchemeOption> options;  ///< in the order of the rules; each scheme once
  std::string open_if_none;
};

/// What the rules say about one scheme, or about all of them if `scheme` is empty.
RuledOptions ruled_options(Knowledge& knowledge, const Applicant& applicant,
                           std::string_view scheme) {
  const auto& [person, jurisdiction, on, registers] = applicant;
  RuledOptions result;
  // Denied by rules that may not be for the applicant: they deny it or say nothing, which matters
  // only where no other rule speaks.
  std::vector<SchemeOption> unsure;
  for (const Rule* rule : knowledge.rules().rules_of(RuleKind::eligibility, jurisdiction, on)) {
    const auto& eligibility = rule->as<Eligibility>();
    if (!scheme.empty() && !has_option(eligibility, scheme)) continue;
    const auto population = is_for(*rule, eligibility.population, applicant, knowledge);
    if (population.truth == Truth::no) continue;
    if (population.truth == Truth::yes && !eligibility.open_point_if_none.empty()) {
      result.open_if_none = eligibility.open_point_if_none;
    }
    for (const auto& option : eligibility.options) {
      if (!scheme.empty() && option.scheme != scheme) continue;
      auto ruling = narrowed(
          ruling_of(*rule, evaluate(option.condition, person, on, knowledge), knowledge.rules()),
          population);
      const bool is_unsure = population.truth == Truth::unknown && ruling.truth == Truth::no;
      if (is_unsure) leave_open(ruling, population);
      add_option(is_unsure ? unsure : result.options, option.scheme, std::move(ruling));
    }
  }
  for (auto& option : unsure) {
    const bool is_ruled = std::ranges::find(result.options, option.scheme, &SchemeOption::scheme) !=
                          result.options.end();
    if (!is_ruled) result.options.push_back(std::move(option));
  }
  return result;
}

}  // namespace

SchemeOptions scheme_options(Knowledge& knowledge, const Applicant& applicant) {
  auto [options, open_if_none] = ruled_options(knowledge, applicant, {});
  SchemeOptions result;
  result.options = std::move(options);
  const auto may_be_open = [](const SchemeOption& option) {
    return option.ruling.truth != Truth::no;
  };
  const bool is_none_left = std::ranges::none_of(result.options, may_be_open);
  for (const auto& option : result.options) {
    result.backing.add(option.ruling.backing);
    append(result.steps, option.ruling.steps);
  }
  if (is_none_left && !open_if_none.empty()) {
    result.none_left = open_point(open_if_none, knowledge.rules(), applicant.jurisdiction);
    result.backing.rely_on(open_if_none);
    result.backing.weaken(ledger::Certainty::open);
    if (!result.steps.empty()) result.steps.back().open_point = open_if_none;
  }
  return result;
}

Ruling may_join(Knowledge& knowledge, const Applicant& applicant, std::string_view scheme) {
  auto options = ruled_options(knowledge, applicant, scheme).options;
  if (!options.empty()) return std::move(options.front().ruling);
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
  bool is_ruled = false;
  for (const Rule* rule : knowledge.rules().rules_of(RuleKind::enrollment_channel,
                                                     applicant.jurisdiction, applicant.on)) {
    const auto& named = rule->as<EnrollmentChannel>();
    if (std::ranges::find(named.schemes, scheme) == named.schemes.end()) continue;
    is_ruled = true;
    const auto population = is_for(*rule, named.population, applicant, knowledge);
    if (population.truth == Truth::no) continue;
    const bool is_certain = population.truth == Truth::yes;
    if (is_certain) {
      result.backing.apply(*rule);
      result.steps.push_back({.rule = rule});
    } else if (!result.open) {
      result.open = undetermined_by(population, knowledge.rules(), applicant.jurisdiction);
    }
    auto& channels = is_certain ? result.channels : result.perhaps;
    for (const auto& entry : named.entries) {
      const bool is_for_it = !kind || entry.kinds.empty() ||
                             std::ranges::find(entry.kinds, *kind) != entry.kinds.end();
      if (!is_for_it) continue;
      for (const auto& channel : entry.channels)
        if (std::ranges::find(channels, channel) == channels.end()) channels.push_back(channel);
    }
  }
  if (is_ruled && result.steps.empty() && !result.open)
    result.open =
        no_rule("文件未载明此人的办理渠道", "the documents name no channel for this person");
  return result;
}

}  // namespace kinledger::projections

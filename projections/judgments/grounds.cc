#include "projections/judgments/grounds.h"

#include <algorithm>
#include <utility>

#include "projections/knowledge.h"

namespace kinledger::projections {

void Backing::weaken(ledger::Certainty to) { certainty = std::max(certainty, to); }

void Backing::rely_on(std::string_view point) {
  if (point.empty()) return;
  weaken(ledger::Certainty::interpretation);
  const auto at = std::ranges::lower_bound(relies_on, point);
  if (at == relies_on.end() || *at != point) relies_on.emplace(at, point);
}

void Backing::rely_on(const Reading& reading) {
  rely_on(reading.point);
  rely_on(reading.alternative);
}

void Backing::apply(const Rule& rule) {
  weaken(rule.certainty);
  for (const auto& point : rule.interpretations) rely_on(point);
}

void Backing::add(const Backing& other) {
  weaken(other.certainty);
  for (const auto& point : other.relies_on) rely_on(point);
}

void append(Steps& steps, const Steps& more) {
  steps.insert(steps.end(), more.begin(), more.end());
}

void add_facts(std::vector<ledger::Sequence>& facts, const Steps& steps) {
  for (const auto& step : steps) facts.insert(facts.end(), step.facts.begin(), step.facts.end());
}

Ruling ruling_of(const Rule& rule, Verdict verdict, const Rulebook& rules) {
  Ruling ruling{.truth = verdict.truth,
                .causes = std::move(verdict.causes),
                .may_change_on = verdict.may_change_on};
  ruling.backing.apply(rule);
  for (const auto& id : verdict.interpretations) {
    ruling.backing.rely_on(id);
    const auto* point = rules.point(rule.jurisdiction, id);
    if (point == nullptr) continue;
    ruling.backing.rely_on(point->alternative);
    if (ruling.truth == Truth::unknown && point->open) ruling.open_point = id;
  }
  if (ruling.truth == Truth::unknown) ruling.backing.weaken(ledger::Certainty::open);
  ruling.steps.push_back({.rule = &rule,
                          .facts = std::move(verdict.evidence),
                          .interpretations = std::move(verdict.interpretations),
                          .open_point = ruling.open_point});
  return ruling;
}

Ruling population_ruling(const Rule& rule, const std::optional<Condition>& population,
                         const ledger::PersonId& person, ledger::Date on, Knowledge& knowledge) {
  if (population) {
    return ruling_of(rule, evaluate(*population, person, on, knowledge), knowledge.rules());
  }
  return {.truth = Truth::yes, .backing = Backing::of(rule), .steps = {{.rule = &rule}}};
}

bool merge(Ruling& whole, Ruling part) {
  const auto soonest = [&] {
    if (!whole.may_change_on) return part.may_change_on;
    return part.may_change_on ? std::min(whole.may_change_on, part.may_change_on)
                              : whole.may_change_on;
  }();
  const bool is_surer = part.truth == Truth::yes && whole.truth == Truth::yes &&
                        part.backing.certainty < whole.backing.certainty;
  const bool takes_over = part.truth > whole.truth || is_surer;
  if (takes_over) {
    whole = std::move(part);
  } else if (part.truth == whole.truth && part.truth != Truth::yes) {
    whole.backing.add(part.backing);
    whole.causes.insert(whole.causes.end(), part.causes.begin(), part.causes.end());
    if (whole.open_point.empty()) whole.open_point = part.open_point;
    append(whole.steps, part.steps);
  }
  whole.may_change_on = soonest;
  return takes_over;
}

const Rule* rule_saying(const Rulebook& rules, std::string_view id, const Rule& main,
                        ledger::Date on) {
  const auto parts = rules.rule(id, on);
  const auto at = std::ranges::find(parts, main.jurisdiction, &Rule::jurisdiction);
  return at == parts.end() ? &main : *at;
}

Ruling no_rule_ruling(std::string zh, std::string en) {
  Ruling unknown;
  unknown.backing.weaken(ledger::Certainty::open);
  unknown.causes.push_back({"no_rule", std::move(zh), std::move(en)});
  return unknown;
}

Undetermined undetermined_by(const Ruling& ruling, const Rulebook& rules,
                             ledger::Area jurisdiction) {
  Undetermined why{.open_point = ruling.open_point};
  const bool lacks_a_rule = !ruling.causes.empty() && ruling.causes.front().code == "no_rule";
  if (why.open_point.empty() && !lacks_a_rule &&
      rules.point(jurisdiction, point_incomplete_facts) != nullptr) {
    why.open_point = point_incomplete_facts;
  }
  for (const auto& cause : ruling.causes) {
    if (!why.why.zh.empty()) {
      why.why.zh += "；";
      why.why.en += "; ";
    }
    why.why.zh += cause.zh;
    why.why.en += cause.en;
  }
  return why;
}

Undetermined missing(const Cause& cause, const Rulebook& rules, ledger::Area jurisdiction) {
  return undetermined_by({.causes = {cause}}, rules, jurisdiction);
}

Undetermined open_point(std::string_view point, const Rulebook& rules, ledger::Area jurisdiction) {
  Undetermined open{.open_point = std::string(point)};
  if (const auto* declared = rules.point(jurisdiction, point)) open.why = declared->says;
  return open;
}

Undetermined no_rule(std::string zh, std::string en) {
  return {.why = {std::move(zh), std::move(en)}};
}

void rely_on_declared(Backing& backing, std::string_view point, const Rulebook& rules,
                      ledger::Area jurisdiction) {
  if (rules.point(jurisdiction, point) != nullptr) backing.rely_on(point);
}

ledger::Area jurisdiction_of(const Dossier& dossier, const Rulebook& rules) {
  const Fact* latest = nullptr;
  for (const auto& fact : dossier.facts()) {
    if (latest == nullptr || fact.sequence > latest->sequence) latest = &fact;
  }
  if (latest != nullptr) return latest->event.envelope().jurisdiction;
  const auto regions = rules.jurisdictions();
  return regions.empty() ? ledger::Area{} : regions.front();
}

bool is_about(const Fact& fact, const Dossier& dossier, ledger::Area jurisdiction) {
  const auto person = fact.event.person(ledger::Field::person);
  return person && dossier.names(*person) && fact.event.envelope().jurisdiction == jurisdiction;
}

}  // namespace kinledger::projections

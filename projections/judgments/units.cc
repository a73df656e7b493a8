#include "projections/judgments/units.h"

#include <algorithm>
#include <utility>

#include "projections/judgments/employment.h"

namespace kinledger::projections {
namespace {

using ledger::Area;
using ledger::Date;
using ledger::Field;

bool is_in_force(const ledger::EventView& event, Date on) {
  const auto from = event.envelope().valid_on;
  const auto until = event.date(Field::until);
  return (!from || *from <= on) && (!until || on < *until);
}

/// Of the facts of a type the one in force on a date, namely the last to begin; null if there is
/// none.
const Fact* last_in_force(const Dossier& unit, ledger::EventType type, Date on) {
  const Fact* found = nullptr;
  for (const auto& fact : unit.of(type)) {
    if (!is_in_force(fact.event, on)) continue;
    const bool begins_later =
        found == nullptr || fact.event.envelope().valid_on >= found->event.envelope().valid_on;
    if (begins_later) found = &fact;
  }
  return found;
}

/// Whether an entry of the office list is for the unit.
Truth fits(const Office::Entry& entry, const UnitState& unit) {
  Truth truth = Truth::yes;
  if (!entry.fiscal_levels.empty()) {
    const bool is_listed =
        std::ranges::find(entry.fiscal_levels, unit.fiscal_level) != entry.fiscal_levels.end();
    truth = unit.fiscal_level.empty() ? Truth::unknown : truth_of(is_listed);
  }
  if (entry.area) truth = all_of(truth, contains(*entry.area, unit.area));
  return truth;
}

Undetermined unit_not_recorded(const Rulebook& rules, Area jurisdiction) {
  const Cause cause{"unit", "未登记：单位类型、财政级次和区域",
                    "not recorded: type, fiscal level and area of the unit"};
  return missing(cause, rules, jurisdiction);
}

}  // namespace

std::optional<UnitState> unit_state(const Dossier& unit, Date on) {
  const Fact* found = last_in_force(unit, ledger::EventType::unit_recorded, on);
  if (found == nullptr) return std::nullopt;
  const auto& event = found->event;
  return UnitState{.sequence = found->sequence,
                   .number = std::string(event.text(Field::unit_number)),
                   .name = std::string(event.text(Field::name)),
                   .type = std::string(event.text(Field::unit_type)),
                   .fiscal_level = std::string(event.text(Field::fiscal_level)),
                   .full_guarantee = event.flag(Field::full_guarantee),
                   .area = event.area(Field::area).value_or(Area{})};
}

std::optional<OrganisationState> organisation_state(const Dossier& organisation, Date on) {
  const Fact* found = last_in_force(organisation, ledger::EventType::organisation_recorded, on);
  if (found == nullptr) return std::nullopt;
  const auto& event = found->event;
  return OrganisationState{.sequence = found->sequence,
                           .name = std::string(event.text(Field::name)),
                           .kind = std::string(event.text(Field::kind)),
                           .area = event.area(Field::area).value_or(Area{})};
}

Area jurisdiction_of_unit(Knowledge& knowledge, const ledger::UnitId& unit) {
  const auto& itself = knowledge.unit_itself(unit);
  return jurisdiction_of(itself.facts().empty() ? knowledge.unit(unit) : itself, knowledge.rules());
}

Ruling unit_in_scope(Knowledge& knowledge, const ledger::UnitId& unit, Area jurisdiction, Date on) {
  std::optional<Ruling> ruling;
  for (const Rule* rule : knowledge.rules().rules_of(RuleKind::unit_scope, jurisdiction, on)) {
    auto part = ruling_of(*rule, evaluate(rule->as<UnitScope>().condition, unit, on, knowledge),
                          knowledge.rules());
    // The text says who is meant; that others are not follows from it.
    if (part.truth == Truth::no) part.backing.weaken(ledger::Certainty::derived);
    if (ruling) {
      merge(*ruling, std::move(part));
    } else {
      ruling = std::move(part);
    }
  }
  if (ruling) return *std::move(ruling);
  return no_rule_ruling("没有已采用的规则规定适用单位范围",
                        "no adopted rule says which units are in scope");
}

ParentsScope parents_scope(Knowledge& knowledge, const ledger::PersonId& child, Area jurisdiction,
                           Date on) {
  ParentsScope scope;
  scope.ruling.backing.weaken(ledger::Certainty::open);
  scope.ruling.causes = {
      {"employment", "未登记：父母所在单位", "not recorded: the unit that a parent works for"}};
  for (auto& employer : units_of_parents(knowledge, child, jurisdiction, on)) {
    auto ruling = unit_in_scope(knowledge, employer.unit, jurisdiction, on);
    if (scope.unit && ruling.truth <= scope.ruling.truth) continue;
    scope = {std::move(ruling), employer.unit, std::move(employer.facts)};
  }
  return scope;
}

OfficeJudgment serving_office(Knowledge& knowledge, const ledger::UnitId& unit, Area jurisdiction,
                              Date on) {
  OfficeJudgment result;
  const auto& rules = knowledge.rules();
  const auto state = unit_state(knowledge.unit_itself(unit), on);
  if (!state) {
    result.office = Judged<ServingOffice>::open(unit_not_recorded(rules, jurisdiction));
    return result;
  }
  for (const Rule* rule : rules.rules_of(RuleKind::office, jurisdiction, on)) {
    auto backing = Backing::of(*rule);
    for (const auto& entry : rule->as<Office>().entries) {
      const Truth truth = fits(entry, *state);
      if (truth == Truth::no) continue;
      // Of a unit no block is recorded: that it lies in none of them is inferred.
      if (!entry.block.empty()) {
        result.alternatives.emplace_back(entry.block, ServingOffice{entry.name, entry.address});
        backing.weaken(ledger::Certainty::derived);
        continue;
      }
      result.steps.push_back({.rule = rule, .facts = {state->sequence}});
      if (truth == Truth::unknown) {
        result.office =
            Judged<ServingOffice>::open(unit_not_recorded(rules, jurisdiction), backing);
      } else if (!entry.open_point.empty()) {
        result.steps.back().open_point = entry.open_point;
        result.office =
            Judged<ServingOffice>::open(open_point(entry.open_point, rules, jurisdiction), backing);
      } else {
        result.office = Judged<ServingOffice>::of({entry.name, entry.address}, backing);
      }
      return result;
    }
  }
  result.office = Judged<ServingOffice>::open(no_rule(
      "没有已采用的规则列出该单位的经办机构", "no adopted rule lists an office for this unit"));
  return result;
}

}  // namespace kinledger::projections

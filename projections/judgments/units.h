// Units (单位): what is recorded of them on a date, whether the programme is for their employees'
// children, and which office serves them.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ledger/calendar.h"
#include "projections/judgments/grounds.h"
#include "projections/knowledge.h"

namespace kinledger::projections {

/// The UnitRecorded in force on a date.
struct UnitState {
  ledger::Sequence sequence;
  std::string number;
  std::string name;
  std::string type;
  std::string fiscal_level;
  std::optional<bool> full_guarantee;
  ledger::Area area;
};
std::optional<UnitState> unit_state(const Dossier& unit, ledger::Date on);

/// The OrganisationRecorded in force on a date: a school, an agency, a bank.
struct OrganisationState {
  ledger::Sequence sequence;
  std::string name;
  std::string kind;
  ledger::Area area;
};
std::optional<OrganisationState> organisation_state(const Dossier& organisation, ledger::Date on);

/// The pooling region whose rules govern the unit: that of the latest fact about the unit itself;
/// of a unit that was never recorded, of the latest fact that names it.
ledger::Area jurisdiction_of_unit(Knowledge& knowledge, const ledger::UnitId& unit);

Ruling unit_in_scope(Knowledge& knowledge, const ledger::UnitId& unit, ledger::Area jurisdiction,
                     ledger::Date on);

/// Whether a recorded parent of the child works for a unit in scope on the date: one is enough.
struct ParentsScope {
  Ruling ruling;
  std::optional<ledger::UnitId> unit = {};  ///< the one that decides
  std::vector<ledger::Sequence> facts = {};
};
ParentsScope parents_scope(Knowledge& knowledge, const ledger::PersonId& child,
                           ledger::Area jurisdiction, ledger::Date on);

struct ServingOffice {
  Label name;
  std::string address;
};
struct OfficeJudgment {
  Judged<ServingOffice> office;
  /// Those of the blocks that the unit may lie in, by block: none is recorded of a unit.
  std::vector<std::pair<std::string, ServingOffice>> alternatives;
  Steps steps;
};
OfficeJudgment serving_office(Knowledge& knowledge, const ledger::UnitId& unit,
                              ledger::Area jurisdiction, ledger::Date on);

}  // namespace kinledger::projections

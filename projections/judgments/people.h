// Who is meant where somebody asks about a unit or a division: the people whom a unit's records
// name, and whoever and whatever lies in a division (区划).
#pragma once

#include <vector>

#include "ledger/calendar.h"
#include "ledger/types.h"
#include "projections/knowledge.h"

namespace kinledger::projections {

/// The persons whom the unit's records name, ascending.
std::vector<ledger::PersonId> people_of(const Dossier& unit);

/// A unit or organisation lies in a division of GB/T 2260 when it is recorded there on the date; a
/// person by such a unit, or by what is recorded of where they live, learn or were treated.
bool lies_in_division(Knowledge& knowledge, const Subject& subject, ledger::Area division,
                      ledger::Date on);

}  // namespace kinledger::projections

// The numbers (单位编号) by which people know the units that an answer names.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "projections/answer.h"
#include "projections/knowledge.h"

namespace kinledger::projections {

/// Adds the units that a value holds, those of rows too.
void collect_units(const Value& value, std::set<ledger::UnitId>& units);
/// Ascending by unit, from the latest record of each; a unit without a recorded number is left out.
/// References to dossiers are invalid afterwards.
std::vector<std::pair<ledger::UnitId, std::string>> numbers_of(
    Knowledge& knowledge, const std::set<ledger::UnitId>& units);
/// Fills Answer::unit_numbers.
void name_units(Knowledge& knowledge, Answer& answer);

}  // namespace kinledger::projections

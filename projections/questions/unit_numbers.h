// The numbers (单位编号) by which people know the units that an answer names.
#pragma once

#include "projections/answer.h"
#include "projections/knowledge.h"

namespace kinledger::projections {

/// Fills Answer::unit_numbers, ascending by unit, from the latest record of each unit. References
/// to dossiers are invalid afterwards.
void name_units(Knowledge& knowledge, Answer& answer);

}  // namespace kinledger::projections

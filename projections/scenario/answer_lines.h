// An answer as the lines of a scenario that expects all of it.
#pragma once

#include <vector>

#include "projections/answer.h"
#include "projections/scenario/names.h"
#include "projections/scenario/run_scenario.h"

namespace kinledger::projections {

/// Each field with its certainty and alternatives, each cell of its rows, then what can be expected
/// of the whole answer. Why a value is undetermined, and what the failing condition says, are the
/// comments.
std::vector<AnswerLine> lines_of(const Answer& answer, const Names& names);

}  // namespace kinledger::projections

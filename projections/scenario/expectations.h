// Compares an answer with what a scenario expects of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/refusal.h"
#include "projections/answer.h"
#include "projections/scenario/names.h"
#include "projections/scenario/run_scenario.h"
#include "projections/scenario/scenario.h"

namespace kinledger::projections {

/// Why a path cannot be compared with answers of the question; nothing where it can. Code:
/// SCENARIO_FIELD.
std::optional<ledger::Reason> fault_of_path(const Question& question, std::string_view path);

/// A value as scenarios write it: "2021-10-01", "250.00", "yes", "undetermined O-08", a code, a
/// name; lists with commas.
std::string written(const Value& value, const Names& names);
/// "interpretation I-06 O-01"
std::string written(ledger::Certainty certainty, const std::vector<std::string>& points);

/// Appends a difference for each expectation that does not hold.
void compare(const Answer& answer, const std::vector<Expectation>& expectations, const Names& names,
             std::vector<ScenarioDifference>& differences);

}  // namespace kinledger::projections

// Runs scenarios: a temporary ledger with a simulated clock and seeded keys for each, its events
// handed in one by one, its questions asked at their bases.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/refusal.h"
#include "ledger/result.h"
#include "projections/answer.h"
#include "projections/declarations.h"
#include "projections/scenario/scenario.h"

namespace kinledger::projections {

/// Gives the text of a pack by the name or path that a scenario writes.
using PackSource = std::function<ledger::Parsed<std::string>(std::string_view name)>;

/// A built-in pack by its name, else a file by its path, relative to `directory`.
PackSource packs_beside(std::filesystem::path directory);

struct ScenarioOptions {
  PackSource packs;
  /// The temporary ledgers are made in it and removed again; empty: the system's own.
  std::filesystem::path temporary = {};
  bool keeps_answers = false;  ///< all of them, whatever is expected
};

/// Something that came out otherwise than the scenario says.
struct ScenarioDifference {
  std::uint32_t line = 0;
  Label says;
};

/// A line that a scenario could expect of an answer, and what a reader may want to know of it.
struct AnswerLine {
  std::string text;  ///< "coveredFrom = 2021-10-01"
  Label comment;     ///< may be empty
};

struct ScenarioAnswer {
  std::uint32_t line = 0;  ///< of the question
  Answer answer;
  std::vector<AnswerLine> lines;
};

struct ScenarioOutcome {
  std::string title;
  std::uint32_t line = 0;
  std::uint32_t expectations = 0;  ///< compared
  std::vector<ScenarioDifference> differences = {};
  std::vector<ScenarioAnswer> answers = {};  ///< of the questions that were not refused
};

/// An Error only when the temporary ledger cannot be made or read.
ledger::Result<ScenarioOutcome> run_scenario(const Scenario& scenario,
                                             const ScenarioOptions& options);

}  // namespace kinledger::projections

// Scenarios (情景): cases of a policy as text that a policy officer reads and writes: facts with
// their dates, questions, expected answers. Each case runs on a ledger of its own with a simulated
// clock, through the same submissions, projections and questions as everything else.
//
//   scenario: paid on 1 April waits six months
//   pack: hangzhou-2021
//   2021-01-05 PersonRegistered child birthDate=2012-06-15
//   2021-04-01 PremiumPaid child insuranceYear=2021 amount=250 as payment
//   ask coverage child on 2021-12-31
//     coveredFrom = 2021-10-01
//     coveredFrom.certainty = interpretation I-06
//
// The whole format: docs/SCENARIOS.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "ledger/calendar.h"
#include "ledger/catalogue.h"
#include "ledger/refusal.h"
#include "projections/questions.h"

namespace kinledger::projections {

inline constexpr std::size_t scenario_file_bytes_max = std::size_t{4} << 20;
inline constexpr std::size_t scenario_line_bytes_max = 4'000;
inline constexpr std::size_t scenarios_max = 2'000;        ///< of one file
inline constexpr std::size_t scenario_steps_max = 10'000;  ///< of one scenario
inline constexpr std::size_t scenario_persons_max = 999;   ///< of one scenario
inline constexpr std::size_t scenario_errors_max = 1'000;  ///< of one file; later ones are not told

/// name=value, both as written.
using Setting = std::pair<std::string, std::string>;

/// One event recorded on a day.
struct FactStep {
  std::uint32_t line = 0;
  ledger::Date recorded_on;
  const ledger::TypeInfo* type = nullptr;  ///< EventVoided for a void
  std::vector<std::string> names;          ///< of persons and units, without a field
  std::vector<Setting> settings;
  std::string corrects;  ///< label of the fact that this restates or voids
  std::string label;     ///< by which later lines name the fact; may be empty
  std::string refused;   ///< code with which it must be refused; empty: it must be recorded
};

/// A pack adopted on a day later than the first.
struct AdoptStep {
  std::uint32_t line = 0;
  ledger::Date recorded_on;
  std::string pack;
};

/// PATH = VALUE below a question.
struct Expectation {
  std::uint32_t line = 0;
  std::string path;
  std::string value;
};

struct AskStep {
  std::uint32_t line = 0;
  const Question* question = nullptr;
  std::vector<std::string> names;
  std::vector<Setting> settings;
  ledger::Date on;
  std::string known;    ///< a basis as users write it; empty: everything above the line
  std::string refused;  ///< code with which the question must be refused
  std::vector<Expectation> expectations;
};

using ScenarioStep = std::variant<FactStep, AdoptStep, AskStep>;

struct Scenario {
  std::uint32_t line = 0;
  std::string title;
  std::vector<std::string> packs;
  std::vector<ScenarioStep> steps;
};

/// What is wrong with a line, as its author can put it right.
struct ScenarioError {
  std::uint32_t line = 0;  ///< 1-based
  ledger::Reason reason;
};

struct ScenarioFile {
  std::vector<Scenario> scenarios;
  std::vector<ScenarioError> errors;  ///< by line; with any the scenarios are not to be run
};

/// Any bytes may be passed. Codes:
///   SCENARIO_SIZE, SCENARIO_LINE_TOO_LONG, SCENARIO_TOO_MANY, TEXT_*
///   SCENARIO_LINE       not a line of the format, or not in this place
///   SCENARIO_DATE       not a date, or before that of the line above
///   SCENARIO_TYPE       no event of that name
///   SCENARIO_FIELD      the event or the question has no such field or argument
///   SCENARIO_NAME       a person or unit that no line above introduces
///   SCENARIO_LABEL      a fact that no line above names, or a label used twice
///   SCENARIO_QUESTION   no question of that name
ScenarioFile parse_scenarios(std::string_view text);

}  // namespace kinledger::projections

// Steps (办理事项) that are due for a member's insurance year: by when, whether they were done, and
// in which order they come.
#pragma once

#include <optional>
#include <vector>

#include "ledger/calendar.h"
#include "projections/judgments/grounds.h"
#include "projections/knowledge.h"

namespace kinledger::projections {

struct DueStep {
  Milestones::Step step{};
  std::optional<ledger::Date> from = {};
  ledger::Date to = {};
  /// False: the documents recommend it, or it is a step towards a card that the person has already.
  bool obligatory = true;
  std::optional<ledger::Date> done_on = {};
  std::optional<bool> met = {};  ///< absent: not done, and still time
  std::optional<ledger::Sequence> sequence = {};
};

/// The steps of one rule, as of a date.
struct RuleSteps {
  Ruling population;           ///< whether the rule is for the person
  std::vector<DueStep> steps;  ///< in the order of the rule; none where it is not
};
RuleSteps steps_by(const Rule& rule, Knowledge& knowledge, const ledger::PersonId& person,
                   ledger::Date on);

/// The steps of all rules that are for the person in an insurance year.
struct StepsJudgment {
  std::vector<DueStep> steps;
  Ruling all_met;
};
StepsJudgment due_steps(Knowledge& knowledge, const ledger::PersonId& person,
                        ledger::Area jurisdiction, ledger::Year year, ledger::Date on);
Word word_of(Milestones::Step step);

/// Whose steps.
struct StepCase {
  Knowledge& knowledge;
  ledger::PersonId person;
  ledger::Area jurisdiction;
};

/// First day on which the step was done, up to `by`, and the fact that says so. A payment is done
/// when the premium is paid in full. Card materials are handed in and sent: where the unit's batch
/// is recorded, its day counts.
struct DoneStep {
  ledger::Date on;
  ledger::Sequence sequence;
};
std::optional<DoneStep> step_done(const StepCase& of, Milestones::Step step,
                                  std::optional<ledger::Year> year, ledger::Date by);

/// Whether every step that the rules put before `step` was done by `at`.
Ruling steps_before(Milestones::Step step, const StepCase& of, ledger::Date at);

}  // namespace kinledger::projections

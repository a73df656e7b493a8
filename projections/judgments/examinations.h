// Free physical examinations (免费体检): entitlement on a date, and those that were taken.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ledger/calendar.h"
#include "projections/judgments/coverage.h"
#include "projections/judgments/grounds.h"
#include "projections/knowledge.h"

namespace kinledger::projections {

struct ExaminationJudgment {
  Ruling entitled;
  std::string scheme;                      ///< of the person on the date; empty: none
  std::optional<ledger::Date> last_taken;  ///< on or before the date
  std::optional<ledger::Date> next_from;   ///< first day of the next entitlement, once used up
};
ExaminationJudgment judge_examination(Knowledge& knowledge, const ledger::PersonId& person,
                                      ledger::Area jurisdiction, ledger::Date on);

/// An examination that was taken on a day on which a rule spoke of free ones.
struct ExaminationTaken {
  ledger::Sequence sequence = {};
  ledger::Date on = {};
  const Rule* rule = nullptr;
  std::string scheme = {};    ///< of the membership on the day; empty: none
  bool scheme_has_it = true;  ///< false: a member of a scheme that the rule does not name
  /// Not more often than the rule says. Those before it count where the rule was in force.
  Ruling in_turn = {};
  std::optional<ledger::Date> previous = {};   ///< the last one that counts
  std::optional<ledger::Date> free_from = {};  ///< when not in turn: first day of the next one
};
/// Up to a date, by date.
std::vector<ExaminationTaken> examinations_taken(const Rulebook& rules, const Dossier& person,
                                                 ledger::Area jurisdiction,
                                                 const Timeline& timeline, ledger::Date on);

}  // namespace kinledger::projections

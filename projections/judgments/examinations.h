// Free physical examinations (免费体检): entitlement on a date.
#pragma once

#include <optional>
#include <string>

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

}  // namespace kinledger::projections

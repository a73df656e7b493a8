// Newborns (新生儿): the rules that let them join at another time than everybody else.
#pragma once

#include <optional>
#include <vector>

#include "ledger/calendar.h"
#include "projections/judgments/grounds.h"
#include "projections/knowledge.h"

namespace kinledger::projections {

/// The coverage rules of an insurance year that newborns can fall under; of those without a year
/// the ones in force on the date.
std::vector<const Rule*> newborn_rules(const Rulebook& rules, ledger::Area jurisdiction,
                                       ledger::Year year, ledger::Date on);

/// Last day (inclusive) on which a newborn can be applied for by a coverage rule; nothing where it
/// sets none, open where it speaks of a prescribed time without saying it.
Judged<ledger::Date> last_day_to_apply(const Rule& rule, ledger::Date born, const Rulebook& rules);

struct Application {
  ledger::Date on;
  std::optional<bool> within_prescribed_time;  ///< as the agency states
};
/// Whether that was in time by a coverage rule: by its last day, else as the agency states; nothing
/// where the rule asks for neither.
Judged<bool> applied_in_time(const Rule& rule, const Judged<ledger::Date>& last_day,
                             const Application& application, const Rulebook& rules);

}  // namespace kinledger::projections

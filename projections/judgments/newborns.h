// Newborns (新生儿): the rules that let them join at another time than everybody else.
#pragma once

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
/// sets none.
Judged<ledger::Date> last_day_to_apply(const Rule& rule, ledger::Date born, const Rulebook& rules);

}  // namespace kinledger::projections

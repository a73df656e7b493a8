// Suspension (暂停待遇): the days on which the members of an employer in arrears have no benefits.
#pragma once

#include <optional>
#include <vector>

#include "ledger/calendar.h"
#include "projections/judgments/grounds.h"
#include "projections/knowledge.h"

namespace kinledger::projections {

struct Suspension {
  ledger::Interval period;
  Codes schemes;  ///< whose benefits are suspended
  /// Set where it is not known, or not said, whether they are.
  std::optional<Undetermined> open;
  Backing backing;
  Steps steps;
};

/// Through each employer that is recorded for the person, while the person works there. What is not
/// known to be paid is not paid, once the day on which it is due is over on `asked_on`. What was
/// paid in full before a suspension could begin suspends nobody.
std::vector<Suspension> suspensions_of(Knowledge& knowledge, const ledger::PersonId& person,
                                       ledger::Date asked_on);

}  // namespace kinledger::projections

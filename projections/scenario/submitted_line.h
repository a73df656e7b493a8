// From a line of a scenario to the event that it hands in, read by the same reader as a submission
// in JSON, so that a scenario is refused what everybody is refused.
#pragma once

#include <string>
#include <vector>

#include "ledger/intake/submitted_event.h"
#include "ledger/submission.h"
#include "projections/scenario/names.h"
#include "projections/scenario/scenario.h"

namespace kinledger::projections {

struct SubmittedLine {
  ledger::SubmittedEvent event;
  std::vector<ledger::intake::FieldFault> faults;  ///< with any the event is not to be used
};

/// Names without a field go to the fields of the type that hold persons or units, in their order.
/// Without validOn the event happened on the day on which it was recorded.
SubmittedLine submitted(const FactStep& step, const Names& names);

/// The name that a registration of a person or unit introduces; empty for other events.
std::string introduced_name(const FactStep& step);

/// The person or unit that a registration introduces gets its made-up number.
void introduce(const FactStep& step, Names& names);

}  // namespace kinledger::projections

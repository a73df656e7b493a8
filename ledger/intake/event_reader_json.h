// One event of a submission, from its JSON object. The codes are those of
// ledger/intake/submission_json.h.
#pragma once

#include <boost/json/object.hpp>
#include <vector>

#include "ledger/calendar.h"
#include "ledger/intake/submitted_event.h"
#include "ledger/submission.h"

namespace kinledger::ledger::intake {

/// Reads the event into `event` and appends what is wrong to `faults`, each with the path within
/// the event; empty: the event as a whole. Looking ends beyond refusals_shown_max. With faults the
/// event is not to be used. Pure; any thread.
void read_event(const boost::json::object& json, Date today, SubmittedEvent& event,
                std::vector<FieldFault>& faults);

}  // namespace kinledger::ledger::intake

// Goes through the journal's events one by one.
#pragma once

#include <functional>

#include "ledger/event.h"
#include "ledger/journal.h"

namespace kinledger::ledger {

/// Calls `visit` with events [from, until) of the journal in order. `corrupt` at the first one that
/// cannot be read. The view is valid during the call.
Result<void> read_events(const Journal& journal, Sequence from, TreeSize until,
                         const std::function<void(Sequence, const EventView&)>& visit);

}  // namespace kinledger::ledger

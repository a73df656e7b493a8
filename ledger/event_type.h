// The type of an event that is stored, without reading the rest of it.
#pragma once

#include "ledger/event_names.h"
#include "ledger/types.h"

namespace kinledger::ledger {

/// For passing over many events: nothing else of the bytes is looked at, which may lie at any
/// address. Precondition: they are an event that EventView::read() accepts.
EventType stored_type(ByteView event);

}  // namespace kinledger::ledger

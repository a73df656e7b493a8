// A stored event as JSON, for histories and streams:
//
//   {"type": "PremiumPaid", "sequence": 118, "recordedAt": "2021-04-05T01:02:03.000000Z",
//    "validOn": "2021-03-31", "fact": "…", "submission": "…", "ordinal": 0, "count": 1,
//    "actor": "…", "jurisdiction": "330100", "sourceRow": 4,
//    "person": "…", "insuranceYear": 2021, "amount": "250.00", "payerKind": "guardian",
//    "correction": {"replaces": 97, "cause": "wrongAmount", "authority": "agency",
//                   "authorityDocument": "…", "formerPersons": ["…"], "formerUnits": ["…"],
//                   "formerPersonYear": 2021, "formerUnitYear": 2021}}
//
// The fields of the body by their names in the catalogue and in its order, those that are absent
// left out. Ids, digests and keys are hexadecimal; amounts are yuan, decimal; enumerations are by
// name; identity is not in events and so not here. An id that the schema keeps in two halves
// (ledgerHigh, ledgerLow) is one member, without the ending.
#pragma once

#include <boost/json/object.hpp>

#include "ledger/event.h"
#include "ledger/types.h"

namespace kinledger::ledger::intake {

/// The members in the order above. Text that is not UTF-8, which only a damaged event can hold, is
/// left out. Pure; any thread.
boost::json::object event_to_json(const EventView& event, Sequence sequence);

}  // namespace kinledger::ledger::intake

// The history (履历) of a person or unit: every event that ever named it, in the order in which it
// was recorded, with what replaced it since and the digests that prove it. Versions that no longer
// count are in it.
#pragma once

#include <boost/json/object.hpp>
#include <functional>

#include "ledger/event.h"
#include "ledger/result.h"
#include "projections/naming.h"

namespace kinledger::projections {

/// One event of a history.
struct HistoryEntry {
  ledger::Sequence sequence;
  /// The event (ledger/intake/event_json.h) and "replacedBy", a sequence or null; "leafHash", hex;
  /// "sourceDigest", hex or null.
  boost::json::object json;
  const ledger::TypeInfo* type = nullptr;  ///< never null
};

/// Calls `show` with each entry from sequence `from` on that is known at `known`, ascending, until
/// it returns false. `invalid` when one subject has more than dossier_events_max.
ledger::Result<void> read_history(Archive& archive, const SubjectId& subject,
                                  ledger::TreeSize known, ledger::Sequence from,
                                  const std::function<bool(const HistoryEntry&)>& show);

}  // namespace kinledger::projections

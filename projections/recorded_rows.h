// Rows that are recorded already: a list handed in again inside a longer one must not pay a premium
// twice. A row is recorded when an event that says the same (type, subjects, date, every field)
// stands in the ledger, also when a correction replaced it since; one that was voided may be
// recorded anew. Who did pay twice on one day hands in what tells the two apart, an order number.
#pragma once

#include <cstdint>
#include <vector>

#include "ledger/submission.h"
#include "projections/knowledge.h"

namespace kinledger::projections {

struct RecordedRow {
  std::uint32_t row = 0;  ///< of the source file
  ledger::Sequence sequence;
};

/// By row. Corrections are left out: a second one is a conflict by itself.
std::vector<RecordedRow> recorded_rows(const ledger::Preview& preview, Knowledge& knowledge);

}  // namespace kinledger::projections

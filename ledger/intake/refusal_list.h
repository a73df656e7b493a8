// The refusals of one document: as many as anybody reads are kept, those beyond are counted.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "ledger/refusal.h"
#include "ledger/submission.h"

namespace kinledger::ledger::intake {

struct RefusalList {
  std::vector<Refusal> shown;  ///< the first refusals_shown_max
  std::uint64_t count = 0;     ///< of all that were found

  void add(Refusal refusal) {
    ++count;
    if (shown.size() < refusals_shown_max) shown.push_back(std::move(refusal));
  }
  bool empty() const { return count == 0; }
  /// Nothing more that is found would be shown: looking can end.
  bool is_full() const { return count > refusals_shown_max; }
};

}  // namespace kinledger::ledger::intake

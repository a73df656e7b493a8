// The refusals of one document: all are counted, as many as anybody reads are kept.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "ledger/refusal.h"
#include "ledger/submission.h"

namespace kinledger::ledger::intake {

struct RefusalList {
  std::vector<Refusal> shown;  ///< the first refusals_shown_max
  std::uint64_t count = 0;     ///< of all

  void add(Refusal refusal) {
    ++count;
    if (shown.size() < refusals_shown_max) shown.push_back(std::move(refusal));
  }
  bool empty() const { return count == 0; }
};

}  // namespace kinledger::ledger::intake

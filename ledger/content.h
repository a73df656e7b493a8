// The content of a submission, for its digest: what was handed in, in one form, whatever the order
// of the fields and without the rows of the file, so that the same content saved again is the same.
#pragma once

#include <vector>

#include "ledger/refusal.h"
#include "ledger/submission.h"
#include "ledger/types.h"

namespace kinledger::ledger {

struct Content {
  Hash digest;
  std::vector<Refusal> repeated;  ///< ROW_TWICE, for each event that came before
};

/// Pure function of the submission's events. The digest must be kept under a key: it is over
/// identity numbers.
Content content_of(const Submission& submission);

}  // namespace kinledger::ledger

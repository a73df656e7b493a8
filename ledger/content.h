// The content of a submission, for its digest: what was handed in, in one form, whatever the order
// of the fields and without the rows of the file, so that the same content saved again is the same.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ledger/refusal.h"
#include "ledger/submission.h"
#include "ledger/types.h"

namespace kinledger::ledger {

/// Appends bytes that are equal for equal events and only for them, whatever the order in which
/// their fields were set; the source row does not count. Fields go by their names, so that the
/// bytes stay the same when the catalogue grows.
void append_content(const SubmittedEvent& event, std::string& bytes);

/// ROW_TWICE: what a row says was said by an earlier one of the same submission.
Reason row_twice(std::uint64_t first);

struct Content {
  Hash digest;
  std::vector<Refusal> repeated;  ///< ROW_TWICE, for each event that came before
};

/// Pure function of the submission's events. The digest must be kept under a key: it is over
/// identity numbers.
Content content_of(const Submission& submission);

}  // namespace kinledger::ledger

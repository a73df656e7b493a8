// What the ledger asks of findings (审计问题) before it takes what is said of them: a number means
// one finding, a check that they name must be one, and a finding is not closed while its check
// still reports.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "ledger/refusal.h"
#include "ledger/result.h"
#include "ledger/submission.h"
#include "projections/archive.h"
#include "projections/checks/run_checks.h"

namespace kinledger::projections {

using FindingNumbers = std::set<std::string, std::less<>>;

/// A finding as it was opened: the check that it names, and whom it is about.
struct LinkedCheck {
  const Check* check = nullptr;  ///< null where it names none
  CheckScope scope;
  ledger::Sequence opened;  ///< the record that opened the finding, whatever corrected that since
  ledger::Date opened_on;
};
/// By the number: of several findings the last opened that names a check, else the last opened.
using LinkedChecks = std::map<std::string, LinkedCheck, std::less<>>;
/// Of those of the numbers that there are findings of; all units are looked through for them once.
/// `asking` must be able to list the units.
ledger::Result<LinkedChecks> linked_checks(Asking& asking, const FindingNumbers& numbers);

/// Whether the submission says anything that a FindingGate looks at.
bool is_about_findings(const ledger::Submission& submission);

/// Codes:
///   CHECK_UNKNOWN            FindingOpened names a check that there is none of
///   FINDING_NUMBER_TAKEN     FindingOpened, and there is a finding of that number
///   FINDING_DUE_EARLY        FindingOpened, due before it was opened
///   FINDING_UNKNOWN          FindingClosed, and there is no finding of that number
///   FINDING_CLOSED_EARLY     FindingClosed, on a day before it was opened
///   FINDING_CLOSED_AT_ONCE   FindingClosed, in the submission that opens it with a check
///   FINDING_STILL_REPORTED   FindingClosed, and the check that the finding names still finds
///                            something on the day of closing or today, as known at the basis
/// What the submission itself corrects does not count yet: close in a later one. A finding that it
/// opens does.
///
/// Borrows the archive and the submission. Thread rule: one thread.
class FindingGate {
 public:
  FindingGate(Archive& archive, const ledger::Submission& submission);

  /// As known at a basis, which is not behind the one asked about before.
  ledger::Result<std::vector<ledger::Refusal>> refusals(ledger::TreeSize basis);

 private:
  /// Brings known_ up to the basis of `asking`.
  ledger::Result<void> know(Asking& asking);

  Archive& archive_;
  const ledger::Submission& submission_;
  const ledger::Date today_;
  LinkedChecks known_;
  ledger::TreeSize known_at_;  ///< none before the first question
};

}  // namespace kinledger::projections

// What the ledger asks of findings (审计问题) before it takes what is said of them: a number means
// one finding, a check that they name must be one, and a finding is not closed while its check
// still reports.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "ledger/refusal.h"
#include "ledger/result.h"
#include "ledger/submission.h"
#include "projections/archive.h"
#include "projections/checks/run_checks.h"

namespace kinledger::projections {

/// A finding as it was opened: the check that it names, and whom it is about.
struct LinkedCheck {
  const Check* check = nullptr;  ///< null where it names none
  CheckScope scope;
  ledger::Sequence opened;  ///< the record that opened the finding
  ledger::Date opened_on;
};
/// Of the finding's last record that names a check, else of its last record; nothing where there is
/// no such finding. `asking` must be able to list the units.
ledger::Result<std::optional<LinkedCheck>> linked_check(Asking& asking, std::string_view finding);

/// Whether the submission says anything that refused_findings() looks at.
bool is_about_findings(const ledger::Submission& submission);

/// Codes:
///   CHECK_UNKNOWN            FindingOpened names a check that there is none of
///   FINDING_NUMBER_TAKEN     FindingOpened, and there is a finding of that number
///   FINDING_DUE_EARLY        FindingOpened, due before it was opened
///   FINDING_UNKNOWN          FindingClosed, and there is no finding of that number
///   FINDING_CLOSED_EARLY     FindingClosed, on a day before it was opened
///   FINDING_CLOSED_AT_ONCE   FindingClosed, in the submission that opens it with a check
///   FINDING_STILL_REPORTED   FindingClosed, and the check that the finding names still finds
///                            something on the day of closing or today, as known now
/// What the submission itself corrects does not count yet: close in a later one. A finding that it
/// opens does.
ledger::Result<std::vector<ledger::Refusal>> refused_findings(Archive& archive,
                                                              const ledger::Submission& submission);

}  // namespace kinledger::projections

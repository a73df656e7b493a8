// What the ledger asks of findings (审计问题) before it takes what is said of them: a check that
// they name must be one, and a finding is not closed while its check still reports.
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

/// The check that a finding names, and whom it is about.
struct LinkedCheck {
  const Check* check = nullptr;
  CheckScope scope;
  ledger::Sequence opened;  ///< the record that opened the finding
  ledger::Date opened_on;
};
/// Of the finding's last record that names a check; nothing where none does, or there is no such
/// finding. `asking` must be able to list the units.
ledger::Result<std::optional<LinkedCheck>> linked_check(Asking& asking, std::string_view finding);

/// Whether the submission says anything that refused_findings() looks at.
bool is_about_findings(const ledger::Submission& submission);

/// Codes:
///   CHECK_UNKNOWN            FindingOpened names a check that there is none of
///   FINDING_STILL_REPORTED   FindingClosed, and the check that the finding names still finds
///                            something on the day of closing, as known now
/// What the submission itself corrects does not count yet: close in a later one.
ledger::Result<std::vector<ledger::Refusal>> refused_findings(Archive& archive,
                                                              const ledger::Submission& submission);

}  // namespace kinledger::projections

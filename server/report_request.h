// A report (报表) at a basis, wherever its rows come from: what the ledger records, or the access
// journal beside it.
#pragma once

#include <optional>

#include "projections/archive.h"
#include "projections/reports/make_report.h"
#include "server/access_log.h"

namespace kinledger::server {

struct ReportRequest {
  const projections::Report* report = nullptr;
  projections::Arguments arguments;
  ledger::TreeSize known;
  /// Of a report of the access journal: how far it is read; absent: as far as it goes now.
  std::optional<projections::JournalState> journal;
};

/// Leaves no record. The outer result is a fault, the inner one a refusal; see
/// projections::make_report().
ledger::Result<ledger::Parsed<projections::MadeReport>> make_report(const ReportRequest& request,
                                                                    projections::Archive& archive,
                                                                    AccessLog& log);

}  // namespace kinledger::server

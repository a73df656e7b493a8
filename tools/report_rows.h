// Makes a report of an open ledger, wherever its rows come from.
#pragma once

#include <optional>

#include "projections/reports/make_report.h"
#include "tools/command.h"
#include "tools/open_ledger.h"

namespace kinledger::tools {

struct ReportRequest {
  const projections::Report* report = nullptr;
  projections::Arguments arguments;
  ledger::TreeSize known;
  /// Of a report of the access journal: how far it is read; absent: as far as it goes now.
  std::optional<projections::JournalState> journal;
};

/// Leaves a record in the access journal first, named `operation`. A refusal or fault is told.
Told<projections::MadeReport> make_report(const ReportRequest& request, std::string_view operation,
                                          OpenLedger& opened, Terminal& terminal);

/// Adds names and numbers, after a record for each person; see add_identities().
Told<void> open_identities(projections::MadeReport& made, const ReportRequest& request,
                           OpenLedger& opened, Terminal& terminal);

}  // namespace kinledger::tools

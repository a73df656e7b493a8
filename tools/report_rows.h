// Makes a report of an open ledger, after a record of who asked for it.
#pragma once

#include "server/report_request.h"
#include "tools/command.h"
#include "tools/open_ledger.h"

namespace kinledger::tools {

/// Leaves a record in the access journal first, named `operation`. A refusal or fault is told.
Told<projections::MadeReport> make_report(server::ReportRequest request, std::string_view operation,
                                          OpenLedger& opened, Terminal& terminal);

/// Adds names and numbers, after a record for each person; see add_identities().
Told<void> open_identities(projections::MadeReport& made, const server::ReportRequest& request,
                           OpenLedger& opened, Terminal& terminal);

}  // namespace kinledger::tools

// Puts a report on record: that it was made, with its digest, and to whom it was handed.
#pragma once

#include <string>

#include "projections/reports/manifest.h"
#include "tools/command.h"
#include "tools/open_ledger.h"

namespace kinledger::tools {

/// Records ReportRecorded; a report that is recorded already is not recorded again. With a
/// `recipient` (a code of the list authority) ComplianceReportIssued too, once for each day.
Exit record_report(const projections::Manifest& manifest, const std::string& recipient,
                   OpenLedger& opened, Terminal& terminal);

}  // namespace kinledger::tools

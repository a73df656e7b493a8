// A report as CSV (RFC 4180): one heading line in the reader's language, the rows, and a last line
// that says the end. The manifest is a file beside it: list.csv, list.manifest.json.
#pragma once

#include <filesystem>

#include "ledger/refusal.h"
#include "ledger/result.h"
#include "projections/reports/report_file.h"

namespace kinledger::projections {

std::filesystem::path manifest_path(const std::filesystem::path& csv);
ledger::Result<void> write_report_csv(const MadeReport& made, const std::filesystem::path& path,
                                      const ReportLook& look);
ledger::Parsed<MadeReport> read_report_csv(const std::filesystem::path& path);

}  // namespace kinledger::projections

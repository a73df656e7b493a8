// A report as a workbook: a sheet to read and print, with the totals and the end below the rows,
// and a sheet that explains it and holds the manifest.
#pragma once

#include <filesystem>

#include "ledger/refusal.h"
#include "ledger/result.h"
#include "projections/reports/report_file.h"

namespace kinledger::projections {

ledger::Result<void> write_report_workbook(const MadeReport& made,
                                           const std::filesystem::path& path, Language language);
/// Also after a spreadsheet program saved it again, as long as no cell of the two sheets changed.
ledger::Parsed<MadeReport> read_report_workbook(const std::filesystem::path& path);

}  // namespace kinledger::projections

// Reports as files (报表文件): workbooks, CSV with its manifest beside it, JSON, NDJSON, and HTML
// to be printed; and read back from them. docs/FORMAT.md, "Reports".
//
// A file is there in full or not at all, and says where it ends. The same report in the same
// language is the same bytes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

#include "ledger/refusal.h"
#include "ledger/result.h"
#include "projections/answer.h"
#include "projections/reports/make_report.h"

namespace kinledger::projections {

enum class ReportFormat : std::uint8_t { xlsx, csv, json, ndjson, html };

/// By the extension of the path; nothing for any other.
std::optional<ReportFormat> report_format_of(const std::filesystem::path& path);

struct ReportLook {
  Language language = Language::zh;
  bool byte_order_mark = false;  ///< of CSV
};

/// Fails as ledger::intake::WholeFile does, and with `invalid` for what a workbook cannot hold.
ledger::Result<void> write_report(const MadeReport& made, const std::filesystem::path& path,
                                  ReportFormat format, const ReportLook& look);

/// Whether the file is a report as far as its beginning and what lies beside it tell.
bool is_report_file(const std::filesystem::path& path);

/// The report that a file holds: its manifest, and its rows turned back into their canonical form.
/// Whether they are those that the manifest speaks of is told by fault_of(). Refused:
///   REPORT_FORMAT     not a report, cut off, or not as write_report() writes it
///   REPORT_MANIFEST   the manifest is missing or was changed
///   those of ledger/intake/row_source.h for workbooks and CSV
ledger::Parsed<MadeReport> read_report(const std::filesystem::path& path);

/// Nothing when number, totals and digest of the rows are those of the manifest. Codes:
/// REPORT_ROWS, REPORT_TOTALS, REPORT_DIGEST.
std::optional<ledger::Reason> fault_of(const MadeReport& read);

/// What is wrong with a report that was read, `made` being the same one made again: the first row
/// that differs (REPORT_ROW), else what else does (REPORT_MANIFEST). What stands beside the rows,
/// and which version of the program wrote them, is not compared.
std::optional<ledger::Reason> difference(const MadeReport& read, MadeReport made);

}  // namespace kinledger::projections

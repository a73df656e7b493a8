// A report as HTML to be printed: A4, heading repeated and pages numbered, a block for signatures,
// the manifest at the end. Everything is escaped, nothing is loaded, there are no scripts.
//
// A reader may be deceived by more than a cell, so a file is the report only if every byte of it is
// what write_report_html() writes.
#pragma once

#include <string_view>

#include "ledger/refusal.h"
#include "projections/reports/report_file.h"
#include "projections/reports/report_lines.h"

namespace kinledger::projections {

inline constexpr std::string_view report_html_begin = "<!DOCTYPE html>\n";

ledger::Result<void> write_report_html(const MadeReport& made, Language language, const Out& out);
ledger::Parsed<MadeReport> read_report_html(std::string_view text);

}  // namespace kinledger::projections

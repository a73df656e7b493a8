// A report as JSON or NDJSON, line by line as it is written; one row is one line in both.
//
//   JSON     {"manifest":MANIFEST,        NDJSON   {"manifest":MANIFEST}
//            "rows":[                              ROW
//            ROW,                                  ROW
//            ROW                                   {"end":2}
//            ],
//            "end":2}
//
// A row is its canonical form, with "identity": {column: {"name", "number"}} in it where names and
// numbers were asked for.
#pragma once

#include <functional>
#include <string_view>

#include "ledger/refusal.h"
#include "projections/reports/report_file.h"

namespace kinledger::projections {

/// With what both begin.
inline constexpr std::string_view report_lines_begin = "{\"manifest\":";

/// Takes the text piece by piece.
using Out = std::function<ledger::Result<void>(std::string_view)>;

ledger::Result<void> write_report_json(const MadeReport& made, const Out& out);
ledger::Result<void> write_report_ndjson(const MadeReport& made, const Out& out);
/// Of either.
ledger::Parsed<MadeReport> read_report_lines(std::string_view text);

}  // namespace kinledger::projections

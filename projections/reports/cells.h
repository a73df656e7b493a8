// One cell of a report as a reader sees it (单元格), and back. What is shown is the value as it is,
// or the word for it (projections/reports/words.h) in the reader's language; "none" is an empty
// cell. Whoever reads a file need not know its language.
//
// Pure functions; any thread.
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/intake/row_source.h"
#include "ledger/money.h"
#include "projections/answer.h"
#include "projections/reports/manifest.h"

namespace kinledger::projections {

/// An amount as a report writes it, perhaps with a minus sign before it; nothing when it is none.
std::optional<ledger::Fen> signed_yuan(std::string_view text);

/// A number (money without separators, counts), a date, a text, or empty.
ledger::intake::Cell shown(const boost::json::value& value, const ReportColumn& column,
                           const Words& words, Language language);
/// The value of a cell that shown() made, also after a spreadsheet program stored 250.00 as 250.
/// A cell that it never makes gives a value that is none of the report's.
boost::json::value value_of(const ledger::intake::Cell& cell, const ReportColumn& column,
                            const Words& words);

/// The cells of a row in its canonical form. Precondition: it is one.
std::vector<ledger::intake::Cell> cells_of(const std::string& row, const Manifest& manifest,
                                           Language language);
/// The row in its canonical form, of as many cells as there are columns.
std::string row_of(const std::vector<ledger::intake::Cell>& cells, const Manifest& manifest);

}  // namespace kinledger::projections

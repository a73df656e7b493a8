// What every file of a report says around its rows.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "ledger/intake/row_source.h"
#include "ledger/refusal.h"
#include "projections/reports/make_report.h"

namespace kinledger::projections {

/// Refusal REPORT_FORMAT.
ledger::Reason not_a_report();

/// "单位 / unit"
std::string in_both(const Label& label);
/// What the last line says.
Label end_words(std::uint64_t rows);
/// Title, dates, basis and the like, in both languages: label and value.
std::vector<std::pair<Label, std::string>> facts_of(const Manifest& manifest);
/// The sums of the summed columns, in the columns' places; nothing where none is summed. The first
/// cell says what it is.
std::vector<ledger::intake::Cell> total_cells(const Manifest& manifest);

}  // namespace kinledger::projections

// Reports (报表): lists for settlement, finance, education and audit, each with a manifest that
// says from what it was made. A report is put together from the answers to questions, from what
// checks found, and from figures as they are recorded; it judges nothing itself.
//
// Rows hold pseudonyms, unit ids and numbers, no names: they are the same bytes for the same report
// at the same basis, on any machine. docs/REPORTS.md lists them all.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "ledger/result.h"
#include "projections/answer.h"
#include "projections/questions.h"

namespace kinledger::projections {

class RowBook;

struct Report {
  /// Name, titles and arguments; not to be asked.
  Question asks;
  /// Grows with every change of the columns or of which rows there are.
  std::uint32_t version = 1;
  std::vector<Heading> columns = {};
  /// Columns of money and counts whose sums the manifest states.
  std::vector<std::string_view> summed = {};
  /// Columns for each of whose values it states the rows and sums.
  std::vector<std::string_view> grouped_by = {};
  /// Checks that it is made from; it is offered where the program has them.
  std::vector<std::string_view> checks = {};
  /// Adds the rows. Null: they are of the access journal, which lies above this layer
  /// (projections/reports/supervision_reports.cc). Fails only with a fault of the store.
  ledger::Result<void> (*make)(Asking& asking, const Arguments& arguments, RowBook& rows) = nullptr;

  std::string_view name() const { return asks.name; }
};

/// Those that are offered, in the order of the list. Built once at first use, constant afterwards.
std::span<const Report> reports();
/// Null when there is none of that name.
const Report* find_report(std::string_view name);

}  // namespace kinledger::projections

// The rows of a report in their canonical form, of which its digest is taken: each row is the
// canonical JSON (ledger/json.h) of an object with the columns' names and the values in the shape
// that answers have (docs/QUESTIONS.md). An empty text and an empty list are "none".
//
// Thread rule: one thread; books of several are put together in a fixed order.
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "ledger/types.h"
#include "projections/answer.h"
#include "projections/reports/words.h"

namespace kinledger::projections {

/// Rows of one report: a sheet of a workbook has room for them. A report with more is refused.
inline constexpr std::size_t report_rows_max = 1'000'000;

class RowBook {
 public:
  explicit RowBook(std::span<const Heading> columns) : columns_(columns) {}

  std::span<const Heading> columns() const { return columns_; }
  /// Rows go by `key`; those of one key stay in the order in which they were added. Of more than
  /// report_rows_max rows the rest is only counted.
  void add(const Row& row, std::string key = {});
  void append(RowBook more);
  /// Rows that were left out where they come from: there are more than a report has room for.
  void count_further(std::size_t rows) { count_ += rows; }

  std::size_t size() const { return count_; }
  const std::set<ledger::UnitId>& units() const { return units_; }
  Words& words() { return words_; }
  /// In their order; the book is empty afterwards.
  std::vector<std::string> take_rows();

 private:
  std::span<const Heading> columns_;
  std::vector<std::pair<std::string, std::string>> rows_;  // key, canonical JSON
  std::size_t count_ = 0;
  Words words_;
  std::set<ledger::UnitId> units_;
};

}  // namespace kinledger::projections

// The files that an import makes beside what it records (副本): the refused rows or lines as they
// were, to be put right and handed in again, and a workbook with all rows and their errors.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "ledger/intake/csv_writer.h"
#include "ledger/intake/form_rows.h"
#include "ledger/intake/row_source.h"
#include "projections/import_file.h"

namespace kinledger::projections {

/// The refused rows of a table, as CSV with its header and a column of errors. One thread.
class RejectedRows {
 public:
  /// With the rows above the table's first one.
  static ledger::Result<std::unique_ptr<RejectedRows>> create(
      const std::string& table, const ledger::intake::FormOptions& form,
      const ImportRequest& request);

  ledger::Result<void> add(const ledger::intake::Row& row,
                           std::span<const ledger::Refusal> refusals);
  ledger::Result<void> finish() { return writer_->finish(); }

 private:
  RejectedRows(std::unique_ptr<ledger::intake::CsvWriter> writer, std::size_t columns,
               Language language)
      : writer_(std::move(writer)), columns_(columns), language_(language) {}

  const std::unique_ptr<ledger::intake::CsvWriter> writer_;
  const std::size_t columns_;  ///< of the header; the errors stand behind them
  const Language language_;
};

/// The refused lines of a file of them, into `to`.
ledger::Result<void> write_rejected_lines(const std::string& from, const std::string& to,
                                          std::vector<std::uint64_t> lines);

/// ImportRequest::annotate, unless it is empty. A file that is no table has no rows to copy:
/// ImportRequest::warn is told.
ledger::Result<void> write_annotated(const std::string& table,
                                     const ledger::intake::FormOptions& form,
                                     const ImportRequest& request,
                                     const ledger::intake::RefusalList& refusals);

/// The files that the request asks for, of an import that somebody else did: the refusals are all
/// that is known of it.
ledger::Result<void> write_copies(const std::string& path, const ImportRequest& request,
                                  const ledger::intake::RefusalList& refusals, bool holds_lines);

}  // namespace kinledger::projections

// The rows of a table as events, one after the other: the form recognised, its block read, blank
// rows and notes passed over.
//
// Refusal codes: those of form_header.h, form_block.h, form_row.h and row_source.h; and
//   FORMAT_NAME        there is no form of the name that was asked for
//   FORM_UNIT_MISSING  a registration form without a unit number
//   FORM_DATE_MISSING  a registration form without a date
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ledger/intake/fields.h"
#include "ledger/intake/form_header.h"
#include "ledger/intake/form_row.h"
#include "ledger/intake/row_source.h"
#include "ledger/refusal.h"
#include "ledger/submission.h"

namespace kinledger::ledger::intake {

/// How to read a table.
struct FormOptions {
  std::string format;                ///< name of the form; empty: recognised
  std::optional<std::string> sheet;  ///< of a workbook; without it the first visible one
  Date today;                        ///< nobody is born later
  CodeOfLabel code_of;               ///< see ledger/intake/fields.h

  // For registration forms on which they were left out; recorded as missing parts all the same.
  std::optional<std::string> unit_number;
  std::optional<Date> form_date;
};

class FormRows;

/// Rows ready to be read, or why they cannot be; never both.
struct OpenedRows {
  std::unique_ptr<FormRows> rows;
  std::vector<Refusal> refusals;
};

/// One thread at a time. The file must not change until the object is destroyed.
class FormRows {
 public:
  static OpenedRows open(const std::filesystem::path& path, const FormOptions& options);

  const FormHeader& header() const { return header_; }

  /// Puts the next row that says something into `row`, its event into `event`, and what is wrong
  /// with it into `refusals`: empty, the event may be used. False at the end. Refused, which ends
  /// the rows: as RowSource::next; `row.number` is the row to look at.
  Parsed<bool> next(Row& row, SubmittedEvent& event, std::vector<Refusal>& refusals);

 private:
  FormRows(std::unique_ptr<RowSource> source, FormHeader header, Reading reading,
           std::optional<BlockFields> block)
      : source_(std::move(source)),
        header_(std::move(header)),
        parser_(header_, std::move(reading), std::move(block)) {}

  std::unique_ptr<RowSource> source_;
  FormHeader header_;
  RowParser parser_;
};

}  // namespace kinledger::ledger::intake

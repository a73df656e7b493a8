// Which form a table has, told by its header row: in any of the first header_rows_max rows, under
// titles and blocks, headings in Chinese or English or both, columns in any order. Forms without a
// name of their own must be named by a title above the header, or by the sheet.
//
// A heading that several columns may have (身份证号 of the child and of the parent) belongs to the
// person whose column stands before it, else to the first one without it.
//
// Refusal codes:
//   FORMAT_UNKNOWN     no form has such a header; names the closest and what it lacks
//   FORMAT_AMBIGUOUS   several forms have it; names them, one must be chosen
//   COLUMN_MISSING     of a form that is clear otherwise, one for each
//   COLUMN_TWICE       two columns for the same
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/intake/form.h"
#include "ledger/intake/row_source.h"
#include "ledger/refusal.h"

namespace kinledger::ledger::intake {

/// Rows in which the header is looked for.
inline constexpr std::size_t header_rows_max = 30;
inline constexpr std::size_t no_column = static_cast<std::size_t>(-1);

struct FormHeader {
  const Form* form = nullptr;
  std::uint64_t row = 0;
  /// Of each column of the form, where it stands in the table; or no_column.
  std::vector<std::size_t> places;
  /// Of each column of the table, its name in refusals: the heading as written, with the letter of
  /// the column where two are the same; the letter alone where there is none.
  std::vector<std::string> headings;
  /// Columns of the table that the form does not know, and that are not to be passed over.
  std::vector<std::size_t> surplus;

  /// The heading of the column that says a field of the event ("amount", "person", "person.name",
  /// "correction.cause"); the field itself when the table has no such column.
  std::string heading_of(std::string_view field) const;
};

/// What was found in the first rows of a table.
struct Recognition {
  std::optional<FormHeader> header;  ///< nothing: see `refusals`
  std::vector<Row> above;            ///< the rows before the header
  std::vector<Refusal> refusals;
};

/// Reads `rows` up to and with the header. `form`: the only one to look for; null: any of forms().
/// Refusals of the source itself are among those answered.
Recognition recognise(RowSource& rows, const Form* form);

/// "A", "Z", "AA"; 0 is A.
std::string column_letters(std::size_t column);

}  // namespace kinledger::ledger::intake

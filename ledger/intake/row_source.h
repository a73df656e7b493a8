// Tables that people hand in (表格): the rows of a CSV file or of one sheet of an .xlsx workbook,
// one row at a time, so that memory does not grow with the file.
//
// The rows are as the file has them: title rows, header and data alike, text byte for byte. What
// the columns mean is decided elsewhere. Both kinds of file keep to the limits below.
//
// Refusal codes of opening and reading (each tells what to do in its texts):
//   FILE_UNREADABLE      not there, not an ordinary file, no permission, or a read error
//   FILE_EMPTY           no bytes, or nothing but a byte order mark
//   FILE_TOO_LARGE       above table_file_bytes_max, on disk or as text delivered
//   FILE_OLD_XLS         an OLE2 container: an .xls workbook, or an .xlsx with a password
//   FILE_NOT_A_WORKBOOK  a ZIP without a workbook in it, or a web page or XML named like a table
//   SHEET_MISSING        no sheet of the wanted name, or none that is visible
//   ROW_TOO_LONG, TOO_MANY_COLUMNS, CELL_TOO_LONG     above the limits below
//   CSV_QUOTE, CSV_NUL, TEXT_ENCODING                 ledger/intake/csv_reader.h
//   XLSX_DAMAGED, XLSX_DTD, XLSX_BOMB, XLSX_TOO_LARGE, XLSX_ENCRYPTED
//                                                     ledger/intake/xlsx_reader.h
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/refusal.h"

namespace kinledger::ledger::intake {

inline constexpr std::uint64_t table_file_bytes_max = std::uint64_t{2} << 30;
/// Text of one row with, in CSV, its quotes and separators.
inline constexpr std::size_t table_row_bytes_max = std::size_t{1} << 20;
/// Columns A to IV. Empty cells further right are passed over.
inline constexpr std::size_t table_columns_max = 256;
/// Code points; what spreadsheet programs allow.
inline constexpr std::size_t table_cell_characters_max = 32'767;

enum class CellKind {
  empty,    ///< no text: not there, or there without a value
  text,     ///< stored as text; every cell of a CSV file that is not empty
  number,   ///< stored as a number
  date,     ///< stored as a number and shown as a date
  boolean,  ///< TRUE or FALSE
  error,    ///< #N/A, #REF! and the like; without text: a formula whose result was never stored
};

/// A value, as the person who filled in the table sees it, as far as the file tells:
///   text     UTF-8, byte for byte, spaces and line breaks included
///   number   in decimal with at most 15 significant digits, which is all that spreadsheet programs
///            keep and show, without the cell's number format: 250.00 arrives as "250". An identity
///            number stored so has lost digits: its kind says that it cannot be trusted. Below
///            1e-7 and from 1e21 on with an exponent: "1E+21"
///   date     YYYY-MM-DD, without a time of day; 1900-02-29, which spreadsheets know and no
///            calendar does, is handed on as such
///   boolean  "TRUE", "FALSE"
///   error    "#N/A" and so on
/// A formula is its stored result.
struct Cell {
  CellKind kind = CellKind::empty;
  std::string text;

  bool operator==(const Cell&) const = default;
};

/// Cell i is column i, A = 0. The last cell is not empty; columns beyond it are. Of merged cells
/// only the top left one carries the value; see RowSource::merged_below.
struct Row {
  /// 1-based, as the spreadsheet program shows it. In CSV the line on which the record starts, the
  /// line breaks inside quoted cells counted.
  std::uint64_t number = 0;
  std::vector<Cell> cells;

  /// The cell of a column, or an empty one beyond the last.
  const Cell& at(std::size_t column) const;

  bool operator==(const Row&) const = default;
};

/// Rows `first` to `last`, both included.
struct RowRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

/// The rows of one table from top to bottom. One thread at a time.
class RowSource {
 public:
  RowSource() = default;
  RowSource(const RowSource&) = delete;
  RowSource& operator=(const RowSource&) = delete;
  virtual ~RowSource() = default;

  /// Puts the next row that is not blank into `row` and answers true, or false at the end, then
  /// and ever after. Blank rows are left out; the numbers show the gaps. `row` may be the one of
  /// the call before: its memory is used again. On a refusal, which ends the table, `row.number`
  /// is the row to look at (0: the whole file), `row.cells` is empty, and every later call is
  /// refused likewise.
  virtual Parsed<bool> next(Row& row) = 0;

  /// Name of the sheet that is read, UTF-8; empty for CSV.
  virtual std::string_view sheet_name() const = 0;

  /// Once the table has ended: the first block of merged cells that begins below the row and is
  /// higher than one row. Of such cells all but the first have lost what people see in them.
  virtual std::optional<RowRange> merged_below(std::uint64_t row) const;

  /// Names of the other visible sheets of the workbook, in its order. Borrowed.
  virtual std::span<const std::string> other_sheets() const;
};

struct OpenOptions {
  /// Exact name of the sheet; without it the first visible one. Refused for CSV.
  std::optional<std::string> sheet;
};

/// The rows of a table file, whose kind its first bytes tell, not its name. The file must not
/// change until the source is destroyed.
Parsed<std::unique_ptr<RowSource>> open_rows(const std::filesystem::path& path,
                                             const OpenOptions& options = {});

/// Refusals that both kinds of file share.
Reason file_unreadable();
Reason file_empty();
Reason file_too_large();
Reason row_too_long();
Reason too_many_columns();
Reason cell_too_long();

}  // namespace kinledger::ledger::intake

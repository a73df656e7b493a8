// Values as SpreadsheetML stores them (ECMA-376 part 1, chapter 18) and as people see them:
// numbers, dates, escaped characters, cell references. Pure functions; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ledger/calendar.h"

namespace kinledger::ledger::intake {

/// Rows of a sheet in every spreadsheet program.
inline constexpr std::uint64_t sheet_rows_max = 1'048'576;
/// Columns of a sheet in every spreadsheet program: A to XFD.
inline constexpr std::size_t sheet_columns_max = 16'384;

/// A stored number, or nothing if the text is none or is not finite.
std::optional<double> stored_number(std::string_view stored);

/// In decimal, rounded to 15 significant digits: "250.35", "330199199001011000", "1E+21"; the form
/// is that of Cell (ledger/intake/row_source.h). Precondition: finite.
std::string number_text(double number);

/// From which day a workbook counts.
enum class DateSystem {
  from_1900,  ///< 1 is 1900-01-01; 60 is 1900-02-29, which never was
  from_1904,  ///< 0 is 1904-01-01
};

/// The day of a date stored as a number, as YYYY-MM-DD without its time of day, or nothing if the
/// number is none of that date system (negative, a mere time of day, after 9999-12-31).
std::optional<std::string> stored_date_text(double days, DateSystem system);

/// The number that stores a date in the 1900 system. Precondition: 1900-01-01 or later.
std::int32_t stored_date(Date date);

/// True if number format `id`, one of those that need no definition, shows dates or times.
bool is_builtin_date_format(std::uint32_t id);
/// True if a number format shows dates or times: it has y, m or d outside quotes and brackets.
bool is_date_format(std::string_view format_code);

/// Appends stored text with its escapes _xHHHH_ turned into characters. Escapes of U+0000 and of
/// half a surrogate pair, which no text can hold, stay as they are.
void append_unescaped(std::string_view stored, std::string& text);
/// The inverse: escapes what XML cannot hold, and what would be taken for an escape.
std::string escaped(std::string_view text);

struct CellPosition {
  std::uint64_t row = 0;   ///< 1-based
  std::size_t column = 0;  ///< A = 0
};

/// "BC23", or nothing if the text is no position on a sheet.
std::optional<CellPosition> parse_cell_position(std::string_view reference);

}  // namespace kinledger::ledger::intake

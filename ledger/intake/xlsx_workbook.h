// What must be known of a workbook before the rows of a sheet can be read: where the sheet is, the
// strings that its cells share, which cell styles show dates, and from when dates count.
//
// Parts are found by relationships (ECMA-376 part 2), as any program that opens the workbook
// finds them, never by their usual names.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/intake/xlsx_values.h"
#include "ledger/intake/zip_archive.h"
#include "ledger/refusal.h"

namespace kinledger::ledger::intake {

inline constexpr std::size_t workbook_sheets_max = 1'000;
// More than any spreadsheet program writes; beyond them it is XLSX_TOO_LARGE. What the strings hold
// together is within workbook_unpacked_bytes_max.
inline constexpr std::size_t workbook_relationships_max = 10'000;  ///< of one part
inline constexpr std::size_t workbook_styles_max = 100'000;
inline constexpr std::size_t workbook_number_formats_max = 10'000;
inline constexpr std::size_t workbook_strings_max = 5'000'000;
inline constexpr std::size_t sheet_merged_max = 100'000;  ///< blocks of cells of several rows
/// Names told when the wanted sheet is missing.
inline constexpr std::size_t sheet_names_told_max = 20;

/// XLSX_TOO_LARGE: more than the limit of something, which both languages name.
Reason too_many_in_workbook(const std::string& zh, const std::string& en, std::size_t limit);

/// The shared strings, one after the other in one text: workbooks have up to millions.
class SharedStrings {
 public:
  /// The text to append the next string to; add() ends it.
  std::string& open() { return text_; }
  void add() { ends_.push_back(text_.size()); }
  std::size_t size() const { return ends_.size(); }

  /// String `index`, 0-based, or nothing if there is none.
  std::optional<std::string_view> at(std::size_t index) const;

 private:
  std::string text_;
  std::vector<std::size_t> ends_;
};

/// One sheet, ready to be read.
struct OpenedSheet {
  std::string name;
  std::string part;                 ///< its name in the archive
  std::vector<std::string> others;  ///< names of the other visible sheets
  DateSystem dates = DateSystem::from_1900;
  std::vector<bool> date_styles;  ///< by style index of a cell: shown as a date
  SharedStrings strings;
};

/// The sheet of exactly that name, hidden or not; without a name the first visible one. Refused:
/// FILE_NOT_A_WORKBOOK, SHEET_MISSING, and what ledger/intake/xlsx_reader.h lists.
Parsed<OpenedSheet> open_sheet(ZipArchive& archive, const std::optional<std::string>& name);

}  // namespace kinledger::ledger::intake

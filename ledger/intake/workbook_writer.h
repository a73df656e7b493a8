// .xlsx workbooks: templates to fill in, copies of a clerk's table with the faults marked, and
// lists to read and print. Written row by row, so that memory does not grow with the rows.
//
// The same content gives the same bytes: the instant of creation is fixed. Text is always stored
// as text, whatever it begins with, and never as a formula. A workbook is there in full or not at
// all, and is read back before it gets its name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/intake/row_source.h"
#include "ledger/intake/whole_file.h"
#include "ledger/result.h"

struct lxw_format;
struct lxw_workbook;
struct lxw_worksheet;

namespace kinledger::ledger::intake {

/// Heading of the column that an annotated copy gains. Importers pass it over.
inline constexpr std::string_view errors_heading = "错误 / errors";
/// Sheet with the values of drop-down lists, hidden, last.
inline constexpr std::string_view choices_sheet_name = "选项 choices";
/// Comments in one workbook: spreadsheet programs become slow beyond. Further marked cells are red
/// without one; the errors column tells of them all.
inline constexpr std::size_t workbook_comments_max = 10'000;

enum class ColumnKind {
  general,
  text,   ///< what is typed stays text: identity numbers keep all digits and leading zeros
  date,   ///< shown as yyyy-mm-dd
  money,  ///< shown with two decimals and separators
};

struct TemplateColumn {
  std::string heading;  ///< in both languages, as the clerk sees it
  double width_characters = 16;
  ColumnKind kind = ColumnKind::text;
  std::vector<std::string> choices =
      {};  ///< a drop-down list that allows nothing else; empty: anything
};

/// A sheet to be filled in: title lines, a bold header row that stays in view, columns.
struct TemplateSheet {
  std::string name;
  std::vector<std::string> title_lines;
  std::vector<TemplateColumn> columns;  ///< 1 to table_columns_max
};

/// A sheet to be read: what each column means, examples. The first line is bold.
struct ExplanationSheet {
  std::string name;
  std::vector<double> widths_characters;
  std::vector<std::vector<std::string>> lines;
};

/// A list to be read: title lines, a bold header row that stays in view and is repeated on every
/// printed page, rows. Printed on A4 across, as wide as the page, with page numbers.
struct ListSheet {
  struct Column {
    std::string heading;
    double width_characters = 16;
    ColumnKind kind = ColumnKind::text;
  };
  std::string name;
  std::vector<std::string> title_lines;
  std::vector<Column> columns;  ///< 1 to table_columns_max
};

/// A copy of a clerk's table, row numbers kept, with one more column that says what is wrong.
struct AnnotatedSheet {
  std::string name;
  std::uint64_t header_row = 1;   ///< gets errors_heading; stays in view with all above it
  std::size_t errors_column = 0;  ///< of the added column; a cell that was there is replaced
};

struct CellMark {
  std::size_t column = 0;
  std::string comment;

  bool operator==(const CellMark&) const = default;
};

/// What an annotated copy says of one row.
struct RowAnnotation {
  std::string errors;
  std::vector<CellMark> marks;  ///< several for one column become one comment

  bool operator==(const RowAnnotation&) const = default;
};

/// Failures: those of WholeFile; `invalid` for a sheet name that is empty, too long, used or has
/// one of []:*?/\, for text that is not UTF-8, holds U+0000 or is too long for a cell, for more
/// rows or columns than a sheet has, and for a workbook above the limits of reading;
/// `unavailable` if it does not read back as written (the temporary directory was full).
/// One thread at a time.
class WorkbookWriter {
 public:
  static Result<std::unique_ptr<WorkbookWriter>> create(const std::filesystem::path& path);

  WorkbookWriter(const WorkbookWriter&) = delete;
  WorkbookWriter& operator=(const WorkbookWriter&) = delete;
  ~WorkbookWriter();

  /// Each starts a sheet; rows go to the sheet started last.
  Result<void> add_template(const TemplateSheet& sheet);
  Result<void> add_explanation(const ExplanationSheet& sheet);
  Result<void> add_annotated(const AnnotatedSheet& sheet);
  Result<void> add_list(const ListSheet& sheet);

  /// Writes a row at its number, which must be above those of the sheet so far; annotations to
  /// annotated sheets only. Numbers, dates and booleans are stored as such, errors as their text.
  Result<void> write_row(const Row& row, const RowAnnotation& annotation = {});

  /// The workbook has its name and is durable when this succeeds; without it, nothing is left
  /// behind. To be called once, last.
  Result<void> finish();

 private:
  struct Discard {
    void operator()(lxw_workbook* workbook) const;
  };
  struct Formats {
    lxw_format *title, *header, *wrapped, *general, *text, *date, *money;
    lxw_format *marked_general, *marked_text, *marked_date, *errors;
  };
  struct WrittenSheet {
    std::string name;
    std::uint64_t rows = 0;             ///< that are not blank
    std::uint64_t last_row = 0;         ///< started last
    std::uint64_t last_filled_row = 0;  ///< counted last
    std::optional<AnnotatedSheet> annotated;
    std::vector<ColumnKind> kinds = {};  ///< of a list
  };
  struct ChoiceList {
    lxw_worksheet* sheet;
    std::uint64_t first_row;  ///< 1-based, below the header
    std::size_t column;
    std::vector<std::string> choices;
  };

  explicit WorkbookWriter(std::unique_ptr<WholeFile> file);

  void make_formats();
  Result<void> start_sheet(std::string_view name);
  Result<void> start_row(std::uint64_t number);
  void count_row();
  Result<void> write_text(std::size_t column, std::string_view text, lxw_format* format);
  lxw_format* format_of(ColumnKind kind) const;
  /// Of a number that is not marked.
  lxw_format* number_format(std::size_t column) const;
  Result<void> write_cell(std::size_t column, const Cell& cell, bool marked);
  Result<void> write_line(std::span<const std::string> texts, lxw_format* format);
  Result<void> write_title(const std::string& line, std::size_t columns);
  Result<void> write_comments(const std::map<std::size_t, std::string>& comments);
  Result<void> write_choices();
  Result<void> read_back() const;

  std::unique_ptr<WholeFile> file_;
  std::unique_ptr<lxw_workbook, Discard> workbook_;
  Formats formats_{};
  lxw_worksheet* sheet_ = nullptr;  ///< the one started last; owned by the workbook
  std::vector<WrittenSheet> sheets_;
  std::vector<ChoiceList> choice_lists_;
  std::size_t comments_ = 0;
};

}  // namespace kinledger::ledger::intake

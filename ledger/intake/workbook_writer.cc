// libxlsxwriter in its constant-memory mode: a row is written out when the next one starts. It
// trusts its caller: text must be UTF-8 and free of what XML cannot hold, and it does not notice
// when its temporary files are cut off by a full disk. Hence the checks before and the reading back
// after.
#include "ledger/intake/workbook_writer.h"

#include <xlsxwriter.h>

#include <algorithm>
#include <map>
#include <utility>

#include "ledger/calendar.h"
#include "ledger/intake/xlsx_reader.h"
#include "ledger/intake/xlsx_values.h"
#include "ledger/text.h"

namespace kinledger::ledger::intake {
namespace {

/// 2021-01-01T00:00:00Z, said of every workbook: the real instant would make equal ones differ.
constexpr time_t created_at = 1'609'459'200;

constexpr double annotated_width_characters = 18;
constexpr double errors_width_characters = 60;
constexpr lxw_color_t fault_background = 0xFFC7CE;
constexpr lxw_color_t fault_ink = 0x9C0006;
constexpr lxw_color_t header_background = 0xDDEBF7;
/// 宋体: there on every Chinese office computer, and substituted by a like one elsewhere.
constexpr const char* font = "SimSun";
constexpr std::uint8_t paper_a4 = 9;

Error invalid(std::string what) { return {Failure::invalid, std::move(what)}; }

lxw_row_t row_index(std::uint64_t number) { return static_cast<lxw_row_t>(number - 1); }
lxw_col_t column_index(std::size_t column) { return static_cast<lxw_col_t>(column); }

/// `invalid` text is the caller's; everything else that the library reports is its surroundings'.
Result<void> checked(lxw_error error) {
  if (error == LXW_NO_ERROR) return {};
  if (error == LXW_ERROR_MAX_STRING_LENGTH_EXCEEDED) return invalid("A cell's text is too long.");
  return Error{Failure::unavailable,
               "The workbook cannot be written: " + std::string(lxw_strerror(error)) + "."};
}

bool is_storable(std::string_view text) {
  return is_utf8(text) && text.find('\0') == std::string_view::npos;
}

/// Damage is our temporary directory's doing; everything else is a limit of reading that the rows
/// went over.
Error not_read_back(const Reason& reason) {
  const bool damaged = reason.code == "XLSX_DAMAGED" || reason.code == "FILE_UNREADABLE";
  return {damaged ? Failure::unavailable : Failure::invalid,
          "The workbook does not read back as written (" + reason.code + "): " + reason.en};
}

/// Our own remarks, cut to what a cell or comment holds.
std::string cut(std::string text) {
  if (count_characters(text) <= table_cell_characters_max) return text;
  return std::string(first_characters(text, table_cell_characters_max - 1)) + "…";
}

}  // namespace

void WorkbookWriter::Discard::operator()(lxw_workbook* workbook) const {
  lxw_workbook_free(workbook);
}

WorkbookWriter::WorkbookWriter(std::unique_ptr<WholeFile> file) : file_(std::move(file)) {
  lxw_workbook_options options{};
  options.constant_memory = LXW_TRUE;
  workbook_.reset(workbook_new_opt(file_->partial_path().c_str(), &options));
  invariant(workbook_ != nullptr, "out of memory");
  lxw_doc_properties properties{};
  properties.created = created_at;
  workbook_set_properties(workbook_.get(), &properties);
  make_formats();
}

WorkbookWriter::~WorkbookWriter() = default;

Result<std::unique_ptr<WorkbookWriter>> WorkbookWriter::create(const std::filesystem::path& path) {
  auto file = WholeFile::create(path);
  if (file.has_error()) return file.error();
  return std::unique_ptr<WorkbookWriter>(new WorkbookWriter(std::move(*file)));
}

void WorkbookWriter::make_formats() {
  const auto make = [this](const char* number_format) {
    lxw_format* const format = workbook_add_format(workbook_.get());
    invariant(format != nullptr, "out of memory");
    if (number_format != nullptr) format_set_num_format(format, number_format);
    format_set_font_name(format, font);
    format_set_align(format, LXW_ALIGN_VERTICAL_TOP);
    return format;
  };
  const auto mark = [](lxw_format* format) {
    format_set_bg_color(format, fault_background);
    format_set_font_color(format, fault_ink);
    return format;
  };
  constexpr const char* text = "@";
  constexpr const char* date = "yyyy-mm-dd";
  constexpr const char* money = "#,##0.00";
  formats_ = {.title = make(text),
              .header = make(text),
              .wrapped = make(text),
              .general = make(nullptr),
              .text = make(text),
              .date = make(date),
              .money = make(money),
              .marked_general = mark(make(nullptr)),
              .marked_text = mark(make(text)),
              .marked_date = mark(make(date)),
              .errors = make(text)};
  format_set_bold(formats_.title);
  format_set_font_size(formats_.title, 14);
  format_set_bold(formats_.header);
  format_set_text_wrap(formats_.header);
  format_set_bg_color(formats_.header, header_background);
  format_set_bottom(formats_.header, LXW_BORDER_THIN);
  format_set_text_wrap(formats_.wrapped);
  format_set_text_wrap(formats_.errors);
  format_set_font_color(formats_.errors, fault_ink);
}

Result<void> WorkbookWriter::start_sheet(std::string_view name) {
  const std::string sheet_name(name);
  if (!is_storable(name) || escaped(name) != name || sheets_.size() == workbook_sheets_max ||
      workbook_validate_sheet_name(workbook_.get(), sheet_name.c_str()) != LXW_NO_ERROR) {
    return invalid(
        "A sheet name is empty, used twice, longer than 31 characters or has one of "
        "[]:*?/\\, or there are too many sheets.");
  }
  sheet_ = workbook_add_worksheet(workbook_.get(), sheet_name.c_str());
  if (sheet_ == nullptr) return checked(LXW_ERROR_CREATING_TMPFILE);
  sheets_.push_back({sheet_name, 0, 0, 0, std::nullopt});
  return {};
}

Result<void> WorkbookWriter::start_row(std::uint64_t number) {
  invariant(sheet_ != nullptr && number > sheets_.back().last_row);
  if (number > sheet_rows_max) return invalid("A sheet holds no more than 1,048,576 rows.");
  sheets_.back().last_row = number;
  return {};
}

Result<void> WorkbookWriter::write_text(std::size_t column, std::string_view text,
                                        lxw_format* format) {
  if (text.empty()) return {};
  if (column >= table_columns_max) return invalid("A sheet has more than 256 columns.");
  if (!is_storable(text)) return invalid("Text to be written is not UTF-8 or holds a NUL.");
  count_row();
  return checked(worksheet_write_string(sheet_, row_index(sheets_.back().last_row),
                                        column_index(column), escaped(text).c_str(), format));
}

/// Blank rows are not there when a table is read, so they are not counted.
void WorkbookWriter::count_row() {
  WrittenSheet& written = sheets_.back();
  if (std::exchange(written.last_filled_row, written.last_row) != written.last_row) ++written.rows;
}

lxw_format* WorkbookWriter::format_of(ColumnKind kind) const {
  switch (kind) {
    case ColumnKind::general:
      return formats_.general;
    case ColumnKind::text:
      return formats_.text;
    case ColumnKind::date:
      return formats_.date;
    case ColumnKind::money:
      return formats_.money;
  }
  invariant(false);
}

lxw_format* WorkbookWriter::number_format(std::size_t column) const {
  const auto& kinds = sheets_.back().kinds;
  const bool is_money = column < kinds.size() && kinds[column] == ColumnKind::money;
  return is_money ? formats_.money : formats_.general;
}

Result<void> WorkbookWriter::write_cell(std::size_t column, const Cell& cell, bool marked) {
  if (column >= table_columns_max) return invalid("A sheet has more than 256 columns.");
  const lxw_row_t row = row_index(sheets_.back().last_row);
  const lxw_col_t at = column_index(column);
  lxw_format* const general = marked ? formats_.marked_general : number_format(column);
  lxw_format* const text = marked ? formats_.marked_text : formats_.text;
  lxw_format* const date = marked ? formats_.marked_date : formats_.date;
  if (cell.kind == CellKind::number) {
    if (const auto number = stored_number(cell.text)) {
      count_row();
      return checked(worksheet_write_number(sheet_, row, at, *number, general));
    }
  }
  if (cell.kind == CellKind::date) {
    if (const auto day = parse_date(cell.text); day.has_value()) {
      count_row();
      return checked(worksheet_write_number(sheet_, row, at, stored_date(*day), date));
    }
  }
  if (cell.kind == CellKind::boolean) {
    count_row();
    return checked(worksheet_write_boolean(sheet_, row, at, cell.text == "TRUE", general));
  }
  if (cell.text.empty() && marked) return checked(worksheet_write_blank(sheet_, row, at, text));
  return write_text(column, cell.text, text);
}

Result<void> WorkbookWriter::write_line(std::span<const std::string> texts, lxw_format* format) {
  if (auto started = start_row(sheets_.back().last_row + 1); started.has_error()) return started;
  for (std::size_t column = 0; column < texts.size(); ++column) {
    auto written = write_text(column, texts[column], format);
    if (written.has_error()) return written;
  }
  return {};
}

Result<void> WorkbookWriter::write_title(const std::string& line, std::size_t columns) {
  const lxw_row_t row = row_index(sheets_.back().last_row + 1);
  if (columns > 1) {
    // The merged cells are written first, then the text into the left one.
    auto merged = checked(
        worksheet_merge_range(sheet_, row, 0, row, column_index(columns - 1), "", formats_.title));
    if (merged.has_error()) return merged;
  }
  return write_line({&line, 1}, formats_.title);
}

Result<void> WorkbookWriter::add_template(const TemplateSheet& sheet) {
  const std::size_t columns = sheet.columns.size();
  if (columns == 0 || columns > table_columns_max)
    return invalid("A template has 1 to 256 columns.");
  if (auto started = start_sheet(sheet.name); started.has_error()) return started;
  for (const std::string& line : sheet.title_lines) {
    if (auto written = write_title(line, columns); written.has_error()) return written;
  }
  std::vector<std::string> headings;
  for (const TemplateColumn& column : sheet.columns) headings.push_back(column.heading);
  if (auto written = write_line(headings, formats_.header); written.has_error()) return written;

  const std::uint64_t header_row = sheets_.back().last_row;
  for (std::size_t i = 0; i < columns; ++i) {
    const TemplateColumn& column = sheet.columns[i];
    worksheet_set_column(sheet_, column_index(i), column_index(i), column.width_characters,
                         format_of(column.kind));
    if (!column.choices.empty()) {
      choice_lists_.push_back({sheet_, header_row + 1, i, column.choices});
    }
  }
  worksheet_freeze_panes(sheet_, row_index(header_row + 1), 0);
  return {};
}

Result<void> WorkbookWriter::add_explanation(const ExplanationSheet& sheet) {
  if (auto started = start_sheet(sheet.name); started.has_error()) return started;
  for (std::size_t i = 0; i < sheet.widths_characters.size(); ++i) {
    worksheet_set_column(sheet_, column_index(i), column_index(i), sheet.widths_characters[i],
                         formats_.wrapped);
  }
  for (std::size_t i = 0; i < sheet.lines.size(); ++i) {
    auto written = write_line(sheet.lines[i], i == 0 ? formats_.header : formats_.wrapped);
    if (written.has_error()) return written;
  }
  return {};
}

Result<void> WorkbookWriter::add_annotated(const AnnotatedSheet& sheet) {
  if (sheet.errors_column >= table_columns_max || sheet.header_row == 0 ||
      sheet.header_row >= sheet_rows_max) {
    return invalid("The table has no column left for the errors, or no header row.");
  }
  if (auto started = start_sheet(sheet.name); started.has_error()) return started;
  sheets_.back().annotated = sheet;
  const lxw_col_t errors = column_index(sheet.errors_column);
  // What the clerk types into the copy stays text, as in a template.
  worksheet_set_column(sheet_, 0, column_index(table_columns_max - 1), annotated_width_characters,
                       formats_.text);
  worksheet_set_column(sheet_, errors, errors, errors_width_characters, formats_.errors);
  worksheet_freeze_panes(sheet_, row_index(sheet.header_row + 1), 0);
  return {};
}

Result<void> WorkbookWriter::add_list(const ListSheet& sheet) {
  const std::size_t columns = sheet.columns.size();
  if (columns == 0 || columns > table_columns_max) return invalid("A list has 1 to 256 columns.");
  if (auto started = start_sheet(sheet.name); started.has_error()) return started;
  std::vector<std::string> headings;
  for (std::size_t i = 0; i < columns; ++i) {
    const auto& column = sheet.columns[i];
    worksheet_set_column(sheet_, column_index(i), column_index(i), column.width_characters,
                         format_of(column.kind));
    sheets_.back().kinds.push_back(column.kind);
    headings.push_back(column.heading);
  }
  for (const std::string& line : sheet.title_lines) {
    if (auto written = write_line({&line, 1}, formats_.title); written.has_error()) return written;
  }
  if (auto written = write_line(headings, formats_.header); written.has_error()) return written;
  const lxw_row_t header = row_index(sheets_.back().last_row);
  worksheet_freeze_panes(sheet_, header + 1, 0);
  worksheet_repeat_rows(sheet_, header, header);
  worksheet_set_landscape(sheet_);
  worksheet_set_paper(sheet_, paper_a4);
  worksheet_fit_to_pages(sheet_, 1, 0);
  worksheet_set_footer(sheet_, "&C第 &P 页，共 &N 页 / page &P of &N");
  return {};
}

Result<void> WorkbookWriter::write_row(const Row& row, const RowAnnotation& annotation) {
  invariant(!sheets_.empty());
  const std::optional<AnnotatedSheet> annotated = sheets_.back().annotated;
  invariant(annotated || annotation == RowAnnotation{});
  if (auto started = start_row(row.number); started.has_error()) return started;

  std::map<std::size_t, std::string> comments;
  for (const CellMark& mark : annotation.marks) {
    std::string& comment = comments[mark.column];
    if (!comment.empty()) comment += '\n';
    comment += mark.comment;
  }
  const std::size_t marked_end = comments.empty() ? 0 : comments.rbegin()->first + 1;
  for (std::size_t i = 0; i < std::max(row.cells.size(), marked_end); ++i) {
    if (annotated && i == annotated->errors_column) continue;
    auto written = write_cell(i, row.at(i), comments.contains(i));
    if (written.has_error()) return written;
  }
  if (!annotated) return {};
  const bool is_header = row.number == annotated->header_row;
  // What is wrong with the header itself must not make its new column unrecognisable.
  if (is_header && !annotation.errors.empty()) {
    comments[annotated->errors_column] = annotation.errors;
  }
  if (auto written = write_comments(comments); written.has_error()) return written;
  return write_text(annotated->errors_column,
                    is_header ? std::string(errors_heading) : cut(annotation.errors),
                    is_header ? formats_.header : formats_.errors);
}

Result<void> WorkbookWriter::write_comments(const std::map<std::size_t, std::string>& comments) {
  for (const auto& [column, comment] : comments) {
    if (comment.empty() || comments_ == workbook_comments_max) continue;
    if (!is_storable(comment)) return invalid("Text to be written is not UTF-8 or holds a NUL.");
    ++comments_;
    auto written =
        checked(worksheet_write_comment(sheet_, row_index(sheets_.back().last_row),
                                        column_index(column), escaped(cut(comment)).c_str()));
    if (written.has_error()) return written;
  }
  return {};
}

/// A list in a cell may be no longer than 255 characters and must not hold commas; a range may.
Result<void> WorkbookWriter::write_choices() {
  if (choice_lists_.empty()) return {};
  if (auto started = start_sheet(choices_sheet_name); started.has_error()) return started;
  worksheet_hide(sheet_);
  std::size_t longest = 0;
  for (const ChoiceList& list : choice_lists_) longest = std::max(longest, list.choices.size());
  for (std::size_t i = 0; i < longest; ++i) {
    std::vector<std::string> line;
    for (const ChoiceList& list : choice_lists_) {
      line.push_back(i < list.choices.size() ? list.choices[i] : std::string());
    }
    if (auto written = write_line(line, formats_.text); written.has_error()) return written;
  }
  for (std::size_t i = 0; i < choice_lists_.size(); ++i) {
    const ChoiceList& list = choice_lists_[i];
    char column_name[LXW_MAX_COL_NAME_LENGTH] = {};
    lxw_col_to_name(column_name, column_index(i), LXW_TRUE);
    std::string range = "='" + std::string(choices_sheet_name) + "'!" + column_name +
                        "$1:" + column_name + "$" + std::to_string(list.choices.size());
    std::string title = "请选择 / Choose";
    std::string advice = "请从下拉列表中选择一项。/ Choose an entry of the drop-down list.";
    lxw_data_validation validation{};
    validation.validate = LXW_VALIDATION_TYPE_LIST_FORMULA;
    validation.value_formula = range.data();
    validation.error_title = title.data();
    validation.error_message = advice.data();
    const auto column = column_index(list.column);
    auto added =
        checked(worksheet_data_validation_range(list.sheet, row_index(list.first_row), column,
                                                row_index(sheet_rows_max), column, &validation));
    if (added.has_error()) return added;
  }
  return {};
}

Result<void> WorkbookWriter::finish() {
  invariant(workbook_ != nullptr && !sheets_.empty());
  if (auto written = write_choices(); written.has_error()) return written;
  // Closing frees the workbook whether it succeeds or not.
  if (auto closed = checked(workbook_close(workbook_.release())); closed.has_error()) return closed;
  if (auto whole = read_back(); whole.has_error()) return whole;
  return file_->keep();
}

Result<void> WorkbookWriter::read_back() const {
  for (const WrittenSheet& written : sheets_) {
    auto sheet = XlsxReader::open(file_->partial_path(), written.name);
    if (sheet.has_error()) return not_read_back(sheet.error());
    Row row;
    std::uint64_t rows = 0;
    for (bool more = true; more; rows += more) {
      const auto next = (*sheet)->next(row);
      if (next.has_error()) return not_read_back(next.error());
      more = *next;
    }
    if (rows != written.rows) return not_read_back(workbook_damaged(written.name));
  }
  return {};
}

}  // namespace kinledger::ledger::intake

#include "projections/reports/report_workbook.h"

#include <algorithm>

#include "ledger/intake/workbook_writer.h"
#include "ledger/intake/xlsx_reader.h"
#include "ledger/text.h"
#include "projections/reports/cells.h"
#include "projections/reports/report_texts.h"

namespace kinledger::projections {
namespace {

using ledger::Parsed;
using ledger::Result;
using ledger::intake::Cell;
using ledger::intake::CellKind;
using ledger::intake::ColumnKind;

constexpr std::string_view list_name = "报表 report";
constexpr std::string_view explanation_name = "说明 manifest";
constexpr std::string_view manifest_label = "清单 / manifest";
/// Of the manifest in one cell; a cell holds 32,767 characters.
constexpr std::size_t piece_bytes = 16'000;
constexpr double width_min = 10;
constexpr double width_max = 40;
/// Rows by which a column's width is measured.
constexpr std::size_t measured_rows_max = 1'000;

using Line = std::vector<std::string>;

std::vector<std::string> titles_of(const Manifest& manifest) {
  const auto known = ledger::to_text(ledger::civil_date_of(manifest.basis.recorded_at));
  const auto on = ledger::to_text(manifest.arguments.on);
  return {in_both(manifest.title), "状态日期 / on " + on + "，知悉时点 / known " + known + "，" +
                                       manifest.basis.origin + " " +
                                       std::to_string(manifest.basis.size.value)};
}

std::vector<std::string> headings_of(const Manifest& manifest) {
  std::vector<std::string> headings;
  for (const auto& column : manifest.columns) headings.push_back(in_both(column.title));
  for (const auto& title : identity_titles(manifest)) headings.push_back(in_both(title));
  return headings;
}

ColumnKind kind_of(const std::string& holds) {
  if (holds == "money") return ColumnKind::money;
  if (holds == "date") return ColumnKind::date;
  if (holds == "count" || holds == "year" || holds == "sequence") return ColumnKind::general;
  return ColumnKind::text;
}

/// The manifest in pieces that end between characters.
std::vector<std::string> pieces_of(const std::string& text) {
  std::vector<std::string> pieces;
  for (std::string_view rest = text; !rest.empty(); rest.remove_prefix(pieces.back().size()))
    pieces.emplace_back(ledger::first_bytes(rest, piece_bytes));
  return pieces;
}

std::vector<Line> explanation_of(const Manifest& manifest) {
  std::vector<Line> lines{{in_both({"项目", "item"}), in_both({"内容", "content"})}};
  for (const auto& [label, value] : facts_of(manifest)) lines.push_back({in_both(label), value});
  for (const auto& piece : pieces_of(manifest.to_text()))
    lines.push_back({std::string(manifest_label), piece});
  lines.push_back({in_both(end_words(manifest.rows))});
  return lines;
}

std::vector<Cell> cells_with_identities(const MadeReport& made, std::size_t row,
                                        Language language) {
  auto cells = cells_of(made.rows[row], made.manifest, language);
  if (!made.identities.empty())
    for (const auto& text : made.identities[row])
      cells.push_back({text.empty() ? CellKind::empty : CellKind::text, text});
  return cells;
}

std::vector<double> widths_of(const std::vector<std::string>& headings, const MadeReport& made,
                              Language language) {
  const auto width_of = [](const std::string& text) {
    return static_cast<double>(ledger::display_width(text));
  };
  std::vector<double> widths;
  widths.reserve(headings.size());
  for (const auto& heading : headings) widths.push_back(width_of(heading) / 2);  // they wrap
  for (std::size_t i = 0; i < std::min(made.rows.size(), measured_rows_max); ++i) {
    const auto cells = cells_with_identities(made, i, language);
    invariant(cells.size() == widths.size());
    for (std::size_t column = 0; column < widths.size(); ++column)
      widths[column] = std::max(widths[column], width_of(cells[column].text));
  }
  for (auto& width : widths) width = std::clamp(width + 2, width_min, width_max);
  return widths;
}

ledger::intake::ListSheet sheet_of(const MadeReport& made, Language language) {
  ledger::intake::ListSheet sheet{std::string(list_name), titles_of(made.manifest), {}};
  const auto headings = headings_of(made.manifest);
  const auto widths = widths_of(headings, made, language);
  for (std::size_t i = 0; i < headings.size(); ++i) {
    const auto kind = i < made.manifest.columns.size() ? kind_of(made.manifest.columns[i].holds)
                                                       : ColumnKind::text;
    sheet.columns.push_back({headings[i], widths[i], kind});
  }
  return sheet;
}

/// The rows of one sheet, one after the other, blank ones left out.
class Sheet {
 public:
  static Parsed<Sheet> open(const std::filesystem::path& path, std::string_view name) {
    auto reader = ledger::intake::XlsxReader::open(path, std::string(name));
    if (!reader) return reader.error();
    return Sheet(std::move(*reader));
  }
  /// False at the end.
  Parsed<bool> next() { return reader_->next(row_); }
  const ledger::intake::Row& row() const { return row_; }
  /// The next row has these texts and nothing else.
  Parsed<bool> next_is(const Line& texts) {
    const auto more = next();
    if (!more) return more.error();
    if (!*more || row_.cells.size() > texts.size()) return false;
    for (std::size_t i = 0; i < texts.size(); ++i)
      if (row_.at(i).text != texts[i]) return false;
    return true;
  }

 private:
  explicit Sheet(std::unique_ptr<ledger::intake::XlsxReader> reader) : reader_(std::move(reader)) {}
  std::unique_ptr<ledger::intake::XlsxReader> reader_;
  ledger::intake::Row row_;
};

Parsed<Manifest> read_manifest_sheet(const std::filesystem::path& path) {
  auto sheet = Sheet::open(path, explanation_name);
  if (!sheet) return sheet.error();
  std::string text;
  for (;;) {
    const auto more = sheet->next();
    if (!more) return more.error();
    if (!*more) break;
    if (sheet->row().at(0).text == manifest_label) text += sheet->row().at(1).text;
    if (text.size() > manifest_bytes_max) return not_a_report();
  }
  return read_manifest(text);
}

/// That the sheet says of the report what the manifest says.
Parsed<bool> explains(const std::filesystem::path& path, const Manifest& manifest) {
  auto sheet = Sheet::open(path, explanation_name);
  if (!sheet) return sheet.error();
  for (const auto& line : explanation_of(manifest)) {
    auto same = sheet->next_is(line);
    if (!same || !*same) return same;
  }
  const auto more = sheet->next();
  if (!more) return more.error();
  return !*more;
}

void take_sheet_row(const ledger::intake::Row& row, MadeReport& read) {
  const auto columns = read.manifest.columns.size();
  std::vector<Cell> cells;
  for (std::size_t i = 0; i < columns; ++i) cells.push_back(row.at(i));
  read.rows.push_back(row_of(cells, read.manifest));
  if (read.manifest.identities.empty()) return;
  auto& identities = read.identities.emplace_back();
  for (std::size_t i = 0; i < 2 * read.manifest.identities.size(); ++i)
    identities.push_back(row.at(columns + i).text);
}

/// The row of totals, if there is one, and the end.
Parsed<bool> ends_well(Sheet& sheet, const Manifest& manifest) {
  if (const auto totals = total_cells(manifest); !totals.empty()) {
    const auto more = sheet.next();
    if (!more) return more.error();
    if (!*more) return false;
    for (std::size_t i = 0; i < totals.size(); ++i)
      if (value_of(sheet.row().at(i), manifest.columns[i], {}) !=
          value_of(totals[i], manifest.columns[i], {}))
        return false;
  }
  auto ended = sheet.next_is({in_both(end_words(manifest.rows))});
  if (!ended || !*ended) return ended;
  const auto more = sheet.next();
  if (!more) return more.error();
  return !*more;
}

/// Whether the sheet is whole, its rows put into `read`.
Parsed<bool> read_list(Sheet& sheet, MadeReport& read) {
  for (const auto& title : titles_of(read.manifest)) {
    auto same = sheet.next_is({title});
    if (!same || !*same) return same;
  }
  auto headings = sheet.next_is(headings_of(read.manifest));
  if (!headings || !*headings) return headings;
  for (std::uint64_t i = 0; i < read.manifest.rows; ++i) {
    auto more = sheet.next();
    if (!more || !*more) return more;
    take_sheet_row(sheet.row(), read);
  }
  return ends_well(sheet, read.manifest);
}

}  // namespace

Result<void> write_report_workbook(const MadeReport& made, const std::filesystem::path& path,
                                   Language language) {
  auto workbook = ledger::intake::WorkbookWriter::create(path);
  if (!workbook) return workbook.error();
  auto written = (*workbook)->add_list(sheet_of(made, language));
  auto number = titles_of(made.manifest).size() + 1;
  for (std::size_t i = 0; written && i < made.rows.size(); ++i)
    written = (*workbook)->write_row({++number, cells_with_identities(made, i, language)});
  if (const auto totals = total_cells(made.manifest); written && !totals.empty())
    written = (*workbook)->write_row({++number, totals});
  if (written)
    written = (*workbook)->write_row(
        {++number, {{CellKind::text, in_both(end_words(made.rows.size()))}}});
  if (written)
    written = (*workbook)->add_explanation(
        {std::string(explanation_name), {24, 80}, explanation_of(made.manifest)});
  if (!written) return written;
  return (*workbook)->finish();
}

Parsed<MadeReport> read_report_workbook(const std::filesystem::path& path) {
  auto manifest = read_manifest_sheet(path);
  if (!manifest) return manifest.error();
  MadeReport read{std::move(*manifest), {}, {}};
  auto sheet = Sheet::open(path, list_name);
  if (!sheet) return sheet.error();
  for (const auto& whole : {read_list(*sheet, read), explains(path, read.manifest)}) {
    if (!whole) return whole.error();
    if (!*whole) return not_a_report();
  }
  return read;
}

}  // namespace kinledger::projections

#include "projections/reports/report_csv.h"

#include <algorithm>

#include "ledger/intake/csv_writer.h"
#include "ledger/read_file.h"
#include "projections/reports/cells.h"
#include "projections/reports/report_texts.h"

namespace kinledger::projections {
namespace {

using ledger::Parsed;
using ledger::Result;
using ledger::intake::Cell;
using ledger::intake::CellKind;

/// What the guard against formulas puts before a cell is taken off again when it is read; so a text
/// that begins with the same sign gets one more.
constexpr char guard = '\'';
constexpr std::string_view guarded = "=+-@\t\r'";

Result<void> write_line(const std::vector<std::string>& texts, ledger::intake::CsvWriter& csv) {
  std::vector<std::string> marked = texts;
  for (auto& text : marked)
    if (text.starts_with(guard)) text.insert(text.begin(), guard);
  const std::vector<std::string_view> views(marked.begin(), marked.end());
  return csv.write(views);
}

std::vector<std::string> headings_of(const Manifest& manifest, Language language) {
  std::vector<std::string> headings;
  for (const auto& column : manifest.columns)
    headings.emplace_back(text_of(column.title, language));
  for (const auto& title : identity_titles(manifest))
    headings.emplace_back(text_of(title, language));
  return headings;
}

std::string unguarded(const Cell& cell) {
  const auto& text = cell.text;
  const bool has_guard =
      text.size() > 1 && text.front() == guard && guarded.find(text[1]) != std::string_view::npos;
  return has_guard ? text.substr(1) : text;
}

bool are_headings(const ledger::intake::Row& row, const Manifest& manifest) {
  return std::ranges::any_of(std::array{Language::zh, Language::en}, [&](Language language) {
    const auto headings = headings_of(manifest, language);
    if (row.cells.size() != headings.size()) return false;
    for (std::size_t i = 0; i < headings.size(); ++i)
      if (unguarded(row.at(i)) != headings[i]) return false;
    return true;
  });
}

void take_csv_row(const ledger::intake::Row& row, MadeReport& read) {
  const auto columns = read.manifest.columns.size();
  std::vector<Cell> cells;
  for (std::size_t i = 0; i < columns; ++i) cells.push_back({CellKind::text, unguarded(row.at(i))});
  read.rows.push_back(row_of(cells, read.manifest));
  auto& identities = read.identities.emplace_back();
  for (std::size_t i = 0; i < 2 * read.manifest.identities.size(); ++i)
    identities.push_back(unguarded(row.at(columns + i)));
}

Parsed<Manifest> manifest_beside(const std::filesystem::path& csv) {
  const auto text = ledger::read_file(manifest_path(csv), manifest_bytes_max);
  if (!text || !*text || !(*text)->ends_with('\n')) return not_a_report();
  return read_manifest(std::string_view(**text).substr(0, (*text)->size() - 1));
}

}  // namespace

std::filesystem::path manifest_path(const std::filesystem::path& csv) {
  auto path = csv;
  return path.replace_extension(".manifest.json");
}

Result<void> write_report_csv(const MadeReport& made, const std::filesystem::path& path,
                              const ReportLook& look) {
  // Opened first, so that a directory without room for both keeps neither.
  auto beside = ledger::intake::WholeFile::create(manifest_path(path));
  if (!beside) return beside.error();
  auto csv = ledger::intake::CsvWriter::create(path, {.byte_order_mark = look.byte_order_mark});
  if (!csv) return csv.error();
  const auto headings = headings_of(made.manifest, look.language);
  if (auto written = write_line(headings, **csv); !written) return written;
  for (std::size_t i = 0; i < made.rows.size(); ++i) {
    std::vector<std::string> texts;
    for (auto& cell : cells_of(made.rows[i], made.manifest, look.language))
      texts.push_back(std::move(cell.text));
    if (!made.identities.empty())
      texts.insert(texts.end(), made.identities[i].begin(), made.identities[i].end());
    if (auto written = write_line(texts, **csv); !written) return written;
  }
  std::vector<std::string> end(headings.size());
  end.front() = text_of(end_words(made.rows.size()), look.language);
  if (auto written = write_line(end, **csv); !written) return written;
  if (auto written = (*beside)->write(made.manifest.to_text() + "\n"); !written) return written;
  // The manifest last: without it, or with an older one, the table is no report.
  if (auto kept = (*csv)->finish(); !kept) return kept;
  return (*beside)->keep();
}

Parsed<MadeReport> read_report_csv(const std::filesystem::path& path) {
  auto manifest = manifest_beside(path);
  if (!manifest) return manifest.error();
  MadeReport read{std::move(*manifest), {}, {}};
  auto rows = ledger::intake::open_rows(path);
  if (!rows) return rows.error();
  ledger::intake::Row row;
  const auto next = [&]() -> Parsed<bool> { return (*rows)->next(row); };
  auto more = next();
  if (!more) return more.error();
  if (!*more || !are_headings(row, read.manifest)) return not_a_report();
  const auto end = end_words(read.manifest.rows);
  for (;;) {
    more = next();
    if (!more) return more.error();
    if (!*more) return not_a_report();  // no end
    if (row.cells.size() == 1 && (row.at(0).text == end.zh || row.at(0).text == end.en)) break;
    if (row.cells.size() > read.manifest.columns.size() + 2 * read.manifest.identities.size() ||
        read.rows.size() > report_rows_max)
      return not_a_report();
    take_csv_row(row, read);
  }
  more = next();
  if (!more) return more.error();
  if (*more) return not_a_report();
  return read;
}

}  // namespace kinledger::projections

#include "projections/reports/report_html.h"

#include "projections/reports/cells.h"
#include "projections/reports/report_texts.h"

namespace kinledger::projections {
namespace {

using ledger::Parsed;
using ledger::Result;
using ledger::intake::Cell;
using ledger::intake::CellKind;

constexpr std::string_view style = R"(<style>
@page { size: A4 landscape; margin: 15mm 12mm;
  @bottom-center { content: "第 " counter(page) " 页，共 " counter(pages) " 页"; font-size: 9pt; } }
body { font-family: "SimSun", "Songti SC", "Noto Serif CJK SC", serif; font-size: 10pt; }
h1 { font-size: 15pt; text-align: center; margin: 0; }
.other { text-align: center; margin: 0 0 6pt; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 1pt 8pt; font-size: 8pt; }
dd { margin: 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
th, td { border: 0.5pt solid #444; padding: 2pt 4pt; text-align: left; vertical-align: top;
  overflow-wrap: anywhere; white-space: pre-wrap; }
th { background: #ddebf7; }
.n { text-align: right; }
.total { font-weight: bold; }
.signatures { display: flex; gap: 24pt; margin: 18pt 0; break-inside: avoid; }
.signatures span { flex: 1; border-bottom: 0.5pt solid #444; padding-bottom: 18pt; }
pre { font-size: 6pt; white-space: pre-wrap; overflow-wrap: anywhere; }
</style>
)";
constexpr std::string_view manifest_begin = "<pre id=\"manifest\">";
constexpr std::string_view manifest_end = "</pre>\n";
constexpr std::string_view row_begin = "<tr class=\"row\">";
constexpr std::string_view cell_end = "</td>";
constexpr std::string_view lang_begin = "<html lang=\"";

constexpr std::pair<char, std::string_view> escapes[] = {
    {'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"}};

std::string html_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto* const at = std::ranges::find(escapes, c, &std::pair<char, std::string_view>::first);
    if (at == std::end(escapes))
      out += c;
    else
      out += at->second;
  }
  return out;
}

std::string html_unescaped(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto* const at = std::ranges::find_if(
        escapes, [&](const auto& escape) { return text.starts_with(escape.second); });
    out += at == std::end(escapes) ? text.front() : at->first;
    text.remove_prefix(at == std::end(escapes) ? 1 : at->second.size());
  }
  return out;
}

std::string_view lang_of(Language language) { return language == Language::zh ? "zh-CN" : "en"; }

/// Money with separators, as people read it.
std::string text_in_page(const Cell& cell, const ReportColumn& column) {
  if (column.holds != "money" || cell.kind != CellKind::number) return cell.text;
  const auto amount = signed_yuan(cell.text);
  return amount ? ledger::format_yuan_grouped(*amount) : cell.text;
}

/// One row of the table; `cells` are those of the columns.
std::string row_html(const std::vector<Cell>& cells, const std::vector<std::string>& identities,
                     const Manifest& manifest, std::string_view begin) {
  std::string html(begin);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    html += cells[i].kind == CellKind::number ? "<td class=\"n\">" : "<td>";
    html += html_escaped(text_in_page(cells[i], manifest.columns[i]));
    html += cell_end;
  }
  for (const auto& text : identities) html += "<td>" + html_escaped(text) + std::string(cell_end);
  return html + "</tr>\n";
}

std::string top_html(const Manifest& manifest, Language language) {
  const auto& title = manifest.title;
  const auto main = html_escaped(text_of(title, language));
  const auto other = html_escaped(language == Language::zh ? title.en : title.zh);
  std::string html(report_html_begin);
  html += std::string(lang_begin) + std::string(lang_of(language)) +
          "\">\n<head>\n<meta charset=\"utf-8\">\n<title>" + main + "</title>\n" +
          std::string(style) + "</head>\n<body>\n<h1>" + main + "</h1>\n<p class=\"other\">" +
          other + "</p>\n<dl>\n";
  for (const auto& [label, value] : facts_of(manifest))
    html += "<dt>" + html_escaped(in_both(label)) + "</dt><dd>" + html_escaped(value) + "</dd>\n";
  html += "</dl>\n<table>\n<thead>\n<tr>";
  for (const auto& column : manifest.columns)
    html += "<th>" + html_escaped(in_both(column.title)) + "</th>";
  for (const auto& label : identity_titles(manifest))
    html += "<th>" + html_escaped(in_both(label)) + "</th>";
  return html + "</tr>\n</thead>\n<tbody>\n";
}

std::string bottom_html(const Manifest& manifest, std::size_t rows) {
  std::string html;
  if (const auto totals = total_cells(manifest); !totals.empty())
    html += row_html(totals, {}, manifest, "<tr class=\"total\">");
  html += "</tbody>\n</table>\n<p>" + html_escaped(in_both(end_words(rows))) +
          "</p>\n<p class=\"signatures\">";
  for (const auto& label : {Label{"经办人", "prepared by"}, Label{"复核人", "checked by"},
                            Label{"负责人", "responsible"}, Label{"日期", "date"}})
    html += "<span>" + html_escaped(in_both(label)) + "</span>";
  html += "</p>\n<h2>" + html_escaped(in_both({"清单", "manifest"})) + "</h2>\n";
  html += std::string(manifest_begin) + html_escaped(manifest.to_text()) +
          std::string(manifest_end) + "</body>\n</html>\n";
  return html;
}

/// The parts of the text between `begin` and the next `end`; moves behind it.
std::optional<std::string_view> between(std::string_view& text, std::string_view begin,
                                        std::string_view end) {
  const auto from = text.find(begin);
  if (from == std::string_view::npos) return std::nullopt;
  const auto until = text.find(end, from + begin.size());
  if (until == std::string_view::npos) return std::nullopt;
  const auto part = text.substr(from + begin.size(), until - from - begin.size());
  text.remove_prefix(until + end.size());
  return part;
}

std::optional<Manifest> manifest_in(std::string_view text) {
  const auto at = text.rfind(manifest_begin);
  if (at == std::string_view::npos) return std::nullopt;
  auto rest = text.substr(at);
  const auto escaped_text = between(rest, manifest_begin, manifest_end);
  if (!escaped_text) return std::nullopt;
  auto manifest = read_manifest(html_unescaped(*escaped_text));
  return manifest ? std::optional(std::move(*manifest)) : std::nullopt;
}

/// The texts of the cells of one row.
std::vector<std::string> texts_in(std::string_view row) {
  std::vector<std::string> texts;
  while (const auto cell = between(row, "<td", cell_end)) {
    const auto begin = cell->find('>');
    texts.push_back(html_unescaped(cell->substr(begin == std::string_view::npos ? 0 : begin + 1)));
  }
  return texts;
}

bool take_html_row(std::string_view row, MadeReport& read) {
  auto texts = texts_in(row);
  const auto columns = read.manifest.columns.size();
  if (texts.size() != columns + 2 * read.manifest.identities.size() ||
      read.rows.size() > report_rows_max)
    return false;
  std::vector<Cell> cells;
  for (std::size_t i = 0; i < columns; ++i) {
    // Separators are how a page shows money, no part of it.
    if (read.manifest.columns[i].holds == "money")
      if (const auto amount =
              ledger::parse_yuan_loosely(texts[i].starts_with('-') ? texts[i].substr(1) : texts[i]))
        texts[i] = (texts[i].starts_with('-') ? "-" : "") + ledger::format_yuan(*amount);
    cells.push_back({CellKind::text, texts[i]});
  }
  read.rows.push_back(row_of(cells, read.manifest));
  if (!read.manifest.identities.empty())
    read.identities.emplace_back(texts.begin() + static_cast<std::ptrdiff_t>(columns), texts.end());
  return true;
}

}  // namespace

Result<void> write_report_html(const MadeReport& made, Language language, const Out& out) {
  auto written = out(top_html(made.manifest, language));
  for (std::size_t i = 0; written && i < made.rows.size(); ++i) {
    static const std::vector<std::string> none;
    const auto& identities = made.identities.empty() ? none : made.identities[i];
    written = out(row_html(cells_of(made.rows[i], made.manifest, language), identities,
                           made.manifest, row_begin));
  }
  if (!written) return written;
  return out(bottom_html(made.manifest, made.rows.size()));
}

Parsed<MadeReport> read_report_html(std::string_view text) {
  auto manifest = manifest_in(text);
  if (!manifest) return not_a_report();
  MadeReport read{std::move(*manifest), {}, {}};
  auto head = text;
  const auto lang = between(head, lang_begin, "\"");
  const auto language = lang == lang_of(Language::en) ? Language::en : Language::zh;
  auto rest = text;
  while (const auto row = between(rest, row_begin, "</tr>\n"))
    if (!take_html_row(*row, read)) return not_a_report();
  auto left = text;
  const auto same = write_report_html(read, language, [&left](std::string_view piece) {
    if (!left.starts_with(piece))
      return Result<void>(ledger::Error{ledger::Failure::invalid, "differs"});
    left.remove_prefix(piece.size());
    return Result<void>();
  });
  if (!same || !left.empty()) return not_a_report();
  return read;
}

}  // namespace kinledger::projections

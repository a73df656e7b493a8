#include "projections/reports/report_file.h"

#include <boost/json.hpp>
#include <fstream>

#include "ledger/crypto.h"
#include "ledger/intake/whole_file.h"
#include "ledger/json.h"
#include "ledger/read_file.h"
#include "projections/reports/report_csv.h"
#include "projections/reports/report_html.h"
#include "projections/reports/report_lines.h"
#include "projections/reports/report_texts.h"
#include "projections/reports/report_workbook.h"

namespace kinledger::projections {
namespace {

using ledger::Parsed;
using ledger::Reason;
using ledger::Result;

/// Longest text file of a report: a thousand bytes for each row.
constexpr std::size_t text_bytes_max = std::size_t{1'000} * report_rows_max;
constexpr std::string_view zip_begin = "PK\x03\x04";

constexpr std::pair<std::string_view, ReportFormat> extensions[] = {
    {".xlsx", ReportFormat::xlsx},
    {".csv", ReportFormat::csv},
    {".json", ReportFormat::json},
    {".ndjson", ReportFormat::ndjson},
    {".html", ReportFormat::html}};

Result<void> write_text(const MadeReport& made, const std::filesystem::path& path,
                        ReportFormat format, Language language) {
  auto file = ledger::intake::WholeFile::create(path);
  if (!file) return file.error();
  const Out out = [&](std::string_view piece) { return (*file)->write(piece); };
  const auto written = format == ReportFormat::json     ? write_report_json(made, out)
                       : format == ReportFormat::ndjson ? write_report_ndjson(made, out)
                                                        : write_report_html(made, language, out);
  return written ? (*file)->keep() : written;
}

/// The first bytes of a file, as many as tell what it is.
std::string begin_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string begin(report_html_begin.size(), '\0');
  file.read(begin.data(), static_cast<std::streamsize>(begin.size()));
  begin.resize(static_cast<std::size_t>(file.gcount()));
  return begin;
}

bool has_manifest_beside(const std::filesystem::path& path) {
  std::error_code ignored;
  return path.extension() == ".csv" && std::filesystem::exists(manifest_path(path), ignored);
}

Reason row_differs(std::size_t number, std::string_view file, std::string_view ledger) {
  const auto row = std::to_string(number);
  const auto or_none = [](std::string_view text) {
    return text.empty() ? std::string("(none)") : std::string(text);
  };
  return {"REPORT_ROW",
          "第 " + row + " 行与账本不符\n  报表：" + or_none(file) + "\n  账本：" + or_none(ledger),
          "row " + row + " is not what the ledger says\n  report: " + or_none(file) +
              "\n  ledger: " + or_none(ledger)};
}

}  // namespace

std::optional<ReportFormat> report_format_of(const std::filesystem::path& path) {
  const auto extension = path.extension().string();
  for (const auto& [name, format] : extensions)
    if (extension == name) return format;
  return std::nullopt;
}

Result<void> write_report(const MadeReport& made, const std::filesystem::path& path,
                          ReportFormat format, const ReportLook& look) {
  if (format == ReportFormat::csv) return write_report_csv(made, path, look);
  if (format == ReportFormat::xlsx) return write_report_workbook(made, path, look.language);
  return write_text(made, path, format, look.language);
}

bool is_report_file(const std::filesystem::path& path) {
  const auto begin = begin_of(path);
  return begin.starts_with(report_lines_begin) || begin == report_html_begin ||
         begin.starts_with(zip_begin) || has_manifest_beside(path);
}

Parsed<MadeReport> read_report(const std::filesystem::path& path) {
  if (has_manifest_beside(path)) return read_report_csv(path);
  const auto begin = begin_of(path);
  if (begin.starts_with(zip_begin)) return read_report_workbook(path);
  const auto text = ledger::read_file(path, text_bytes_max);
  if (!text || !*text || (*text)->size() > text_bytes_max) return not_a_report();
  return begin == report_html_begin ? read_report_html(**text) : read_report_lines(**text);
}

std::optional<Reason> fault_of(const MadeReport& read) {
  const auto& manifest = read.manifest;
  if (read.rows.size() != manifest.rows) {
    const auto has = std::to_string(read.rows.size());
    const auto wanted = std::to_string(manifest.rows);
    return Reason("REPORT_ROWS", "文件有 " + has + " 行，清单写明 " + wanted + " 行",
                  "the file has " + has + " rows, the manifest says " + wanted);
  }
  const auto stated = boost::json::parse(manifest.totals);
  const auto named = Totals::named_in(stated);
  if (!named) return Reason("REPORT_MANIFEST", "清单没有合计", "the manifest has no totals");
  Totals totals(manifest.columns, named->summed, named->grouped_by);
  ledger::Sha256 digest;
  for (const auto& row : read.rows) {
    digest.update(ledger::as_bytes(row)).update(ledger::as_bytes("\n"));
    totals.add(boost::json::parse(row).get_object());
  }
  if (digest.finish() != manifest.digest)
    return Reason("REPORT_DIGEST", "各行的摘要与清单不符：有单元格已被改动",
                  "the rows do not have the digest of the manifest: a cell was changed");
  if (totals.is_too_large() || ledger::canonical_json(totals.to_json()) != manifest.totals)
    return Reason("REPORT_TOTALS", "合计与各行之和不符", "the totals are not the sums of the rows");
  return std::nullopt;
}

std::optional<Reason> difference(const MadeReport& read, MadeReport made) {
  const auto rows = std::max(read.rows.size(), made.rows.size());
  for (std::size_t i = 0; i < rows; ++i) {
    const auto of = [i](const std::vector<std::string>& lines) {
      return i < lines.size() ? std::string_view(lines[i]) : std::string_view();
    };
    if (of(read.rows) != of(made.rows)) return row_differs(i + 1, of(read.rows), of(made.rows));
  }
  // What stands beside the rows, and which version of the program wrote them.
  made.manifest.checkpoint = read.manifest.checkpoint;
  made.manifest.identities = read.manifest.identities;
  made.manifest.program = read.manifest.program;
  if (made.manifest.to_text() == read.manifest.to_text()) return std::nullopt;
  return Reason("REPORT_MANIFEST", "各行相同，但清单（规则包、用语或合计）与账本得出的不符",
                "the rows are the same, but the manifest (packs, words or totals) is not what the "
                "ledger gives");
}

}  // namespace kinledger::projections

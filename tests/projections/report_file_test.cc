// Reports as files: written, read back, and changed by somebody.
#include "projections/reports/report_file.h"

#include "ledger/intake/row_source.h"
#include "projections/reports/report_csv.h"
#include "tests/projections/reports_fixture.h"

namespace kinledger::projections {
namespace {

ledger::Result<bool> told_of_all(const ledger::PersonId&) { return true; }

constexpr const char* extensions[] = {".xlsx", ".csv", ".json", ".ndjson", ".html"};

class ReportFiles : public ReportsTest {
 protected:
  /// The code of what is wrong with a file; empty when nothing is.
  static std::string wrong_with(const std::filesystem::path& file) {
    const auto read = read_report(file);
    if (!read) return read.error().code;
    const auto fault = fault_of(*read);
    return fault ? fault->code : std::string();
  }
  void put(const std::filesystem::path& file, const std::string& bytes) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
  }
};

TEST_F(ReportFiles, AreReadBackAsTheyWereWritten) {
  for (const auto& report : reports()) {
    if (report.make == nullptr) continue;
    const auto made = try_make(report, arguments_for(report)).value();
    for (const auto* extension : extensions)
      for (const auto language : {Language::zh, Language::en}) {
        const auto file = write(made, "list" + std::string(extension), {language, true});
        EXPECT_TRUE(is_report_file(file)) << file;
        const auto read = read_report(file);
        ASSERT_TRUE(read) << report.name() << extension << " " << read.error().code;
        EXPECT_EQ(read->rows, made.rows) << report.name() << extension;
        EXPECT_EQ(read->manifest.to_text(), made.manifest.to_text());
        EXPECT_EQ(fault_of(*read), std::nullopt) << report.name() << extension;
      }
  }
}

TEST_F(ReportFiles, AreTheSameBytesEachTime) {
  const auto made = make("finance");
  for (const auto* extension : extensions) {
    const auto one = write(made, "one" + std::string(extension));
    const auto other = write(make("finance"), "other" + std::string(extension));
    EXPECT_EQ(bytes_of(one), bytes_of(other)) << extension;
  }
  EXPECT_EQ(bytes_of(path("one.manifest.json")), bytes_of(path("other.manifest.json")));
}

TEST_F(ReportFiles, WithAnyCellChangedAreFoundOut) {
  const auto made = make("finance");
  for (const auto* extension : extensions)
    for (const auto* column : {"used", "fiscalLevel", "unitName", "recoverBy", "children"}) {
      auto changed = made;
      auto cells = row(changed, 1);
      const std::string_view name(column);
      if (name == "used") cells[column] = "0.01";
      if (name == "fiscalLevel") cells[column] = "municipal";
      if (name == "unitName") cells[column] = "另一个机关";
      if (name == "recoverBy") cells[column] = "2023-01-01";
      if (name == "children") cells[column] = 7;
      changed.rows[1] = ledger::canonical_json(cells);
      ASSERT_NE(changed.rows, made.rows) << column;
      const auto file = write(changed, "changed" + std::string(extension));
      EXPECT_EQ(wrong_with(file), "REPORT_DIGEST") << extension << " " << column;
    }
}

TEST_F(ReportFiles, WithARowMissingOrMoreAreFoundOut) {
  const auto made = make("finance");
  for (const auto* extension : extensions) {
    auto fewer = made;
    fewer.rows.pop_back();
    EXPECT_NE(wrong_with(write(fewer, "fewer" + std::string(extension))), "") << extension;
    auto more = made;
    more.rows.push_back(made.rows.front());
    EXPECT_NE(wrong_with(write(more, "more" + std::string(extension))), "") << extension;
    auto swapped = made;
    std::swap(swapped.rows[0], swapped.rows[1]);
    EXPECT_EQ(wrong_with(write(swapped, "swapped" + std::string(extension))), "REPORT_DIGEST");
  }
}

TEST_F(ReportFiles, ThatWereCutOffAreNoReports) {
  const auto made = make("finance");
  for (const auto* extension : {".csv", ".json", ".ndjson", ".html"}) {
    const auto file = write(made, "cut" + std::string(extension));
    const auto whole = bytes_of(file);
    // Behind the end there are only empty cells of its line, and its line feed.
    const auto end = std::string(extension) == ".csv" ? whole.rfind("（完）") : whole.size();
    for (std::size_t bytes = 1; bytes < end; bytes += 41) {
      put(file, whole.substr(0, bytes));
      EXPECT_NE(wrong_with(file), "") << extension << " " << bytes;
    }
    put(file, whole + whole);
    EXPECT_NE(wrong_with(file), "") << extension;
  }
  const auto workbook = write(made, "cut.xlsx");
  const auto whole = bytes_of(workbook);
  for (std::size_t bytes = 4; bytes < whole.size(); bytes += 997) {
    put(workbook, whole.substr(0, bytes));
    EXPECT_NE(wrong_with(workbook), "") << bytes;
  }
}

/// Outside the manifest, of which the ledger tells whether it is right.
TEST_F(ReportFiles, WithAnyByteOfTheirTextChangedAreFoundOut) {
  const auto made = make("migration");
  for (const auto* extension : {".json", ".ndjson", ".html"}) {
    const auto file = write(made, "bytes" + std::string(extension));
    const auto whole = bytes_of(file);
    const bool is_html = std::string(extension) == ".html";
    const auto begin = is_html ? 0 : whole.find('\n');
    const auto end = is_html ? whole.find("<pre id") : whole.size();
    for (std::size_t at = begin; at < end; at += 7) {
      auto changed = whole;
      changed[at] = static_cast<char>(changed[at] ^ 1);
      put(file, changed);
      EXPECT_NE(wrong_with(file), "") << extension << " " << at;
    }
  }
}

TEST_F(ReportFiles, StateTotalsThatAreFoundOutWhenTheyAreNotTheSums) {
  auto made = make("finance");
  auto stated = totals(made);
  stated["sums"].as_object()["used"] = "999.00";
  made.manifest.totals = ledger::canonical_json(stated);
  for (const auto* extension : extensions)
    EXPECT_EQ(wrong_with(write(made, "sums" + std::string(extension))), "REPORT_TOTALS")
        << extension;
}

TEST_F(ReportFiles, RunNothingWhateverTheirCellsBeginWith) {
  const auto made = make("finance");
  const auto csv = bytes_of(write(made, "list.csv"));
  EXPECT_NE(csv.find("'=HYPERLINK("), std::string::npos) << csv;
  EXPECT_EQ(csv.find(",=HYPERLINK("), std::string::npos);
  EXPECT_EQ(csv.find("\"=HYPERLINK("), std::string::npos);
  const auto html = bytes_of(write(made, "list.html"));
  EXPECT_EQ(html.find("<b>"), std::string::npos);
  EXPECT_EQ(html.find("<script"), std::string::npos);
  EXPECT_NE(html.find("&lt;b&gt;示例&lt;/b&gt;"), std::string::npos);
  auto rows = ledger::intake::open_rows(write(made, "list.xlsx")).value();
  ledger::intake::Row row;
  bool found = false;
  while (rows->next(row).value())
    for (const auto& cell : row.cells) {
      if (!cell.text.starts_with("=HYPERLINK")) continue;
      EXPECT_EQ(cell.kind, ledger::intake::CellKind::text);
      found = true;
    }
  EXPECT_TRUE(found);
}

TEST_F(ReportFiles, OfCsvKeepTextsThatBeginWithTheGuardItself) {
  auto made = make("finance");
  for (const auto* name : {"'", "'=x", "''", "+1", "-1", "-x", "@x", "＝全角"}) {
    auto cells = row(made, 0);
    cells["unitName"] = name;
    made.rows[0] = ledger::canonical_json(cells);
    const auto read = read_report(write(made, "guard.csv"));
    ASSERT_TRUE(read) << name;
    EXPECT_EQ(read->rows, made.rows) << name;
  }
}

TEST_F(ReportFiles, ShowNumbersDatesAndIdentityNumbersAsSuch) {
  auto made = make("migration");
  ASSERT_TRUE(add_identities(made, archive_->ledger().vault(), told_of_all));
  auto rows = ledger::intake::open_rows(write(made, "list.xlsx")).value();
  ledger::intake::Row row;
  bool found = false;
  while (rows->next(row).value())
    for (const auto& cell : row.cells)
      if (cell.text == child_.number) {
        EXPECT_EQ(cell.kind, ledger::intake::CellKind::text) << "all digits are kept";
        found = true;
      }
  EXPECT_TRUE(found);
  auto finance = ledger::intake::open_rows(write(make("finance"), "money.xlsx")).value();
  bool has_money = false;
  while (finance->next(row).value())
    for (const auto& cell : row.cells)
      has_money |= cell.kind == ledger::intake::CellKind::number && cell.text == "1000.5";
  EXPECT_TRUE(has_money);
}

TEST_F(ReportFiles, HaveNamesBesideTheRowsOutsideTheDigest) {
  const auto plain = make("migration");
  auto opened = plain;
  ASSERT_TRUE(add_identities(opened, archive_->ledger().vault(), told_of_all));
  EXPECT_EQ(persons_in(opened).size(), 2U);
  EXPECT_EQ(opened.manifest.digest, plain.manifest.digest);
  for (const auto* extension : extensions) {
    const auto read = read_report(write(opened, "names" + std::string(extension)));
    ASSERT_TRUE(read) << extension << read.error().code;
    EXPECT_EQ(read->rows, plain.rows) << extension;
    EXPECT_EQ(read->identities, opened.identities) << extension;
    EXPECT_EQ(fault_of(*read), std::nullopt) << extension;
  }
  EXPECT_NE(bytes_of(path("names.csv")).find(child_.number), std::string::npos);
  EXPECT_NE(bytes_of(path("names.html")).find("一个名字"), std::string::npos);
}

TEST_F(ReportFiles, OfCsvAreNothingWithoutTheirManifest) {
  const auto made = make("finance");
  const auto file = write(made, "list.csv");
  EXPECT_EQ(manifest_path(file), path("list.manifest.json"));
  const auto other = write(make("migration"), "other.csv");
  std::filesystem::copy_file(manifest_path(other), manifest_path(file),
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_EQ(wrong_with(file), "REPORT_FORMAT");
  std::filesystem::remove(manifest_path(file));
  EXPECT_FALSE(is_report_file(file));
}

TEST_F(ReportFiles, AreNotLeftBehindHalfWritten) {
  const auto made = make("finance");
  for (const auto* extension : extensions) {
    const auto file = path("missing") / ("list" + std::string(extension));
    EXPECT_FALSE(write_report(made, file, report_format_of(file).value(), {})) << extension;
  }
  EXPECT_FALSE(std::filesystem::exists(path("missing")));
  EXPECT_EQ(report_format_of("list.pdf"), std::nullopt);
  EXPECT_EQ(report_format_of("list"), std::nullopt);
}

TEST_F(ReportFiles, HaveManifestsOfExactlyOneForm) {
  const auto text = make("finance").manifest.to_text();
  const auto read = read_manifest(text);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->to_text(), text);
  EXPECT_FALSE(read_manifest(text + " "));
  EXPECT_FALSE(read_manifest("{}"));
  EXPECT_FALSE(read_manifest("[]"));
  EXPECT_FALSE(read_manifest(""));
  for (std::size_t at = 0; at < text.size(); at += 3) {
    auto changed = text;
    changed[at] = static_cast<char>(changed[at] ^ 2);
    const auto other = read_manifest(changed);
    EXPECT_TRUE(!other || other->to_text() == changed) << at;
  }
}

}  // namespace
}  // namespace kinledger::projections

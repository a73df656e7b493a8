// Workbooks written and read back; what a reader of rows does not see is looked up in the parts.
#include "ledger/intake/workbook_writer.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include "tests/ledger/intake/table_files.h"

/// libxlsxwriter 1.1.4 never frees the formula of a drop-down list: some 30 bytes for each.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:lxw_strdup"; }

namespace kinledger::ledger::intake {
namespace {

using Texts = std::vector<std::string>;
using Numbers = std::vector<std::uint64_t>;

const TemplateSheet registration{
    .name = "登记表",
    .title_lines = {"家属参保登记表 / Registration of dependants", "填表说明见第二个工作表"},
    .columns = {{.heading = "姓名\nName"},
                {.heading = "证件号码\nID number", .width_characters = 24},
                {.heading = "关系\nRelation", .choices = {"子女", "配偶, 同住", "父母"}},
                {.heading = "出生日期\nBorn on", .kind = ColumnKind::date},
                {.heading = "金额\nAmount", .kind = ColumnKind::general}},
};

class WorkbookWriterTest : public ::testing::Test {
 protected:
  std::filesystem::path path() const { return directory_.file("table.xlsx"); }
  std::unique_ptr<WorkbookWriter> writer() {
    return std::move(WorkbookWriter::create(path()).value());
  }
  std::string sheet_part(int number) const {
    return part_of(path(), "xl/worksheets/sheet" + std::to_string(number) + ".xml");
  }

  TestDirectory directory_;
};

bool contains(const std::string& text, std::string_view wanted) {
  return text.find(wanted) != std::string::npos;
}

TEST_F(WorkbookWriterTest, WritesATemplateThatReadsAsItsHeader) {
  auto workbook = writer();
  ASSERT_TRUE(workbook->add_template(registration).has_value());
  ASSERT_TRUE(workbook
                  ->add_explanation({.name = "说明 Notes",
                                     .widths_characters = {20, 60},
                                     .lines = {{"列 Column", "填法 How to"}, {"姓名", "照证件"}}})
                  .has_value());
  ASSERT_TRUE(workbook->finish().has_value());

  const ReadTable table = read_table(path());
  EXPECT_EQ(row_numbers(table), (Numbers{1, 2, 3}));
  EXPECT_EQ(texts(table.rows[0]), (Texts{"家属参保登记表 / Registration of dependants"}));
  EXPECT_EQ(texts(table.rows[2]), (Texts{"姓名\nName", "证件号码\nID number", "关系\nRelation",
                                         "出生日期\nBorn on", "金额\nAmount"}));
  const ReadTable notes = read_table(path(), {.sheet = "说明 Notes"});
  EXPECT_EQ(texts(notes.rows.at(1)), (Texts{"姓名", "照证件"}));
}

TEST_F(WorkbookWriterTest, GivesTemplatesFrozenHeadersMergedTitlesAndDropDowns) {
  auto workbook = writer();
  ASSERT_TRUE(workbook->add_template(registration).has_value());
  ASSERT_TRUE(workbook->finish().has_value());
  const std::string sheet = sheet_part(1);
  EXPECT_TRUE(contains(sheet, R"(ySplit="3")"));
  EXPECT_TRUE(contains(sheet, R"(<mergeCell ref="A1:E1"/>)"));
  EXPECT_TRUE(contains(sheet, R"(sqref="C4:C1048576")"));
  EXPECT_TRUE(contains(sheet, "<formula1>'选项 choices'!$A$1:$A$3</formula1>"));
  EXPECT_TRUE(contains(part_of(path(), "xl/workbook.xml"),
                       R"(name="选项 choices" sheetId="2" state="hidden")"));
  const ReadTable choices = read_table(path(), {.sheet = std::string(choices_sheet_name)});
  EXPECT_EQ(texts(choices.rows.at(1)), (Texts{"配偶, 同住"}));
}

TEST_F(WorkbookWriterTest, BringsRareTextsBackByteForByte) {
  Texts all = rare_texts;
  for (const std::string text :
       {"_x0041_", "_x000D", "a\r\nb\tc", "\x01\x1F", "\uFFFE\uFFFF", "<&>\"'", "=1+1", "+1", "-1",
        "@x", "'x", "007", "330199199001010000"}) {
    all.push_back(text);
  }
  auto workbook = writer();
  ASSERT_TRUE(
      workbook->add_annotated({.name = "名单", .header_row = 1, .errors_column = 40}).has_value());
  ASSERT_TRUE(workbook->write_row(text_row(5, all)).has_value());
  ASSERT_TRUE(workbook->finish().has_value());
  const ReadTable table = read_table(path());
  ASSERT_EQ(table.rows.size(), 1u);
  EXPECT_EQ(table.rows[0], text_row(5, all));
  EXPECT_FALSE(contains(sheet_part(1), "<f>"));
}

TEST_F(WorkbookWriterTest, KeepsKindsAndRowNumbersInAnAnnotatedCopy) {
  const Row row{7,
                {{CellKind::number, "330199199001011000"},
                 {CellKind::number, "250.35"},
                 {CellKind::date, "2021-03-31"},
                 {CellKind::date, "1900-01-31"},
                 {CellKind::empty, ""},
                 {CellKind::boolean, "TRUE"},
                 {CellKind::text, "250.350"}}};
  auto workbook = writer();
  ASSERT_TRUE(
      workbook->add_annotated({.name = "名单", .header_row = 2, .errors_column = 7}).has_value());
  ASSERT_TRUE(workbook->write_row(text_row(2, {"a", "b"})).has_value());
  ASSERT_TRUE(workbook->write_row(row).has_value());
  ASSERT_TRUE(workbook->write_row({9, {{CellKind::error, "#N/A"}, {CellKind::date, "1900-02-29"}}})
                  .has_value());
  ASSERT_TRUE(workbook->finish().has_value());
  const ReadTable table = read_table(path());
  EXPECT_EQ(row_numbers(table), (Numbers{2, 7, 9}));
  EXPECT_EQ(table.rows[0].at(7).text, errors_heading);
  EXPECT_EQ(table.rows[1], row);
  EXPECT_EQ(table.rows[2], text_row(9, {"#N/A", "1900-02-29"}));
}

TEST_F(WorkbookWriterTest, MarksFaultsWithColourCommentAndColumn) {
  auto workbook = writer();
  ASSERT_TRUE(
      workbook->add_annotated({.name = "名单", .header_row = 1, .errors_column = 2}).has_value());
  ASSERT_TRUE(workbook->write_row(text_row(1, {"姓名", "证件号码", "错误 / errors"})).has_value());
  ASSERT_TRUE(
      workbook
          ->write_row(text_row(2, {"测试人", "330199", "an old remark"}),
                      {.errors = "证件号码：位数不对",
                       .marks = {{1, "位数不对\x01"}, {1, "check character"}, {4, "empty"}}})
          .has_value());
  ASSERT_TRUE(workbook->write_row(text_row(3, {"测试人", "1", "an old remark"})).has_value());
  ASSERT_TRUE(workbook->finish().has_value());

  const ReadTable table = read_table(path());
  EXPECT_EQ(texts(table.rows[0]), (Texts{"姓名", "证件号码", "错误 / errors"}));
  EXPECT_EQ(texts(table.rows[1]), (Texts{"测试人", "330199", "证件号码：位数不对"}));
  EXPECT_EQ(texts(table.rows[2]), (Texts{"测试人", "1"}));
  const std::string comments = part_of(path(), "xl/comments1.xml");
  EXPECT_TRUE(contains(comments, R"(ref="B2")"));
  EXPECT_TRUE(contains(comments, "位数不对_x0001_\ncheck character"));
  EXPECT_TRUE(contains(comments, R"(ref="E2")"));
  EXPECT_TRUE(contains(part_of(path(), "xl/styles.xml"), "FFFFC7CE"));
}

TEST_F(WorkbookWriterTest, KeepsTheHeadingOfTheErrorsColumnWhenTheHeaderIsWrong) {
  auto workbook = writer();
  ASSERT_TRUE(
      workbook->add_annotated({.name = "名单", .header_row = 1, .errors_column = 2}).has_value());
  ASSERT_TRUE(
      workbook->write_row(text_row(1, {"姓名"}), {.errors = "缺少列", .marks = {}}).has_value());
  ASSERT_TRUE(workbook->finish().has_value());
  EXPECT_EQ(texts(read_table(path()).rows.at(0)), (Texts{"姓名", "", std::string(errors_heading)}));
  EXPECT_TRUE(contains(part_of(path(), "xl/comments1.xml"), "缺少列"));
}

TEST_F(WorkbookWriterTest, CutsRemarksToWhatACellHolds) {
  std::string errors;
  while (errors.size() <= 3 * table_cell_characters_max) errors += "错";
  auto workbook = writer();
  ASSERT_TRUE(
      workbook->add_annotated({.name = "名单", .header_row = 1, .errors_column = 1}).has_value());
  ASSERT_TRUE(workbook->write_row(text_row(2, {"x"}), {errors, {{0, errors}}}).has_value());
  ASSERT_TRUE(workbook->finish().has_value());
  const std::string read = read_table(path()).rows.at(0).at(1).text;
  EXPECT_EQ(read, errors.substr(0, 3 * (table_cell_characters_max - 1)) + "…");
}

TEST_F(WorkbookWriterTest, StopsCommentingAtItsLimitButNotMarking) {
  auto workbook = writer();
  ASSERT_TRUE(
      workbook->add_annotated({.name = "名单", .header_row = 1, .errors_column = 1}).has_value());
  for (std::uint64_t i = 2; i < workbook_comments_max + 12; ++i) {
    ASSERT_TRUE(workbook->write_row(text_row(i, {"x"}), {"wrong", {{0, "wrong"}}}).has_value());
  }
  ASSERT_TRUE(workbook->finish().has_value());
  const std::string comments = part_of(path(), "xl/comments1.xml");
  EXPECT_TRUE(contains(comments, "ref=\"A" + std::to_string(workbook_comments_max + 1) + "\""));
  EXPECT_FALSE(contains(comments, "ref=\"A" + std::to_string(workbook_comments_max + 2) + "\""));
  EXPECT_EQ(read_table(path()).rows.size(), workbook_comments_max + 10);
}

TEST_F(WorkbookWriterTest, WritesTheSameBytesForTheSameContent) {
  const auto write = [&](std::string_view name) {
    auto workbook = std::move(WorkbookWriter::create(directory_.file(name)).value());
    EXPECT_TRUE(workbook->add_template(registration).has_value());
    EXPECT_TRUE(
        workbook->add_annotated({.name = "名单", .header_row = 1, .errors_column = 1}).has_value());
    EXPECT_TRUE(workbook->write_row(text_row(2, {"x"}), {"wrong", {{0, "wrong"}}}).has_value());
    EXPECT_TRUE(workbook->finish().has_value());
    return file_bytes(directory_.file(name));
  };
  EXPECT_EQ(write("one.xlsx"), write("two.xlsx"));
}

TEST_F(WorkbookWriterTest, RefusesTextThatNoReaderCouldOpen) {
  using namespace std::string_literals;
  for (const std::string& wrong :
       {"\xB2\xE2"s, "a\0b"s, std::string(table_cell_characters_max + 1, 'x')}) {
    auto workbook = writer();
    ASSERT_TRUE(
        workbook->add_annotated({.name = "名单", .header_row = 1, .errors_column = 1}).has_value());
    EXPECT_EQ(workbook->write_row(text_row(2, {wrong})).error().failure, Failure::invalid);
  }
  auto workbook = writer();
  ASSERT_TRUE(
      workbook->add_annotated({.name = "名单", .header_row = 1, .errors_column = 1}).has_value());
  EXPECT_EQ(workbook->write_row(text_row(2, {"x"}), {"", {{0, "\xFF"}}}).error().failure,
            Failure::invalid);
  EXPECT_EQ(workbook->write_row(text_row(3, {"x"}), {"\xFF", {}}).error().failure,
            Failure::invalid);
  workbook.reset();
  EXPECT_EQ(directory_.file_count(), 0u);
}

TEST_F(WorkbookWriterTest, RefusesSheetNamesThatSpreadsheetsRefuse) {
  auto workbook = writer();
  ASSERT_TRUE(workbook->add_explanation({.name = "名单", .widths_characters = {}, .lines = {}})
                  .has_value());
  for (const std::string name :
       {"", "名单", "a/b", "a[b]", "'a'", "a\x01", "\xFF", "more than thirty-one characters."}) {
    EXPECT_EQ(workbook->add_explanation({.name = name, .widths_characters = {}, .lines = {}})
                  .error()
                  .failure,
              Failure::invalid)
        << name;
  }
  EXPECT_TRUE(workbook->finish().has_value());
}

TEST_F(WorkbookWriterTest, RefusesRowsAndColumnsThatSpreadsheetsDoNotHave) {
  auto workbook = writer();
  EXPECT_EQ(workbook->add_annotated({.name = "名单", .header_row = 1, .errors_column = 256})
                .error()
                .failure,
            Failure::invalid);
  EXPECT_EQ(workbook->add_annotated({.name = "名单", .header_row = 0, .errors_column = 1})
                .error()
                .failure,
            Failure::invalid);
  EXPECT_EQ(
      workbook->add_template({.name = "名单", .title_lines = {}, .columns = {}}).error().failure,
      Failure::invalid);
  ASSERT_TRUE(
      workbook->add_annotated({.name = "名单", .header_row = 1, .errors_column = 1}).has_value());
  EXPECT_EQ(workbook->write_row(text_row(2, Texts(257, "x"))).error().failure, Failure::invalid);
  EXPECT_TRUE(workbook->write_row(text_row(1'048'576, {"x"})).has_value());
  EXPECT_EQ(workbook->write_row(text_row(1'048'577, {"x"})).error().failure, Failure::invalid);
}

TEST_F(WorkbookWriterTest, LeavesTheOldFileUntilItIsFinished) {
  put_file(path(), "old");
  {
    auto workbook = writer();
    ASSERT_TRUE(workbook->add_template(registration).has_value());
  }
  EXPECT_EQ(file_bytes(path()), "old");
  EXPECT_EQ(directory_.file_count(), 1u);
}

TEST_F(WorkbookWriterTest, RefusesPathsThatAreNotUsable) {
  EXPECT_EQ(WorkbookWriter::create(directory_.file("no/such.xlsx")).error().failure,
            Failure::invalid);
  EXPECT_EQ(WorkbookWriter::create(directory_.file("")).error().failure, Failure::invalid);
}

TEST_F(WorkbookWriterTest, FailsWithoutAFileWhenTheDiskTakesNoMore) {
  // Stands for a full disk, also that of the temporary files: writes beyond the limit fail.
  const auto previous_handler = signal(SIGXFSZ, SIG_IGN);
  rlimit previous{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &previous), 0);
  for (const rlim_t bytes_max : {rlim_t{3'000}, rlim_t{20'000}, rlim_t{200'000}}) {
    auto workbook = writer();
    const rlimit small{bytes_max, previous.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
    ASSERT_TRUE(
        workbook->add_annotated({.name = "名单", .header_row = 1, .errors_column = 1}).has_value());
    Result<void> written;
    for (std::uint64_t i = 1; i < 6'000 && written.has_value(); ++i) {
      written = workbook->write_row(text_row(i, {"测试人 " + std::to_string(i * 7'919)}));
    }
    if (written.has_value()) written = workbook->finish();
    ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &previous), 0);
    EXPECT_TRUE(written.has_error() && written.error().failure == Failure::unavailable)
        << bytes_max;
    workbook.reset();
    EXPECT_EQ(directory_.file_count(), 0u);
  }
  signal(SIGXFSZ, previous_handler);
}

}  // namespace
}  // namespace kinledger::ledger::intake

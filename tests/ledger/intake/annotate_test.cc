// What a clerk gets back: the same rows, with what is wrong beside them.
#include "ledger/intake/annotate.h"

#include <gtest/gtest.h>

#include "tests/ledger/intake/form_tables.h"

namespace kinledger::ledger::intake {
namespace {

const Cells list_title{"保费缴纳名单"};
const Cells list_header{"姓名", "身份证号", "医保年度", "缴费金额", "缴费日期"};
const Cells good{"示例子女", child, "2021", "250.00", "2021-03-31"};
const Cells bad{"示例次子", sibling, "21", "250.001", "2021-03-31"};

struct Annotated {
  std::vector<Row> rows;
  std::string comments;
};

/// Imports the table, copies it with its refusals, and reads the copy.
Annotated annotated(const TestDirectory& directory, const Table& table,
                    std::vector<Refusal> more = {}) {
  put_csv(directory.file("a.csv"), table);
  auto imported = import(directory.file("a.csv"));
  auto refusals = imported.refusals.shown;
  refusals.insert(refusals.end(), more.begin(), more.end());
  const auto copy = directory.file("copy.xlsx");
  const auto written =
      annotate(directory.file("a.csv"), import_options().form, refusals, refusals.size(), copy);
  EXPECT_TRUE(written.has_value()) << written.error().what;
  return {read_table(copy).rows, part_of(copy, "xl/comments1.xml")};
}

TEST(Annotate, CopiesTheRowsWithTheirErrors) {
  const TestDirectory directory;
  const auto copy = annotated(directory, {list_title, list_header, good, bad});
  ASSERT_EQ(copy.rows.size(), 4u);
  EXPECT_EQ(copy.rows[1].at(5).text, errors_heading);
  EXPECT_EQ(copy.rows[2].number, 3u);
  EXPECT_EQ(texts(copy.rows[2]), good);
  EXPECT_EQ(copy.rows[3].at(1).kind, CellKind::text) << "the number keeps its digits";
  const std::string& errors = copy.rows[3].at(5).text;
  EXPECT_NE(errors.find("医保年度：年度应为四位数字"), std::string::npos);
  EXPECT_NE(errors.find("A year is four digits"), std::string::npos);
  EXPECT_NE(errors.find("缴费金额："), std::string::npos);
  EXPECT_NE(copy.comments.find("ref=\"C4\""), std::string::npos);
  EXPECT_NE(copy.comments.find("ref=\"D4\""), std::string::npos);
  EXPECT_EQ(copy.comments.find("ref=\"A4\""), std::string::npos);
}

TEST(Annotate, CanBePutRightAndHandedInAgain) {
  const TestDirectory directory;
  auto copy = annotated(directory, {list_title, list_header, good, bad});
  copy.rows[3].cells[2].text = "2021";
  copy.rows[3].cells[3].text = "250.00";
  put_workbook(directory.file("right.xlsx"), copy.rows);
  const auto imported = import(directory.file("right.xlsx"));
  EXPECT_EQ(imported.told(), std::vector<std::string>{});
  EXPECT_EQ(imported.submissions.at(0).events.size(), 2u);
}

TEST(Annotate, WritesIntoTheColumnOfAnEarlierCopy) {
  const TestDirectory directory;
  auto wide = list_header;
  wide.emplace_back(errors_heading);
  auto row = bad;
  row.emplace_back("旧的错误");
  const auto copy = annotated(directory, {wide, row});
  EXPECT_EQ(copy.rows[0].cells.size(), 6u);
  EXPECT_EQ(copy.rows[1].at(5).text.find("旧的错误"), std::string::npos);
  EXPECT_NE(copy.rows[1].at(5).text.find("医保年度"), std::string::npos);
}

TEST(Annotate, PlacesWhatTheLedgerRefused) {
  const TestDirectory directory;
  const auto copy = annotated(directory, {list_header, good},
                              {{2, "person", {"PERSON_UNKNOWN", "没有此人", "nobody"}}});
  EXPECT_NE(copy.rows[1].at(5).text.find("没有此人 / nobody"), std::string::npos);
  EXPECT_NE(copy.comments.find("ref=\"B2\""), std::string::npos);
}

TEST(Annotate, PutsWhatConcernsTheWholeTableAtItsHeader) {
  const TestDirectory directory;
  const auto copy = annotated(directory, {{"颜色", "形状"}, {"红", "圆"}});
  EXPECT_EQ(copy.rows[0].at(2).text, errors_heading);
  EXPECT_NE(copy.comments.find("ref=\"C1\""), std::string::npos);
  EXPECT_NE(copy.comments.find("None of the first 30 rows"), std::string::npos);
}

TEST(Annotate, SaysWhenNotAllErrorsAreShown) {
  const TestDirectory directory;
  put_csv(directory.file("a.csv"), {list_header, good});
  const std::vector<Refusal> shown{{2, "姓名", {"X", "错", "wrong"}}};
  ASSERT_TRUE(annotate(directory.file("a.csv"), import_options().form, shown, 12'345,
                       directory.file("copy.xlsx"))
                  .has_value());
  EXPECT_NE(part_of(directory.file("copy.xlsx"), "xl/comments1.xml").find("12345"),
            std::string::npos);
}

TEST(Annotate, CannotCopyWhatCannotBeRead) {
  const TestDirectory directory;
  put_file(directory.file("a.csv"), "姓名,身份证号\n\"示例");
  const auto written =
      annotate(directory.file("a.csv"), import_options().form, {}, 0, directory.file("copy.xlsx"));
  ASSERT_TRUE(written.has_error());
  EXPECT_EQ(written.error().failure, Failure::invalid);
  EXPECT_FALSE(std::filesystem::exists(directory.file("copy.xlsx")));
}

TEST(Annotate, KeepsNumbersDatesAndFormulasOfAWorkbookHarmless) {
  const TestDirectory directory;
  put_workbook(directory.file("a.xlsx"), {text_row(1, list_header),
                                          {2,
                                           {{CellKind::text, "=HYPERLINK(\"x\")"},
                                            {CellKind::number, "330199201503070000"},
                                            {CellKind::number, "2021"},
                                            {CellKind::text, "250"},
                                            {CellKind::date, "2021-03-31"}}}});
  const auto imported = import(directory.file("a.xlsx"));
  ASSERT_EQ(imported.told(), std::vector<std::string>{"2 身份证号 ID_TURNED_INTO_NUMBER"});
  ASSERT_TRUE(annotate(directory.file("a.xlsx"), import_options().form, imported.refusals.shown, 1,
                       directory.file("copy.xlsx"))
                  .has_value());
  const auto rows = read_table(directory.file("copy.xlsx")).rows;
  EXPECT_EQ(rows[1].at(0).kind, CellKind::text);
  EXPECT_EQ(rows[1].at(2).kind, CellKind::number);
  EXPECT_EQ(rows[1].at(4), (Cell{CellKind::date, "2021-03-31"}));
}

}  // namespace
}  // namespace kinledger::ledger::intake

// Bad input, as it reaches an office: each kind has a refusal of its own, ends with 3, and leaves
// the ledger as it was.
#include <fstream>

#include "tests/ledger/intake/table_files.h"
#include "tests/tools/office.h"

namespace kinledger::tools {
namespace {

namespace intake = ledger::intake;

constexpr std::string_view premium_headings = "缴费日期,参保人身份证号,险种,医保年度,金额\n";
constexpr std::string_view form_headings =
    "序号,子女姓名,身份证号,父母姓名,身份证号,是否参保（少儿医保）\n";

class BadInput : public testing::Test {
 protected:
  BadInput() { size_ = office.tree_size(); }

  /// Imports the file: refused with this code, without a name or number in what is said.
  void expect_refused(const std::string& file, const std::string& code,
                      std::vector<std::string> options = {}) {
    SCOPED_TRACE(file + " " + code);
    std::vector<std::string> words = {"import", "city", file};
    words.insert(words.end(), options.begin(), options.end());
    const auto ran = office.shell.run(words);
    EXPECT_EQ(ran.exit, 3) << ran.told();
    EXPECT_TRUE(holds(ran.err, "[" + code + "]")) << ran.told();
    EXPECT_FALSE(holds(ran.err, office.child)) << ran.err;
    EXPECT_FALSE(holds(ran.err, "林知夏")) << ran.err;
    EXPECT_EQ(office.tree_size(), size_);
  }
  void expect_text_refused(const std::string& text, const std::string& code) {
    office.shell.write("bad.csv", text);
    expect_refused("bad.csv", code);
  }
  void expect_row_refused(const std::string& row, const std::string& code) {
    expect_text_refused(std::string(premium_headings) + row + "\n", code);
  }
  std::string row(const std::string& date, const std::string& number, const std::string& amount) {
    return date + "," + number + ",少儿医保,2021," + amount;
  }

  Office office;
  std::uint64_t size_ = 0;
};

TEST_F(BadInput, FilesThatAreNoTables) {
  expect_text_refused("", "FILE_EMPTY");
  expect_text_refused(std::string("缴费日期,\0参保人", 20), "CSV_NUL");
  expect_text_refused(std::string(premium_headings) + "2021-03-30,\xFF\xFE\xFF,x,2021,1\n",
                      "TEXT_ENCODING");
  intake::put_zip(office.shell.path("archive.xlsx"), {{"letter.txt", "no workbook"}});
  expect_refused("archive.xlsx", "FILE_NOT_A_WORKBOOK");
  office.shell.write("cut.xlsx", std::string("PK\x03\x04", 4) + "cut off");
  expect_refused("cut.xlsx", "XLSX_DAMAGED");
}

TEST_F(BadInput, Workbooks) {
  intake::HandmadeWorkbook bomb;
  bomb.rows = std::string(std::size_t{64} << 20, ' ');
  bomb.put(office.shell.path("bomb.xlsx"), {.zip64 = false, .level = 9});
  expect_refused("bomb.xlsx", "XLSX_BOMB");
  intake::HandmadeWorkbook book;
  book.rows = "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>x</t></is></c></row>";
  book.put(office.shell.path("book.xlsx"));
  expect_refused("book.xlsx", "SHEET_MISSING", {"--sheet", "名册"});
  // An ID number that a spreadsheet took for a number.
  book.rows =
      "<row r=\"1\"><c t=\"inlineStr\"><is><t>缴费日期</t></is></c><c t=\"inlineStr\"><is><t>"
      "参保人身份证号</t></is></c><c t=\"inlineStr\"><is><t>险种</t></is></c><c t=\"inlineStr\">"
      "<is><t>医保年度</t></is></c><c t=\"inlineStr\"><is><t>金额</t></is></c></row>"
      "<row r=\"2\"><c t=\"inlineStr\"><is><t>2021-03-30</t></is></c><c><v>3.30199E+17</v></c>"
      "<c t=\"inlineStr\"><is><t>少儿医保</t></is></c><c><v>2021</v></c><c><v>250</v></c></row>";
  book.put(office.shell.path("number.xlsx"));
  expect_refused("number.xlsx", "ID_TURNED_INTO_NUMBER");
}

TEST_F(BadInput, Columns) {
  expect_text_refused("缴费日期,险种,医保年度,金额\n2021-03-30,少儿医保,2021,250\n",
                      "COLUMN_MISSING");
  expect_text_refused("缴费日期,缴费日期,参保人身份证号,险种,医保年度,金额\n", "COLUMN_TWICE");
  expect_text_refused("缴费日期,参保人身份证号,险种,医保年度,金额,备用\n2021-03-30," +
                          office.child + ",少儿医保,2021,250,x\n",
                      "COLUMN_UNKNOWN");
}

TEST_F(BadInput, Characters) {
  const auto named = [](const std::string& name) {
    return "登记日期,人员姓名,人员身份证号\n2021-01-05," + name + "," + resident("20130101", 5) +
           "\n";
  };
  expect_text_refused(named("张\u202E三"), "TEXT_BIDI");
  expect_text_refused(named("张\u200B三"), "TEXT_ZERO_WIDTH");
  std::string wide = office.child;
  wide.replace(0, 1, "３");
  expect_row_refused(row("2021-03-30", wide, "250"), "ID_FULL_WIDTH");
}

TEST_F(BadInput, Values) {
  const auto& child = office.child;
  expect_row_refused(row("2021-02-31", child, "250"), "DATE_NOT_ON_CALENDAR");
  expect_row_refused(row("03/04/2021", child, "250"), "DATE_FORMAT");
  expect_row_refused(row("2021-03-30", child, "250.001"), "MONEY_TOO_MANY_DECIMALS");
  expect_row_refused(row("2021-03-30", child, "-250"), "MONEY_NEGATIVE");
  expect_row_refused(row("2021-03-30", child, "1000000000000000000"), "MONEY_TOO_LARGE");
  expect_row_refused(row("2021-03-30", child, "２５０"), "MONEY_FORMAT");
  auto wrong = child;
  wrong.back() = wrong.back() == '0' ? '1' : '0';
  expect_row_refused(row("2021-03-30", wrong, "250"), "ID_CHECK_DIGIT");
  expect_row_refused("2021-03-30," + child + ",养老,2021,250", "CODE_UNKNOWN");
  const auto told = [&](const char* language) {
    return office.shell.run({"import", "city", "bad.csv", "--lang", language}).err;
  };
  EXPECT_TRUE(holds(told("zh"), "少儿医保（children）")) << told("zh");
  EXPECT_TRUE(holds(told("en"), "one of: children, ")) << told("en");
}

TEST_F(BadInput, References) {
  expect_text_refused("入职日期,人员身份证号,单位编号\n2020-01-01," + office.parent + ",999\n",
                      "UNIT_UNKNOWN");
  expect_row_refused(row("2021-03-30", resident("20100101", 7), "250"), "PERSON_UNKNOWN");
}

TEST_F(BadInput, RegistrationForms) {
  const std::string block =
      "单位名称：示例市属机关,,,,,\n单位编号：330199001,,,日期：2021-03-05,,\n";
  const auto form = [&](const std::string& rows) {
    return block + std::string(form_headings) + rows;
  };
  const auto old = resident("19500101", 3), young = resident("20100101", 4);
  expect_text_refused(form("1,白露," + old + ",白景行," + young + ",是\n"),
                      "CHILD_OLDER_THAN_PARENT");
  const auto child = resident("20150101", 8), parent = resident("19850101", 9);
  const auto line = ",白露," + child + ",白景行," + parent + ",是\n";
  expect_text_refused(form("1" + line + "2" + line), "FORM_CHILD_TWICE");
}

TEST_F(BadInput, AFileOfTwoHundredMegabytesWithItsLastRowBad) {
  std::ofstream file(office.shell.path("large.csv"), std::ios::binary);
  file << premium_headings;
  std::string block;
  for (int i = 0; i < 5'000; ++i) {
    // Two million rows that differ by their amount alone.
    block += row("2021-03-30", office.child, "        ") + "\n";
  }
  const auto row_bytes = block.size() / 5'000;
  std::uint64_t amount = 0;
  while (static_cast<std::uint64_t>(file.tellp()) < 200'000'000) {
    for (std::size_t i = 0; i < 5'000; ++i) {
      const auto text = std::to_string(10'000'000 + amount++);
      block.replace((i + 1) * row_bytes - 1 - text.size(), text.size(), text);
    }
    file << block;
  }
  file << row("2021-02-31", office.child, "250") << "\n";
  file.close();
  expect_refused("large.csv", "DATE_NOT_ON_CALENDAR");
}

}  // namespace
}  // namespace kinledger::tools

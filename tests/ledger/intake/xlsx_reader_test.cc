// Workbooks as the many programs that write them do: what each way of storing a value comes to.
#include "ledger/intake/xlsx_reader.h"

#include <gtest/gtest.h>

#include "tests/ledger/intake/table_files.h"

namespace kinledger::ledger::intake {
namespace {

using Texts = std::vector<std::string>;
using Numbers = std::vector<std::uint64_t>;

class XlsxReaderTest : public ::testing::Test {
 protected:
  ReadTable read(const HandmadeWorkbook& workbook, const OpenOptions& options = {}) {
    workbook.put(directory_.file("table.xlsx"));
    return read_table(directory_.file("table.xlsx"), options);
  }
  ReadTable read_rows(const std::string& rows) { return read({.rows = rows}); }

  TestDirectory directory_;
};

const Cell& cell(const ReadTable& table, std::size_t row, std::size_t column) {
  return table.rows.at(row).at(column);
}

TEST_F(XlsxReaderTest, ReadsEveryWayToStoreAValue) {
  const ReadTable table = read({
      .rows =
          R"(<row r="1"><c r="A1" t="s"><v>1</v></c><c r="B1" t="inlineStr"><is><t>直接</t></is></c>)"
          R"(<c r="C1" t="str"><f>"x"</f><v>公式</v></c><c r="D1"><v>250.35</v></c>)"
          R"(<c r="E1" t="n"><v>1</v></c><c r="F1" t="b"><v>1</v></c><c r="G1" t="b"><v>0</v></c>)"
          R"(<c r="H1" t="e"><v>#N/A</v></c><c r="I1" t="d"><v>2021-03-31T00:00:00</v></c></row>)",
      .shared_strings = "<sst><si><t>零</t></si><si><t>共享</t></si></sst>",
  });
  ASSERT_EQ(table.code, "");
  ASSERT_EQ(table.rows.size(), 1u);
  EXPECT_EQ(table.rows[0].cells, (std::vector<Cell>{{CellKind::text, "共享"},
                                                    {CellKind::text, "直接"},
                                                    {CellKind::text, "公式"},
                                                    {CellKind::number, "250.35"},
                                                    {CellKind::number, "1"},
                                                    {CellKind::boolean, "TRUE"},
                                                    {CellKind::boolean, "FALSE"},
                                                    {CellKind::error, "#N/A"},
                                                    {CellKind::date, "2021-03-31"}}));
}

TEST_F(XlsxReaderTest, TellsAnIdentityNumberStoredAsANumber) {
  const ReadTable table = read_rows(
      R"(<row><c><v>3.3019919900101101E+17</v></c><c t="inlineStr"><is><t>33019919900101001X</t>)"
      R"(</is></c></row>)");
  EXPECT_EQ(cell(table, 0, 0), (Cell{CellKind::number, "330199199001011000"}));
  EXPECT_EQ(cell(table, 0, 1), (Cell{CellKind::text, "33019919900101001X"}));
}

TEST_F(XlsxReaderTest, PutsRunsTogetherWithoutPhoneticGuides) {
  const std::string rich =
      R"(<r><rPr><b/></rPr><t xml:space="preserve">王 </t></r><rPh sb="0" eb="1"><t>wang</t></rPh>)"
      R"(<r><t>小_x000D_</t></r><r><t>明</t></r><phoneticPr fontId="1"/>)";
  const ReadTable table = read({
      .rows = R"(<row><c t="s"><v>0</v></c><c t="inlineStr"><is>)" + rich + "</is></c></row>",
      .shared_strings = "<sst><si>" + rich + "</si></sst>",
  });
  EXPECT_EQ(texts(table.rows.at(0)), (Texts{"王 小\r明", "王 小\r明"}));
}

TEST_F(XlsxReaderTest, KeepsRareCharactersAndSpaces) {
  std::string row, strings;
  for (std::size_t i = 0; i < rare_texts.size(); ++i) {
    row += R"(<c t="s"><v>)" + std::to_string(i) + "</v></c>";
    strings += "<si><t>" + rare_texts[i] + "</t></si>";
  }
  const ReadTable table =
      read({.rows = "<row>" + row + "</row>", .shared_strings = "<sst>" + strings + "</sst>"});
  EXPECT_EQ(texts(table.rows.at(0)), rare_texts);
}

TEST_F(XlsxReaderTest, KnowsThePredefinedAndNumericEntities) {
  const ReadTable table =
      read_rows("<row><c t=\"str\"><v>&lt;&amp;&gt;&quot;&apos;&#x20BB7;&#27979;</v></c></row>");
  EXPECT_EQ(cell(table, 0, 0).text, "<&>\"'𠮷测");
}

TEST_F(XlsxReaderTest, ShowsDatesByTheFormatOfTheCell) {
  HandmadeWorkbook workbook{
      .rows = R"(<row><c s="0"><v>44286</v></c><c s="1"><v>44286.75</v></c><c s="2"><v>60</v></c>)"
              R"(<c s="3"><v>44286</v></c><c s="4"><v>44286</v></c><c s="1"><v>0.5</v></c>)"
              R"(<c s="99"><v>44286</v></c></row>)",
      .styles = R"(<x:styleSheet xmlns:x="x"><x:numFmts>)"
                R"(<x:numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/>)"
                R"(<x:numFmt numFmtId="165" formatCode="0.00&quot;dm&quot;"/></x:numFmts>)"
                R"(<x:cellStyleXfs><x:xf numFmtId="14"/></x:cellStyleXfs>)"
                R"(<x:cellXfs><x:xf numFmtId="0"/><x:xf numFmtId="14"/><x:xf numFmtId="164"/>)"
                R"(<x:xf numFmtId="165"/>)"
                R"(<x:xf/></x:cellXfs><x:dxfs><x:dxf><x:numFmt numFmtId="165" formatCode="yyyy"/>)"
                R"(</x:dxf></x:dxfs></x:styleSheet>)"};
  EXPECT_EQ(read(workbook).rows.at(0).cells, (std::vector<Cell>{{CellKind::number, "44286"},
                                                                {CellKind::date, "2021-03-31"},
                                                                {CellKind::date, "1900-02-29"},
                                                                {CellKind::number, "44286"},
                                                                {CellKind::number, "44286"},
                                                                {CellKind::number, "0.5"},
                                                                {CellKind::number, "44286"}}));

  workbook.workbook_properties = R"(<workbookPr date1904="1"/>)";
  workbook.rows = R"(<row><c s="1"><v>42824</v></c><c s="1"><v>0</v></c></row>)";
  EXPECT_EQ(texts(read(workbook).rows.at(0)), (Texts{"2021-03-31", "1904-01-01"}));
}

TEST_F(XlsxReaderTest, TellsAFormulaWhoseResultWasNeverStored) {
  const ReadTable table = read_rows(
      R"(<row><c><f>SUM(A1)</f></c><c><f>A1</f><v></v></c><c t="str"><f>""</f><v></v></c>)"
      R"(<c t="str"><v>x</v></c></row>)");
  EXPECT_EQ(cell(table, 0, 0), (Cell{CellKind::error, ""}));
  EXPECT_EQ(cell(table, 0, 1), (Cell{CellKind::error, ""}));
  EXPECT_EQ(cell(table, 0, 2), Cell{});
}

TEST_F(XlsxReaderTest, NumbersRowsAsTheSpreadsheetShowsThem) {
  const ReadTable table = read_rows(
      R"(<row r="3"><c r="B3"><v>1</v></c></row><row><c><v>2</v></c></row><row r="9"/>)"
      R"(<row r="10" hidden="1"><c r="A10"><v>3</v></c></row><row r="11"><c r="A11" s="1"/>)"
      R"(<c r="B11" t="s"/></row>)"
      R"(<row r="1048576"><c r="C1048576"><v>4</v></c><c><v>5</v></c></row>)");
  EXPECT_EQ(table.code, "");
  EXPECT_EQ(row_numbers(table), (Numbers{3, 4, 10, 1'048'576}));
  EXPECT_EQ(texts(table.rows[0]), (Texts{"", "1"}));
  EXPECT_EQ(texts(table.rows[3]), (Texts{"", "", "4", "5"}));
}

TEST_F(XlsxReaderTest, ReadsAMergedTitleAboveTheHeader) {
  const ReadTable table = read({
      .rows =
          R"(<row r="1"><c r="A1" t="str"><v>参保登记表</v></c><c r="B1" s="1"/><c r="C1" s="1"/></row>)"
          R"(<row r="3"><c r="A3" t="str"><v>姓名</v></c><c r="B3" t="str"><v>证件号码</v></c></row>)",
      .sheet = R"(<worksheet><dimension ref="A1:A1"/><sheetData>{}</sheetData>)"
               R"(<mergeCells count="1"><mergeCell ref="A1:C1"/></mergeCells></worksheet>)",
  });
  EXPECT_EQ(row_numbers(table), (Numbers{1, 3}));
  EXPECT_EQ(texts(table.rows[0]), (Texts{"参保登记表"}));
  EXPECT_EQ(texts(table.rows[1]), (Texts{"姓名", "证件号码"}));
}

TEST_F(XlsxReaderTest, PassesOverWhatOtherProgramsAdd) {
  const ReadTable table = read({
      .rows = R"(<!-- note --><x><row><c><v>9</v></c></row></x><row><x/><c><v>1</v><extLst><ext>)"
              R"(<v>2</v><c/></ext></extLst></c></row>)",
      .sheet =
          R"(<worksheet><sheetViews><row r="7"/></sheetViews><sheetData>{}</sheetData><extLst>)"
          R"(<sheetData/></extLst></worksheet>)",
  });
  EXPECT_EQ(table.code, "");
  EXPECT_EQ(row_numbers(table), (Numbers{1}));
  EXPECT_EQ(texts(table.rows[0]), (Texts{"1"}));
}

TEST_F(XlsxReaderTest, ReadsPrefixedAndStrictWorkbooks) {
  const ReadTable table = read({
      .rows = R"(<s:row r="1"><s:c r="A1" t="inlineStr"><s:is><s:t>甲</s:t></s:is></s:c></s:row>)",
      .sheet = R"(<s:worksheet xmlns:s="http://purl.oclc.org/ooxml/spreadsheetml/main">)"
               R"(<s:sheetData>{}</s:sheetData></s:worksheet>)",
  });
  EXPECT_EQ(texts(table.rows.at(0)), (Texts{"甲"}));
}

TEST_F(XlsxReaderTest, FollowsRelationshipsToAnyPlace) {
  HandmadeWorkbook workbook;
  workbook.sheets =
      R"(<sheet name="甲" sheetId="1" r:id="a"/><sheet name="乙" sheetId="2" r:id="b"/>)";
  workbook.relationships =
      R"(<Relationship Id="a" Type="t/worksheet" Target="/Tables/One.xml"/>)"
      R"(<Relationship Id="b" Type="t/worksheet" Target="../tables/./x/../two.xml"/>)"
      R"(<Relationship Id="c" Type="t/styles" Target="http://127.0.0.1/styles.xml")"
      R"( TargetMode="External"/>)";
  const auto sheet = [](const std::string& value) {
    return "<worksheet><sheetData><row><c><v>" + value + "</v></c></row></sheetData></worksheet>";
  };
  workbook.more_parts = {{"tables/one.XML", sheet("1")}, {"tables\\two.xml", sheet("2")}};
  EXPECT_EQ(cell(read(workbook), 0, 0).text, "1");
  EXPECT_EQ(cell(read(workbook, {.sheet = "乙"}), 0, 0).text, "2");
}

TEST_F(XlsxReaderTest, ChoosesTheFirstVisibleSheetOrTheNamedOne) {
  HandmadeWorkbook workbook;
  workbook.sheets = R"(<sheet name="图" sheetId="1" r:id="chart"/>)"
                    R"(<sheet name="甲" sheetId="2" state="hidden" r:id="other"/>)"
                    R"(<sheet name="乙" sheetId="3" r:id="rId1"/>)";
  workbook.relationships += R"(<Relationship Id="chart" Type="x/chartsheet" Target="c.xml"/>)"
                            R"(<Relationship Id="other" Type="x/worksheet" Target="o.xml"/>)";
  workbook.rows = "<row><c><v>3</v></c></row>";
  workbook.more_parts = {
      {"xl/o.xml", "<worksheet><sheetData><row><c><v>2</v></c></row></sheetData></worksheet>"}};
  EXPECT_EQ(cell(read(workbook), 0, 0).text, "3");
  EXPECT_EQ(cell(read(workbook, {.sheet = "甲"}), 0, 0).text, "2");
  EXPECT_EQ(read(workbook, {.sheet = "图"}).code, "SHEET_MISSING");

  const ReadTable missing = read(workbook, {.sheet = "丙"});
  EXPECT_EQ(missing.code, "SHEET_MISSING");
  EXPECT_NE(missing.en.find("图, 甲, 乙"), std::string::npos);

  const auto source = open_rows(directory_.file("table.xlsx"));
  EXPECT_EQ((*source)->sheet_name(), "乙");
}

TEST_F(XlsxReaderTest, ReadsZip64AndStoredArchives) {
  const HandmadeWorkbook workbook{.rows = "<row><c><v>7</v></c></row>"};
  for (const ZipStyle style : {ZipStyle{.zip64 = true}, ZipStyle{.level = 0}}) {
    workbook.put(directory_.file("table.xlsx"), style);
    EXPECT_EQ(cell(read_table(directory_.file("table.xlsx")), 0, 0).text, "7");
  }
}

TEST_F(XlsxReaderTest, ReadsAnEmptySheetAsNoRows) {
  const ReadTable table = read_rows("");
  EXPECT_EQ(table.code, "");
  EXPECT_TRUE(table.rows.empty());
}

TEST_F(XlsxReaderTest, ReadsTheSameWhereverTheStepsOfReadingCutTheSheet) {
  std::string rows;
  constexpr int row_count = 9'000;
  for (int i = 1; i <= row_count; ++i) {
    rows += "<row><c t=\"inlineStr\"><is><t>测试𠮷" +
            std::string(static_cast<std::size_t>(i % 13), 'x') + "&amp;_x4E00_</t></is></c><c><v>" +
            std::to_string(i) + "</v></c></row>";
  }
  const ReadTable table = read_rows(rows);
  ASSERT_EQ(table.rows.size(), static_cast<std::size_t>(row_count));
  for (int i = 1; i <= row_count; ++i) {
    const Row& row = table.rows[static_cast<std::size_t>(i - 1)];
    ASSERT_EQ(row.number, static_cast<std::uint64_t>(i));
    ASSERT_EQ(row.at(0).text,
              "测试𠮷" + std::string(static_cast<std::size_t>(i % 13), 'x') + "&一");
    ASSERT_EQ(row.at(1).text, std::to_string(i));
  }
}

}  // namespace
}  // namespace kinledger::ledger::intake

// Workbooks that are damaged, hostile or something else: each is refused with a reason, in bounded
// memory and time. Takes more than a second, most of it to inflate 200 MB.
#include <gtest/gtest.h>

#include <random>

#include "ledger/intake/xlsx_reader.h"
#include "tests/ledger/intake/table_files.h"

namespace kinledger::ledger::intake {
namespace {

class XlsxRefusalTest : public ::testing::Test {
 protected:
  std::filesystem::path path() const { return directory_.file("table.xlsx"); }
  ReadTable read(const HandmadeWorkbook& workbook) {
    workbook.put(path());
    return read_table(path());
  }
  ReadTable read_rows(const std::string& rows) { return read({.rows = rows}); }
  ReadTable read_bytes(std::string_view bytes) {
    put_file(path(), bytes);
    return read_table(path());
  }

  TestDirectory directory_;
};

const std::string one_row = "<row><c><v>1</v></c></row>";

TEST_F(XlsxRefusalTest, TellsADamagedSheetByItsPart) {
  for (const std::string rows :
       {"<row r=\"0\"/>", "<row r=\"x\"/>", "<row r=\"2\"/><row r=\"2\"/>", "<row r=\"1048577\"/>",
        "<row><c r=\"A2\"/></row>", "<row><c r=\"B1\"/><c r=\"B1\"/></row>",
        "<row><c r=\"1\"/></row>", "<row><c t=\"z\"/></row>", "<row><c t=\"s\"><v>0</v></c></row>",
        "<row><c t=\"s\"><v>-1</v></c></row>", "<row><c t=\"b\"><v>2</v></c></row>",
        "<row><c><v>1,5</v></c></row>", "<row><c><v>nan</v></c></row>", "<row><c></row>",
        "<row><c t=\"str\"><v>&other;</v></c></row>",
        "<row><c t=\"str\"><v>\xB2\xE2</v></c></row>"}) {
    const ReadTable table = read_rows(rows);
    EXPECT_EQ(table.code, "XLSX_DAMAGED") << rows;
    EXPECT_NE(table.en.find("xl/worksheets/sheet1.xml"), std::string::npos);
  }
  EXPECT_EQ(read({.sheet = "<chartsheet/>"}).code, "XLSX_DAMAGED");
  EXPECT_EQ(read({.sheet = ""}).code, "XLSX_DAMAGED");
  EXPECT_EQ(read({.sheet = "<worksheet><sheetData/><sheetData/></worksheet>"}).code,
            "XLSX_DAMAGED");
}

TEST_F(XlsxRefusalTest, NamesTheRowOfWhatItRefuses) {
  const ReadTable table =
      read_rows(one_row + one_row + "<row r=\"7\"><c t=\"s\"><v>5</v></c></row>");
  EXPECT_EQ(table.rows.size(), 2u);
  EXPECT_EQ(table.refused_row, 7u);
}

TEST_F(XlsxRefusalTest, TellsOtherDamagedParts) {
  EXPECT_EQ(read({.shared_strings = "<sst><si>"}).code, "XLSX_DAMAGED");
  EXPECT_EQ(read({.styles = "no markup"}).code, "XLSX_DAMAGED");
  EXPECT_EQ(read({.sheets = "<sheet name=\"名单\"/>"}).code, "XLSX_DAMAGED");
  EXPECT_EQ(read({.relationships =
                      "<Relationship Id=\"rId1\" Type=\"x/worksheet\" Target=\"none.xml\"/>"})
                .code,
            "XLSX_DAMAGED");
  EXPECT_EQ(read({.relationships = ""}).code, "SHEET_MISSING");
  const std::string long_name(5'000, 'n');
  const ReadTable table =
      read({.relationships =
                "<Relationship Id=\"rId1\" Type=\"x/worksheet\" Target=\"" + long_name + "\"/>"});
  EXPECT_EQ(table.code, "XLSX_DAMAGED");
  EXPECT_LT(table.en.size(), 500u);
}

TEST_F(XlsxRefusalTest, TellsNoIdentityThatIsTheNameOfASheet) {
  const ReadTable table = read({.sheets = R"(<sheet name="330199201409230368" r:id="none"/>)"});
  EXPECT_EQ(table.code, "SHEET_MISSING");
  EXPECT_EQ(table.en.find("330199"), std::string::npos);
}

TEST_F(XlsxRefusalTest, CarriesNoTextFromOneCellIntoTheNext) {
  const ReadTable table = read_rows(R"(<row><c t="inlineStr"><is><t>one<b/></t></is></c>)"
                                    R"(<c t="inlineStr"><is><t>two</t></is></c></row>)");
  ASSERT_EQ(table.rows.size(), 1u);
  EXPECT_EQ(table.rows[0].cells.back().text, "two");
}

TEST_F(XlsxRefusalTest, RefusesDocumentTypes) {
  const std::string type = "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"aaaaaaaa\">]>";
  EXPECT_EQ(read({.sheet = type + "<worksheet/>"}).code, "XLSX_DTD");
  EXPECT_EQ(read({.shared_strings = type + "<sst><si><t>&a;</t></si></sst>"}).code, "XLSX_DTD");
  EXPECT_EQ(read({.styles = "<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><x/>"}).code, "XLSX_DTD");
}

TEST_F(XlsxRefusalTest, RefusesArchivesThatAreNoWorkbook) {
  put_zip(path(), {{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"}});
  EXPECT_EQ(read_table(path()).code, "FILE_NOT_A_WORKBOOK");
  put_zip(path(), {});
  EXPECT_EQ(read_table(path()).code, "XLSX_DAMAGED");
  const auto document = [&](const std::string& target) {
    put_zip(path(), {{"_rels/.rels",
                      "<Relationships><Relationship Id=\"a\" Type=\"y/officeDocument\" "
                      "Target=\"" +
                          target + "\"/></Relationships>"},
                     {"word/document.xml", "<w:document xmlns:w=\"w\"/>"}});
    return read_table(path()).code;
  };
  EXPECT_EQ(document("word/document.xml"), "FILE_NOT_A_WORKBOOK");
  EXPECT_EQ(document("xl/workbook.bin"), "FILE_NOT_A_WORKBOOK");
  EXPECT_EQ(document("xl/workbook.xml"), "XLSX_DAMAGED");
}

TEST_F(XlsxRefusalTest, RefusesEncryptedParts) {
  HandmadeWorkbook{.rows = one_row}.put(path());
  std::string bytes = file_bytes(path());
  for (std::size_t at = 0; (at = bytes.find("PK\x01\x02", at)) != std::string::npos; at += 4) {
    bytes[at + 8] = static_cast<char>(bytes[at + 8] | 1);
  }
  EXPECT_EQ(read_bytes(bytes).code, "XLSX_ENCRYPTED");
}

TEST_F(XlsxRefusalTest, RefusesUnknownCompression) {
  HandmadeWorkbook{.rows = one_row}.put(path());
  std::string bytes = file_bytes(path());
  for (std::size_t at = 0; (at = bytes.find("PK\x01\x02", at)) != std::string::npos; at += 4) {
    bytes[at + 10] = 14;  // LZMA
  }
  EXPECT_EQ(read_bytes(bytes).code, "XLSX_DAMAGED");
}

TEST_F(XlsxRefusalTest, HoldsCellsAndRowsToTheirLimits) {
  const auto shared = [](std::size_t characters) {
    std::string text;
    while (characters-- > 0) text += "字";
    return "<sst><si><t>" + text + "</t></si></sst>";
  };
  const std::string cell = R"(<c t="s"><v>0</v></c>)";
  HandmadeWorkbook workbook{.rows = "<row>" + cell + "</row>",
                            .shared_strings = shared(table_cell_characters_max)};
  EXPECT_EQ(read(workbook).rows.at(0).cells[0].text.size(), 3 * table_cell_characters_max);
  workbook.shared_strings = shared(table_cell_characters_max + 1);
  EXPECT_EQ(read(workbook).code, "CELL_TOO_LONG");

  workbook.shared_strings = shared(table_cell_characters_max);
  workbook.rows = one_row + "<row>";
  for (std::size_t bytes = 0; bytes <= table_row_bytes_max;
       bytes += 3 * table_cell_characters_max) {
    workbook.rows += cell;
  }
  workbook.rows += "</row>";
  const ReadTable table = read(workbook);
  EXPECT_EQ(table.code, "ROW_TOO_LONG");
  EXPECT_EQ(table.refused_row, 2u);
  EXPECT_EQ(read_rows("<row><c t=\"str\"><v>" + std::string(table_row_bytes_max + 1, 'x') +
                      "</v></c></row>")
                .code,
            "CELL_TOO_LONG");
}

TEST_F(XlsxRefusalTest, HoldsRowsToTheirColumns) {
  EXPECT_EQ(read_rows("<row><c r=\"IV1\"><v>1</v></c><c r=\"XFD1\" s=\"1\"/></row>")
                .rows.at(0)
                .cells.size(),
            table_columns_max);
  EXPECT_EQ(read_rows("<row><c r=\"IW1\"><v>1</v></c></row>").code, "TOO_MANY_COLUMNS");
}

TEST_F(XlsxRefusalTest, RefusesWhatInflatesBeyondReason) {
  HandmadeWorkbook workbook{.rows = one_row + std::string(15'000'000, ' ')};
  EXPECT_EQ(read(workbook).code, "XLSX_BOMB");
  workbook.shared_strings = "<sst><si><t>" + std::string(15'000'000, 'x') + "</t></si></sst>";
  workbook.rows = one_row;
  EXPECT_EQ(read(workbook).code, "XLSX_BOMB");
}

TEST_F(XlsxRefusalTest, RefusesMoreThanTheLimitUnpacked) {
  // Enough that does not compress for the rest not to be a bomb.
  std::mt19937 random(3);
  std::string noise(1'200'000, '\0');
  for (char& c : noise) c = static_cast<char>(random());
  // One part that is read as styles, as strings and as the sheet: what counts is what is inflated.
  const HandmadeWorkbook workbook{
      .rows = one_row + std::string(workbook_unpacked_bytes_max / 3, ' '),
      .relationships =
          R"(<Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/>)"
          R"(<Relationship Id="b" Type="x/styles" Target="worksheets/sheet1.xml"/>)"
          R"(<Relationship Id="c" Type="x/sharedStrings" Target="worksheets/sheet1.xml"/>)",
      .more_parts = {{"xl/media/photo.bin", noise}},
  };
  workbook.put(path(), {.level = 1});
  const ReadTable table = read_table(path());
  EXPECT_EQ(table.code, "XLSX_TOO_LARGE");
  EXPECT_EQ(table.rows.size(), 1u);
}

TEST_F(XlsxRefusalTest, RefusesDeepNestingAndEndlessTags) {
  std::string deep;
  for (std::size_t i = 0; i < 2 * xml_depth_max; ++i) deep += "<x>";
  EXPECT_EQ(read_rows(deep).code, "XLSX_DAMAGED");
  EXPECT_EQ(read_rows("<row spans=\"" + std::string(3 * xml_token_bytes_max, 'x') + "\"/>").code,
            "XLSX_DAMAGED");
}

TEST_F(XlsxRefusalTest, RefusesTooManySheetsAndParts) {
  std::string sheets;
  for (std::size_t i = 0; i <= workbook_sheets_max; ++i)
    sheets += R"(<sheet name="x" r:id="rId1"/>)";
  EXPECT_EQ(read({.sheets = sheets}).code, "XLSX_DAMAGED");
  HandmadeWorkbook workbook{.rows = one_row};
  for (std::size_t i = 0; i <= zip_entries_max; ++i) {
    workbook.more_parts.emplace_back("p" + std::to_string(i), "");
  }
  EXPECT_EQ(read(workbook).code, "XLSX_DAMAGED");
}

TEST_F(XlsxRefusalTest, RefusesTooManyRelationshipsStylesFormatsAndStrings) {
  const auto repeated = [](const std::string& element, std::size_t times) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i) {
      auto one = element;
      all += one.replace(one.find('#'), 1, std::to_string(i));
    }
    return all;
  };
  const auto refused = [&](const HandmadeWorkbook& workbook, std::string_view what) {
    workbook.put(path(), {.level = 1});
    const ReadTable table = read_table(path());
    EXPECT_EQ(table.code, "XLSX_TOO_LARGE") << what;
    EXPECT_NE(table.en.find(what), std::string::npos) << table.en;
  };
  refused({.relationships = repeated(R"(<Relationship Id="#" Type="x/other" Target="none"/>)",
                                     workbook_relationships_max + 1)},
          "relationships");
  refused({.rows = one_row,
           .styles = "<styleSheet><cellXfs>" +
                     repeated("<xf numFmtId=\"#\"/>", workbook_styles_max + 1) +
                     "</cellXfs></styleSheet>"},
          "cell styles");
  refused({.rows = one_row,
           .styles = "<styleSheet><numFmts>" +
                     repeated("<numFmt numFmtId=\"#\" formatCode=\"0\"/>",
                              workbook_number_formats_max + 1) +
                     "</numFmts></styleSheet>"},
          "number formats");
  // With numbers, so that it does not compress like a bomb.
  refused({.rows = one_row,
           .shared_strings =
               "<sst>" + repeated("<si><t>#</t></si>", workbook_strings_max + 1) + "</sst>"},
          "shared strings");
}

TEST_F(XlsxRefusalTest, RefusesStringsInsideStrings) {
  EXPECT_EQ(read_rows(R"(<row><c t="inlineStr"><is><is><t>1</t></is><t>2</t></is></c></row>)").code,
            "XLSX_DAMAGED");
  EXPECT_EQ(read({.rows = R"(<row><c t="s"><v>1</v></c></row>)",
                  .shared_strings = "<sst><si><si><t>1</t></si></si><si><t>2</t></si></sst>"})
                .code,
            "XLSX_DAMAGED");
}

TEST_F(XlsxRefusalTest, RefusesTwoPartsOfOneName) {
  EXPECT_EQ(
      read({.rows = one_row, .more_parts = {{"XL/Worksheets/Sheet1.xml", "<worksheet/>"}}}).code,
      "XLSX_DAMAGED");
}

/// A small workbook with a part of every kind that is read.
std::string small_workbook(const std::filesystem::path& path) {
  HandmadeWorkbook{
      .rows = one_row + R"(<row><c t="s"><v>0</v></c><c s="1"><v>44286</v></c></row>)",
      .shared_strings = "<sst><si><t>测试</t></si></sst>",
      .styles = R"(<styleSheet><cellXfs><xf/><xf numFmtId="14"/></cellXfs></styleSheet>)",
  }
      .put(path);
  return file_bytes(path);
}

TEST_F(XlsxRefusalTest, RefusesEveryTruncation) {
  const std::string whole = small_workbook(path());
  EXPECT_EQ(read_bytes(whole).code, "");
  // With less than its magic number it is not known to be a workbook.
  for (std::size_t size = 4; size < whole.size(); ++size) {
    EXPECT_EQ(read_bytes(std::string_view(whole).substr(0, size)).code, "XLSX_DAMAGED") << size;
  }
}

TEST_F(XlsxRefusalTest, NeverReadsOtherValuesFromAFileWithOneByteChanged) {
  const std::string whole = small_workbook(path());
  const ReadTable right = read_bytes(whole);
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string changed = whole;
    changed[at] = static_cast<char>(~changed[at]);
    const ReadTable table = read_bytes(changed);
    // Names of parts and of the archive's own fields are not covered by a checksum.
    const bool read_as_workbook = table.code.empty() && changed.starts_with("PK\x03\x04");
    EXPECT_TRUE(!read_as_workbook || table.rows == right.rows) << at;
  }
}

TEST_F(XlsxRefusalTest, RefusesGarbageBehindAZipHeader) {
  std::mt19937 random(2);
  for (int file = 0; file < 500; ++file) {
    std::string bytes = "PK\x03\x04";
    for (std::size_t i = random() % 3'000; i > 0; --i) bytes += static_cast<char>(random());
    if (file % 2 == 0) bytes += std::string("PK\x05\x06") + bytes.substr(0, 18);
    const std::string code = read_bytes(bytes).code;
    EXPECT_TRUE(code == "XLSX_DAMAGED" || code == "FILE_NOT_A_WORKBOOK") << code;
  }
}

}  // namespace
}  // namespace kinledger::ledger::intake

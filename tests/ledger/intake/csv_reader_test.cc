// CSV files as programs write them, as people damage them, and at their limits.
#include "ledger/intake/csv_reader.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unicode/ucnv.h>

#include <array>
#include <random>
#include <system_error>

#include "tests/ledger/intake/table_files.h"

namespace kinledger::ledger::intake {
namespace {

using Texts = std::vector<std::string>;

class CsvReaderTest : public ::testing::Test {
 protected:
  ReadTable read(std::string_view bytes) {
    put_file(directory_.file("table.csv"), bytes);
    return read_table(directory_.file("table.csv"));
  }

  TestDirectory directory_;
};

/// `text` in another encoding of ICU's.
std::string encoded(const std::string& text, const char* encoding) {
  std::string out(text.size() * 4 + 16, '\0');
  UErrorCode status = U_ZERO_ERROR;
  const std::int32_t length =
      ucnv_convert(encoding, "UTF-8", out.data(), static_cast<std::int32_t>(out.size()),
                   text.data(), static_cast<std::int32_t>(text.size()), &status);
  EXPECT_TRUE(U_SUCCESS(status));
  out.resize(static_cast<std::size_t>(length));
  return out;
}

TEST_F(CsvReaderTest, HandsOnTextByteForByte) {
  const ReadTable table = read("姓名,证件号码\n 测试人 ,33019919900101001X\n3.30199E+17,007\n");
  ASSERT_EQ(table.rows.size(), 3u);
  EXPECT_EQ(table.code, "");
  EXPECT_EQ(texts(table.rows[0]), (Texts{"姓名", "证件号码"}));
  EXPECT_EQ(texts(table.rows[1]), (Texts{" 测试人 ", "33019919900101001X"}));
  EXPECT_EQ(table.rows[2].cells[0], (Cell{CellKind::text, "3.30199E+17"}));
  EXPECT_EQ(table.rows[2].cells[1], (Cell{CellKind::text, "007"}));
  EXPECT_EQ(table.rows[2].at(2), Cell{});
}

/// That is no fault of the file, and not to be mended by whoever hands it in.
TEST_F(CsvReaderTest, IsNotSaidToBeUnreadableWhereNoMoreFilesMayBeOpen) {
  put_file(directory_.file("table.csv"), "a,b\n1,2\n");
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit none{0, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  EXPECT_THROW((void)InputFile::open(directory_.file("table.csv")), std::system_error);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_TRUE(InputFile::open(directory_.file("table.csv")));
}

TEST_F(CsvReaderTest, FindsTheSeparatorInTheFirstLineThatHasOne) {
  EXPECT_EQ(texts(read("a;b,c;d\n1;2;3\n").rows[1]), (Texts{"1", "2", "3"}));
  EXPECT_EQ(texts(read("a\tb\n1,5\t2\n").rows[1]), (Texts{"1,5", "2"}));
  EXPECT_EQ(texts(read("title 2\" x\na\tb\n1,5\t2\n").rows[2]), (Texts{"1,5", "2"}))
      << "a quote in the middle of a cell";
  EXPECT_EQ(texts(read("\"x;y;z\",b\n1,2\n").rows[1]), (Texts{"1", "2"}));
  EXPECT_EQ(texts(read("\"甲\"\"乙\"\", 丙, 丁\";金额\n1,5;2\n").rows[1]), (Texts{"1,5", "2"}))
      << "quotes that are written twice";
  EXPECT_EQ(texts(read("登记表\n\na;b\n1;2,3\n").rows[2]), (Texts{"1", "2,3"}));
  EXPECT_EQ(texts(read("name\nvalue\n").rows[1]), (Texts{"value"}));
}

TEST_F(CsvReaderTest, AcceptsEveryLineEnd) {
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    for (const std::string& last : {end, std::string()}) {
      const ReadTable table = read("a,b" + end + "1,2" + end + "\"3\",\"4\"" + last);
      ASSERT_EQ(row_numbers(table), (std::vector<std::uint64_t>{1, 2, 3}));
      EXPECT_EQ(texts(table.rows[2]), (Texts{"3", "4"}));
    }
  }
}

TEST_F(CsvReaderTest, CountsLinesInsideQuotesIntoTheRowNumber) {
  const ReadTable table =
      read("a,b\r\n\"一\r\n二\n三\",\"say \"\"hi\"\", please\"\r\nc,d\r\n\"\r\r\",e\r\nf,g");
  ASSERT_EQ(row_numbers(table), (std::vector<std::uint64_t>{1, 2, 5, 6, 9}));
  EXPECT_EQ(texts(table.rows[1]), (Texts{"一\r\n二\n三", "say \"hi\", please"}));
  EXPECT_EQ(texts(table.rows[4]), (Texts{"f", "g"}));
}

TEST_F(CsvReaderTest, TakesAQuoteInsideAnUnquotedCellAsText) {
  EXPECT_EQ(texts(read("a,5\"x\"y\n").rows[0]), (Texts{"a", "5\"x\"y"}));
}

TEST_F(CsvReaderTest, LeavesOutBlankRowsAndTrailingEmptyCells) {
  const ReadTable table = read("\n,,\na,,b,,\n\n\"\",\"\"\nc\n,,,\n\n");
  ASSERT_EQ(row_numbers(table), (std::vector<std::uint64_t>{3, 6}));
  EXPECT_EQ(texts(table.rows[0]), (Texts{"a", "", "b"}));
  EXPECT_EQ(table.rows[0].cells[1].kind, CellKind::empty);
}

TEST_F(CsvReaderTest, RefusesAQuoteThatIsNotClosedWithTheRowWhereItsRecordStarts) {
  const ReadTable table = read("a,b\n1,2\n3,\"4\n5,6\n");
  EXPECT_EQ(table.rows.size(), 2u);
  EXPECT_EQ(table.code, "CSV_QUOTE");
  EXPECT_EQ(table.refused_row, 3u);
  EXPECT_EQ(read("\"").code, "CSV_QUOTE");
  EXPECT_EQ(read("a,\"b\"\"").code, "CSV_QUOTE");
}

TEST_F(CsvReaderTest, RefusesTextAfterAClosingQuote) {
  const ReadTable table = read("a,b\n\"1\"x,2\n");
  EXPECT_EQ(table.code, "CSV_QUOTE");
  EXPECT_EQ(table.refused_row, 2u);
}

TEST_F(CsvReaderTest, ReadsRareCharactersInEveryEncoding) {
  std::string text = "序号;姓名\r\n";
  for (const std::string& rare : rare_texts) text += "1;" + rare + "\r\n";
  const std::string in_utf16_le = "\xFF\xFE" + encoded(text, "UTF-16LE");
  const std::string in_utf16_be = "\xFE\xFF" + encoded(text, "UTF-16BE");
  for (const std::string& bytes :
       {text, "\xEF\xBB\xBF" + text, in_utf16_le, in_utf16_be, encoded(text, "gb18030")}) {
    const ReadTable table = read(bytes);
    EXPECT_EQ(table.code, "");
    ASSERT_EQ(table.rows.size(), rare_texts.size() + 1);
    EXPECT_EQ(table.rows[0].cells[0].text, "序号");
    for (std::size_t i = 0; i < rare_texts.size(); ++i) {
      EXPECT_EQ(table.rows[i + 1].cells[1].text, rare_texts[i]);
    }
  }
}

TEST_F(CsvReaderTest, RefusesTextOfNoEncodingWithItsRow) {
  const std::string gbk_name = "\xB2\xE2\xCA\xD4";  // 测试
  ReadTable table = read("a,b\n" + gbk_name + ",1\n\xFF\xFF,2\n");
  EXPECT_EQ(table.code, "TEXT_ENCODING");
  EXPECT_EQ(table.refused_row, 3u);
  table = read("姓名,参保单位\n测试人,1\n测试,\xE6\xB5\n测试,3\n");
  EXPECT_EQ(table.code, "TEXT_ENCODING");
  EXPECT_EQ(table.refused_row, 3u);
  EXPECT_EQ(read("\xEF\xBB\xBF"
                 "a,\xB2\xE2\n")
                .code,
            "TEXT_ENCODING");
  EXPECT_EQ(read(std::string("\xFF\xFE"
                             "a\0,",
                             5))
                .code,
            "TEXT_ENCODING");
  EXPECT_EQ(read(std::string("\xFF\xFE"
                             "\x00\xD8"
                             "a\0",
                             6))
                .code,
            "TEXT_ENCODING");
}

TEST_F(CsvReaderTest, RefusesBytesThatContradictUtf8BehindTheFirstWindow) {
  std::string text;
  std::uint64_t lines = 0;
  for (; text.size() < encoding_window_bytes + decoding_step_bytes; ++lines) text += "测试人,1\n";
  const ReadTable table = read(text + "\xB2\xE2\xCA\xD4,2\n" + text);
  EXPECT_EQ(table.code, "TEXT_ENCODING");
  EXPECT_EQ(table.refused_row, lines + 1);
  EXPECT_EQ(table.rows.size(), lines);
}

TEST_F(CsvReaderTest, RefusesNulCharacters) {
  using namespace std::string_view_literals;
  const ReadTable table = read("a,b\n1,2\n3,\0\n"sv);
  EXPECT_EQ(table.code, "CSV_NUL");
  EXPECT_EQ(table.refused_row, 3u);
  EXPECT_EQ(read(encoded("a,b\n1,2\n", "UTF-16LE")).code, "CSV_NUL");
  EXPECT_EQ(read("\"a\0"sv).code, "CSV_NUL");
}

TEST_F(CsvReaderTest, HoldsCellsToTheirLimit) {
  std::string longest;
  for (std::size_t i = 0; i < table_cell_characters_max; ++i) longest += "字";
  EXPECT_EQ(read("a,b\n1," + longest + "\n").rows.at(1).cells[1].text, longest);
  const ReadTable table = read("a,b\n1," + longest + "字\n");
  EXPECT_EQ(table.code, "CELL_TOO_LONG");
  EXPECT_EQ(table.refused_row, 2u);
}

TEST_F(CsvReaderTest, HoldsRowsToTheirColumns) {
  const std::string commas(table_columns_max - 1, ',');
  EXPECT_EQ(read(commas + "x\n").rows.at(0).cells.size(), table_columns_max);
  EXPECT_EQ(read("a," + commas + commas + "\n").rows.at(0).cells.size(), 1u);
  const ReadTable table = read("a,b\n" + commas + ",x\n");
  EXPECT_EQ(table.code, "TOO_MANY_COLUMNS");
  EXPECT_EQ(table.refused_row, 2u);
}

TEST_F(CsvReaderTest, HoldsRowsToTheirLength) {
  const std::string cell(30'000, 'x');
  std::string row = "\n";
  while (row.size() + cell.size() <= table_row_bytes_max) row += cell + ',';
  EXPECT_EQ(read("a,b" + row).rows.size(), 2u);
  ReadTable table = read("a,b" + row + cell + "," + cell + "\nc");
  EXPECT_EQ(table.code, "ROW_TOO_LONG");
  EXPECT_EQ(table.refused_row, 2u);
  table = read("a,b\n" + std::string(5'000'000, 'x'));
  EXPECT_EQ(table.code, "ROW_TOO_LONG");
  table = read("a,b\n1,\"2\n" + std::string(5'000'000, '\n'));
  EXPECT_EQ(table.code, "CSV_QUOTE");
  EXPECT_EQ(table.refused_row, 2u);
}

TEST_F(CsvReaderTest, ReadsTheSameWhereverTheStepsOfReadingCutTheFile) {
  std::mt19937 random(330199);
  std::string text = "编号,内容\r\n";
  std::vector<std::string> expected;
  while (text.size() < encoding_window_bytes + 3 * decoding_step_bytes) {
    std::string cell;
    for (std::size_t i = random() % 40; i > 0; --i) {
      constexpr std::array<std::string_view, 8> pieces{"𠮷", "\r\n", "\"\"", ",",
                                                       "测", "é",    "x",    "\n"};
      cell += pieces[random() % pieces.size()];
    }
    text += "1,\"" + cell + "\",2\r\n";
    for (std::size_t at = 0; (at = cell.find("\"\"", at)) != std::string::npos; ++at) {
      cell.erase(at, 1);
    }
    expected.push_back(cell);
  }
  for (const std::string& bytes :
       {text, encoded(text, "gb18030"), "\xFF\xFE" + encoded(text, "UTF-16LE")}) {
    const ReadTable table = read(bytes);
    ASSERT_EQ(table.code, "");
    ASSERT_EQ(table.rows.size(), expected.size() + 1);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      ASSERT_EQ(table.rows[i + 1].at(1).text, expected[i]);
      ASSERT_EQ(table.rows[i + 1].at(2).text, "2");
    }
  }
}

TEST_F(CsvReaderTest, SurvivesGarbage) {
  std::mt19937 random(1);
  for (int file = 0; file < 2'000; ++file) {
    std::string bytes(random() % 200, '\0');
    for (char& c : bytes) {
      constexpr std::string_view frequent = "\",;\t\r\n\xB2\xE6\xFF";
      c = random() % 2 == 0 ? frequent[random() % frequent.size()] : static_cast<char>(random());
    }
    if (bytes.starts_with("PK")) continue;
    for (const Row& row : read(bytes).rows) EXPECT_LE(row.cells.size(), table_columns_max);
  }
}

TEST_F(CsvReaderTest, RefusesFilesThatAreNoTable) {
  EXPECT_EQ(read("").code, "FILE_EMPTY");
  EXPECT_EQ(read("\xEF\xBB\xBF").code, "FILE_EMPTY");
  EXPECT_EQ(read("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 old workbook").code, "FILE_OLD_XLS");
  EXPECT_EQ(read("<html><table><tr><td>1</td>").code, "FILE_NOT_A_WORKBOOK");
  EXPECT_EQ(read("\xEF\xBB\xBF\r\n<?xml version='1.0'?>").code, "FILE_NOT_A_WORKBOOK");
  EXPECT_EQ(read_table(directory_.file("no such file")).code, "FILE_UNREADABLE");
  EXPECT_EQ(read_table(directory_.file("")).code, "FILE_UNREADABLE");
  ASSERT_EQ(mkfifo(directory_.file("pipe").c_str(), 0600), 0);
  EXPECT_EQ(read_table(directory_.file("pipe")).code, "FILE_UNREADABLE");
}

TEST_F(CsvReaderTest, HasNoSheets) {
  put_file(directory_.file("table.csv"), "a,b\n");
  EXPECT_EQ(read_table(directory_.file("table.csv"), {.sheet = "名单"}).code, "SHEET_MISSING");
}

TEST_F(CsvReaderTest, RefusesFilesAboveTheLimitUnread) {
  put_file(directory_.file("huge.csv"), "a,b\n");
  std::filesystem::resize_file(directory_.file("huge.csv"), table_file_bytes_max + 1);
  EXPECT_EQ(read_table(directory_.file("huge.csv")).code, "FILE_TOO_LARGE");
}

}  // namespace
}  // namespace kinledger::ledger::intake

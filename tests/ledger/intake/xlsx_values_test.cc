#include "ledger/intake/xlsx_values.h"

#include <gtest/gtest.h>

#include <limits>

namespace kinledger::ledger::intake {
namespace {

std::string shown(std::string_view stored) { return number_text(stored_number(stored).value()); }

TEST(XlsxValues, ShowsNumbersWithTheDigitsThatSpreadsheetsKeep) {
  EXPECT_EQ(shown("0"), "0");
  EXPECT_EQ(shown("-0"), "0");
  EXPECT_EQ(shown("250"), "250");
  EXPECT_EQ(shown("250.35"), "250.35");
  EXPECT_EQ(shown("-1920.5"), "-1920.5");
  EXPECT_EQ(shown("0.30000000000000004"), "0.3");
  EXPECT_EQ(shown("0.1"), "0.1");
  EXPECT_EQ(shown("1E-7"), "0.0000001");
  EXPECT_EQ(shown("1E-8"), "1E-8");
  EXPECT_EQ(shown("-1.25E-9"), "-1.25E-9");
  EXPECT_EQ(shown("99.999999999999999"), "100");
  EXPECT_EQ(shown("123456789012345"), "123456789012345");
  EXPECT_EQ(shown("3.3019919900101101E+17"), "330199199001011000");
  EXPECT_EQ(shown("330199199001011234"), "330199199001011000");
  EXPECT_EQ(shown("1e20"), "100000000000000000000");
  EXPECT_EQ(shown("1e21"), "1E+21");
  EXPECT_EQ(shown("1.7976931348623157e308"), "1.79769313486232E+308");
}

TEST(XlsxValues, TakesNothingElseForANumber) {
  for (const std::string_view wrong :
       {"", " 1", "1 ", "1,5", "inf", "nan", "1e999", "0x10", "一"}) {
    EXPECT_FALSE(stored_number(wrong).has_value()) << wrong;
  }
}

TEST(XlsxValues, CountsDaysLikeSpreadsheetsDo) {
  const auto from_1900 = [](double days) { return stored_date_text(days, DateSystem::from_1900); };
  EXPECT_EQ(from_1900(0.99), std::nullopt);
  EXPECT_EQ(from_1900(1), "1900-01-01");
  EXPECT_EQ(from_1900(59), "1900-02-28");
  EXPECT_EQ(from_1900(60), "1900-02-29");
  EXPECT_EQ(from_1900(61), "1900-03-01");
  EXPECT_EQ(from_1900(44286), "2021-03-31");
  EXPECT_EQ(from_1900(44286.99999), "2021-03-31");
  EXPECT_EQ(from_1900(2958465.5), "9999-12-31");
  EXPECT_EQ(from_1900(2958466), std::nullopt);
  EXPECT_EQ(from_1900(-1), std::nullopt);
  EXPECT_EQ(from_1900(std::numeric_limits<double>::max()), std::nullopt);

  const auto from_1904 = [](double days) { return stored_date_text(days, DateSystem::from_1904); };
  EXPECT_EQ(from_1904(-0.5), std::nullopt);
  EXPECT_EQ(from_1904(0), "1904-01-01");
  EXPECT_EQ(from_1904(42824), "2021-03-31");
  EXPECT_EQ(from_1904(2957003), "9999-12-31");
  EXPECT_EQ(from_1904(2957004), std::nullopt);
}

TEST(XlsxValues, StoresDatesAsItReadsThem) {
  for (Date date = date_min; date < Date{date_min.days + 200}; ++date.days) {
    EXPECT_EQ(stored_date_text(stored_date(date), DateSystem::from_1900), to_text(date));
  }
  EXPECT_EQ(stored_date_text(stored_date(date_max), DateSystem::from_1900), "2199-12-31");
}

TEST(XlsxValues, TellsDateFormatsFromOthers) {
  for (const std::string_view date :
       {"yyyy-mm-dd", "YYYY/M/D", "yyyy\"年\"m\"月\"d\"日\"", "[$-804]yyyy\\年m", "h:mm", "mm:ss",
        "0;d", "[Red]m", "_-d"}) {
    EXPECT_TRUE(is_date_format(date)) << date;
  }
  for (const std::string_view other :
       {"", "General", "0.00", "#,##0.00\"yuan, month\"", "[Red]0.00", "[$-804]0", "0\\d", "_d0",
        "*y0", "@", "0.00E+00", "\"unfinished d", "[unfinished d", "\\"}) {
    EXPECT_FALSE(is_date_format(other)) << other;
  }
  for (const std::uint32_t id : {14u, 22u, 27u, 36u, 45u, 47u, 50u, 58u}) {
    EXPECT_TRUE(is_builtin_date_format(id));
  }
  for (const std::uint32_t id : {0u, 13u, 23u, 26u, 37u, 44u, 48u, 49u, 59u, 164u}) {
    EXPECT_FALSE(is_builtin_date_format(id));
  }
}

std::string unescaped(std::string_view stored) {
  std::string text;
  append_unescaped(stored, text);
  return text;
}

TEST(XlsxValues, TurnsEscapesIntoCharacters) {
  EXPECT_EQ(unescaped("a_x000D__x000a_b"), "a\r\nb");
  EXPECT_EQ(unescaped("_x4E00_"), "一");
  EXPECT_EQ(unescaped("_xD842__xDFB7_"), "𠮷");
  EXPECT_EQ(unescaped("_x005F_x0041_"), "_x0041_");
  EXPECT_EQ(unescaped("__x0041__"), "_A_");
}

TEST(XlsxValues, LeavesWhatIsNoEscapeOrNoCharacter) {
  for (const std::string_view text :
       {"", "_", "_x", "_x004", "_x0041", "_x00G1_", "_X0041_", "_x 041_", "_x-041_", "_x0000_",
        "_xD842_", "_xDFB7_", "_xD842__x0041", "x0041_"}) {
    EXPECT_EQ(unescaped(text), text);
  }
}

TEST(XlsxValues, EscapesSoThatEveryTextComesBack) {
  using namespace std::string_view_literals;
  for (const std::string_view text :
       {"plain 测试"sv, "_x0041_"sv, "_x005F_x0041_"sv, "a\r\n\tb"sv, "\x01\x1F"sv,
        "\uFFFE\uFFFF\uFFFD"sv, "_x_x0041_"sv, "__x0041__"sv, "_xD842__xDFB7_"sv, "_x0041\r"sv,
        "_x0041\uFFFE"sv, "_x0041_x0042_x"sv}) {
    EXPECT_EQ(unescaped(escaped(text)), text);
  }
  EXPECT_EQ(escaped("a_b\n一"), "a_b\n一");
  EXPECT_EQ(escaped("\r\uFFFE"), "_x000D__xFFFE_");
}

TEST(XlsxValues, ReadsCellPositions) {
  EXPECT_EQ(parse_cell_position("A1")->column, 0u);
  EXPECT_EQ(parse_cell_position("BC23")->column, 54u);
  EXPECT_EQ(parse_cell_position("BC23")->row, 23u);
  EXPECT_EQ(parse_cell_position("XFD1048576")->column, sheet_columns_max - 1);
  for (const std::string_view wrong : {"", "A", "1", "a1", "A0", "A1048577", "XFE1", "AAAA1", "A1B",
                                       "A-1", "A 1", "A99999999999999999999999"}) {
    EXPECT_FALSE(parse_cell_position(wrong).has_value()) << wrong;
  }
}

}  // namespace
}  // namespace kinledger::ledger::intake

// Amounts as people and spreadsheets write them, and sums that know their limit.
#include "ledger/money.h"

#include <gtest/gtest.h>

#include <limits>

namespace kinledger::ledger {
namespace {

std::string code_of(const Parsed<Fen>& parsed) {
  return parsed.has_error() ? parsed.error().code : "accepted";
}

constexpr Fen premium_2021{25'000};

TEST(Yuan, IsReadWithUpToTwoDecimals) {
  EXPECT_EQ(parse_yuan("250").value(), premium_2021);
  EXPECT_EQ(parse_yuan("250.0").value(), premium_2021);
  EXPECT_EQ(parse_yuan("250.00").value(), premium_2021);
  EXPECT_EQ(parse_yuan("0").value(), Fen{0});
  EXPECT_EQ(parse_yuan("0.01").value(), Fen{1});
  EXPECT_EQ(parse_yuan("0.1").value(), Fen{10});
}

TEST(Yuan, HasALimit) {
  EXPECT_EQ(parse_yuan("999999999999.99").value(), fen_max);
  EXPECT_EQ(code_of(parse_yuan("1000000000000")), "MONEY_TOO_LARGE");
  EXPECT_EQ(code_of(parse_yuan("1000000000000000000")), "MONEY_TOO_LARGE");
  EXPECT_EQ(code_of(parse_yuan("9" + std::string(100'000, '9'))), "MONEY_TOO_LARGE");
}

TEST(Yuan, RefusesFractionsOfAFen) {
  EXPECT_EQ(code_of(parse_yuan("250.000")), "MONEY_TOO_MANY_DECIMALS");
  EXPECT_EQ(code_of(parse_yuan("0.001")), "MONEY_TOO_MANY_DECIMALS");
  EXPECT_EQ(code_of(parse_yuan_loosely("1,920.005元")), "MONEY_TOO_MANY_DECIMALS");
}

TEST(Yuan, RefusesNegativeAmounts) {
  EXPECT_EQ(code_of(parse_yuan("-250")), "MONEY_NEGATIVE");
  EXPECT_EQ(code_of(parse_yuan("-0")), "MONEY_NEGATIVE");
  for (const std::string_view text : {"-¥1,920.00", "¥-1,920.00", "￥ -250", "-250元"}) {
    EXPECT_EQ(code_of(parse_yuan_loosely(text)), "MONEY_NEGATIVE") << text;
  }
}

TEST(Yuan, RefusesWhatIsNoNumber) {
  for (const std::string_view text :
       {"",      "-",    ".",     "250.", ".5",   "abc",  "2 50",     " 250",
        "250 ",  "1e3",  "NaN",   "inf",  "0x10", "+250", "--5",      "2.5.0",
        "1,920", "¥250", "250元", "0250", "00",   "\xFF", "二百五十", "(250)"}) {
    EXPECT_EQ(code_of(parse_yuan(text)), "MONEY_FORMAT") << text;
  }
  EXPECT_EQ(code_of(parse_yuan(std::string_view("250\0", 4))), "MONEY_FORMAT");
}

TEST(Yuan, ExplainsFullWidthDigits) {
  for (const auto& parsed : {parse_yuan("２５０"), parse_yuan_loosely("¥25０")}) {
    EXPECT_EQ(code_of(parsed), "MONEY_FORMAT");
    EXPECT_NE(parsed.error().zh.find("半角"), std::string::npos);
    EXPECT_NE(parsed.error().en.find("half-width"), std::string::npos);
  }
}

TEST(SpreadsheetYuan, MayCarrySignsAndSeparators) {
  for (const std::string_view text : {"1920", "1,920", "1,920.00", "¥1,920.00", "￥1920.0",
                                      "1,920元", " ¥ 1,920.00 元 ", "\u30001920\u00A0"}) {
    EXPECT_EQ(parse_yuan_loosely(text).value(), Fen{192'000}) << text;
  }
  EXPECT_EQ(parse_yuan_loosely("999,999,999,999.99").value(), fen_max);
  EXPECT_EQ(code_of(parse_yuan_loosely("1,000,000,000,000")), "MONEY_TOO_LARGE");
}

TEST(SpreadsheetYuan, RefusesMisplacedSeparators) {
  for (const std::string_view text :
       {"",       "¥",      "元",        "1,92",  "1,9200",    "1920,000", ",920",
        "1,",     "1,,920", "1,920.0,0", "3万元", "1,920元元", "¥¥5",      "0,250",
        "1，920", "-",      "1 920",     "--5",   "-¥-5",      "1,92,000"}) {
    EXPECT_EQ(code_of(parse_yuan_loosely(text)), "MONEY_FORMAT") << text;
  }
}

TEST(Yuan, IsWrittenWithTwoDecimals) {
  EXPECT_EQ(format_yuan(Fen{192'000}), "1920.00");
  EXPECT_EQ(format_yuan(Fen{5}), "0.05");
  EXPECT_EQ(format_yuan(Fen{0}), "0.00");
  EXPECT_EQ(format_yuan(Fen{-5}), "-0.05");
  EXPECT_EQ(format_yuan(fen_max), "999999999999.99");
  EXPECT_EQ(format_yuan(Fen{std::numeric_limits<std::int64_t>::min()}), "-92233720368547758.08");
}

TEST(Yuan, IsGroupedByThousands) {
  EXPECT_EQ(format_yuan_grouped(Fen{99'999}), "999.99");
  EXPECT_EQ(format_yuan_grouped(Fen{100'000}), "1,000.00");
  EXPECT_EQ(format_yuan_grouped(Fen{-192'000}), "-1,920.00");
  EXPECT_EQ(format_yuan_grouped(fen_max), "999,999,999,999.99");
}

TEST(Yuan, ReadsBackWhatItWrote) {
  for (std::int64_t value = 0; value < fen_max.value; value = value * 3 + 1) {
    EXPECT_EQ(parse_yuan(format_yuan(Fen{value})).value(), Fen{value});
    EXPECT_EQ(parse_yuan_loosely("¥" + format_yuan_grouped(Fen{value})).value(), Fen{value});
  }
}

TEST(Sums, EndAtTheLimitInBothDirections) {
  EXPECT_EQ(add(premium_2021, Fen{167'000}), Fen{192'000});
  EXPECT_EQ(multiply(premium_2021, 12), Fen{300'000});
  EXPECT_EQ(multiply(premium_2021, -1), Fen{-25'000});

  EXPECT_EQ(add(Fen{fen_max.value - 1}, Fen{1}), fen_max);
  EXPECT_EQ(add(fen_max, Fen{1}), std::nullopt);
  EXPECT_EQ(multiply(fen_max, 1), fen_max);
  EXPECT_EQ(multiply(fen_max, 2), std::nullopt);
  EXPECT_EQ(multiply(fen_max, std::numeric_limits<std::int64_t>::max()), std::nullopt);
  EXPECT_EQ(multiply(fen_max, std::numeric_limits<std::int64_t>::min()), std::nullopt);
  EXPECT_EQ(multiply(Fen{0}, std::numeric_limits<std::int64_t>::min()), Fen{0});
}

TEST(SumsDeathTest, TakeAmountsWithinTheLimitOnly) {
  EXPECT_DEATH(add(Fen{fen_max.value + 1}, Fen{0}), "invariant failed");
  EXPECT_DEATH(multiply(Fen{-fen_max.value - 1}, 1), "invariant failed");
}

}  // namespace
}  // namespace kinledger::ledger

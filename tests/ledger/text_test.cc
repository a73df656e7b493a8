// Text as people hand it in: what is kept byte for byte, and what is refused.
#include "ledger/text.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace kinledger::ledger {
namespace {

constexpr std::size_t note_characters_max = 1'000;

std::string code_of(const Parsed<std::string>& parsed) {
  return parsed.has_error() ? parsed.error().code : "accepted";
}

std::string code_of_note(std::string_view text) {
  return code_of(accept_text(text, note_characters_max));
}

TEST(Utf8, AcceptsTheEndsOfEveryLength) {
  for (const std::string_view text :
       {"", "\x7F", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
        "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(is_utf8(text));
  }
  EXPECT_TRUE(is_utf8(std::string_view("\0", 1)));
}

TEST(Utf8, RefusesOverlongSurrogateTruncatedAndStrayBytes) {
  for (const std::string_view text :
       {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xC2", "\xC2 ", "\xE0\x9F\xBF", "\xE5\xBC",
        "\xED\xA0\x80", "\xED\xBF\xBF", "\xF0\x8F\xBF\xBF", "\xF0\xA0\xAE", "\xF4\x90\x80\x80",
        "\xF5\x80\x80\x80", "\xFE", "\xFF", "\xE5\xBC\xA0\xE5"}) {
    EXPECT_FALSE(is_utf8(text));
    EXPECT_EQ(code_of_note(text), "TEXT_NOT_UTF8");
  }
  const std::string gb18030 = "\xD5\xC5\xC8\xFD";
  EXPECT_EQ(code_of(accept_name(gb18030)), "TEXT_NOT_UTF8");
}

TEST(Trimming, DropsOuterSpacesOnly) {
  EXPECT_EQ(trimmed("  \u3000\u00A0\u202F张 三\u3000 "), "张 三");
  EXPECT_EQ(trimmed(""), "");
  EXPECT_EQ(trimmed(" \u3000 "), "");
  EXPECT_EQ(trimmed("\t张三\n"), "\t张三\n");
}

TEST(Trimming, LeavesBytesThatAreNotUtf8) {
  EXPECT_EQ(trimmed(" \xE3\x80"), "\xE3\x80");
  EXPECT_EQ(trimmed("\x80 "), "\x80");
}

TEST(AcceptedText, KeepsRareCharactersByteForByte) {
  for (const std::string_view text :
       {"𠮷", "𬀩", "\U0002F800", "\uFA58", "王\U000E0100", "阿依古丽·买买提", "e\u0301",
        "\u00E9", "Ａ１２", "\U00030000"}) {
    const auto accepted = accept_text(text, note_characters_max);
    ASSERT_TRUE(accepted.has_value());
    EXPECT_EQ(*accepted, text);
  }
}

TEST(AcceptedText, MayBeEmpty) {
  EXPECT_EQ(accept_text("", note_characters_max).value(), "");
  EXPECT_EQ(accept_text(" \u3000", 0).value(), "");
}

TEST(AcceptedText, HoldsNoControlCharacter) {
  EXPECT_EQ(code_of_note(std::string_view("a\0b", 3)), "TEXT_CONTROL");
  for (const std::string_view text : {"a\tb", "a\n", "\ra", "\x1F", "\x7F", "\u0080", "\u0085",
                                      "\u009F", "a\u2028b", "a\u2029b"}) {
    EXPECT_EQ(code_of_note(text), "TEXT_CONTROL");
  }
  EXPECT_EQ(code_of_note("\u00A1"), "accepted");
}

TEST(AcceptedText, HoldsNoBidirectionalControl) {
  for (const std::string_view text :
       {"\u061C", "\u200E", "\u200F", "\u202A", "张\u202E三", "\u2066", "\u2069"}) {
    EXPECT_EQ(code_of_note(text), "TEXT_BIDI");
  }
  EXPECT_EQ(code_of_note("\u2065"), "accepted");
  EXPECT_EQ(code_of_note("\u206A"), "accepted");
}

TEST(AcceptedText, HoldsNoZeroWidthCharacter) {
  for (const std::string_view text : {"张\u200B三", "\u200C", "\u200D", "\u2060", "\uFEFF张三"}) {
    EXPECT_EQ(code_of_note(text), "TEXT_ZERO_WIDTH");
  }
  EXPECT_EQ(code_of_note("\u2010"), "accepted");
}

TEST(AcceptedText, IsCountedInCodePointsAfterTrimming) {
  EXPECT_EQ(code_of(accept_text("𠮷𠮷𠮷", 3)), "accepted");
  EXPECT_EQ(code_of(accept_text(" 𠮷𠮷𠮷 ", 3)), "accepted");
  EXPECT_EQ(code_of(accept_text("𠮷𠮷𠮷", 2)), "TEXT_TOO_LONG");
  EXPECT_NE(accept_text("𠮷𠮷𠮷", 2).error().zh.find("2 个字符"), std::string::npos);
}

TEST(AcceptedName, HasOneToTwoHundredCharacters) {
  std::string name;
  for (std::size_t at = 0; at < name_characters_max; ++at) name += "张";
  EXPECT_EQ(accept_name(name).value(), name);
  EXPECT_EQ(code_of(accept_name(name + "三")), "TEXT_TOO_LONG");
  EXPECT_EQ(accept_name(" 张三 ").value(), "张三");
  EXPECT_EQ(code_of(accept_name("")), "NAME_EMPTY");
  EXPECT_EQ(code_of(accept_name("\u3000 \u00A0")), "NAME_EMPTY");
}

TEST(AcceptedName, IsNotRepeatedWhenRefused) {
  const auto refused = accept_name("张\u200B三");
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().zh.find("张"), std::string::npos);
  EXPECT_EQ(refused.error().en.find("张"), std::string::npos);
}

TEST(AcceptedCode, IsPrintableAsciiWithoutSpaces) {
  EXPECT_EQ(accept_code(" HZ-2021/03_0001.A ", 32).value(), "HZ-2021/03_0001.A");
  EXPECT_EQ(accept_code("!~", 32).value(), "!~");
  for (const std::string_view text :
       {"A 1", "A\t1", "１２３", "杭医保〔2020〕61号", "A\x7F", "\x80", "A\u00A01"}) {
    EXPECT_EQ(code_of(accept_code(text, 32)), "CODE_CHARACTERS");
  }
  EXPECT_EQ(code_of(accept_code("", 32)), "CODE_EMPTY");
  EXPECT_EQ(code_of(accept_code("  ", 32)), "CODE_EMPTY");
  EXPECT_EQ(code_of(accept_code("12345", 5)), "accepted");
  EXPECT_EQ(code_of(accept_code("123456", 5)), "TEXT_TOO_LONG");
}

TEST(FullWidth, IsFoundAmongOtherBytes) {
  EXPECT_TRUE(contains_full_width_digits("12３"));
  EXPECT_TRUE(contains_full_width_digits("０"));
  EXPECT_TRUE(contains_full_width_digits("\xFF９"));
  EXPECT_FALSE(contains_full_width_digits("123张／：Ｘ\xEF\xBC"));
  EXPECT_TRUE(contains_full_width_forms("12Ｘ"));
  EXPECT_TRUE(contains_full_width_forms("！"));
  EXPECT_TRUE(contains_full_width_forms("～"));
  EXPECT_FALSE(contains_full_width_forms("12X、\u3000"));
}

TEST(DisplayWidth, CountsTerminalColumns) {
  EXPECT_EQ(display_width(""), 0u);
  EXPECT_EQ(display_width("abc"), 3u);
  EXPECT_EQ(display_width("张三"), 4u);
  EXPECT_EQ(display_width("𠮷"), 2u);
  EXPECT_EQ(display_width("Ａ１，\u3000"), 8u);
  EXPECT_EQ(display_width("买·提"), 5u);
  EXPECT_EQ(display_width("e\u0301"), 1u);
  EXPECT_EQ(display_width("王\U000E0100"), 2u);
  EXPECT_EQ(display_width("\uFE0F\u200B"), 0u);
  EXPECT_EQ(display_width("\u1112\u1161\u11AB"), 2u);
  EXPECT_EQ(display_width("\t\x7F"), 0u);
  EXPECT_EQ(display_width("\xFF\xE5\xBC"), 3u);
}

TEST(Characters, AreCountedAsCodePoints) {
  EXPECT_EQ(count_characters(""), 0u);
  EXPECT_EQ(count_characters("a测𠮷王\U000E0100"), 5u);
}

TEST(Characters, AreCutBetweenTwo) {
  const std::string_view text = "a测𠮷é";  // 1, 3, 4 and 2 bytes
  const std::vector<std::string_view> beginnings{"", "a", "a测", "a测𠮷", "a测𠮷é", "a测𠮷é"};
  for (std::size_t i = 0; i < beginnings.size(); ++i)
    EXPECT_EQ(first_characters(text, i), beginnings[i]) << i;
  for (std::size_t bytes = 0; bytes <= text.size() + 1; ++bytes) {
    const auto cut = first_bytes(text, bytes);
    EXPECT_TRUE(cut.size() <= bytes && bytes - cut.size() < (cut == text ? 2 : 4)) << bytes;
    EXPECT_TRUE(is_utf8(cut)) << bytes;
  }
}

TEST(Characters, OfBytesThatAreNoTextAreCutSomewhere) {
  const std::string bytes(10, '\x80');
  EXPECT_EQ(first_bytes(bytes, 5).size(), 5u);
  EXPECT_EQ(first_characters(bytes, 1), bytes);
}

TEST(Digits, AreReadUpToNine) {
  EXPECT_EQ(digits_value("0"), 0);
  EXPECT_EQ(digits_value("007"), 7);
  EXPECT_EQ(digits_value("999999999"), 999'999'999);
  for (const std::string_view text : {"", "1234567890", "-1", "+1", " 1", "1a", "１", "\xB2"}) {
    EXPECT_FALSE(digits_value(text).has_value());
  }
}

TEST(Digits, AreWrittenWithLeadingZeros) {
  std::string text = "#";
  append_digits(text, 7, 3);
  append_digits(text, 0, 1);
  append_digits(text, 12345, 2);
  EXPECT_EQ(text, "#007012345");
}

}  // namespace
}  // namespace kinledger::ledger

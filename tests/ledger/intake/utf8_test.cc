#include "ledger/intake/utf8.h"

#include <gtest/gtest.h>

#include <random>

#include "ledger/text.h"

namespace kinledger::ledger::intake {
namespace {

TEST(Utf8, StopsAtTheFirstByteThatIsNotValid) {
  const std::string_view valid = "long enough for eight at once, é测试𠮷";
  EXPECT_EQ(utf8_valid_bytes(valid), valid.size());
  for (const std::string_view wrong :
       {"\x80", "\xC0\xAF", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "\xE6\xB5x", "\xF0\xA0\xAE"}) {
    EXPECT_EQ(utf8_valid_bytes("ab" + std::string(wrong) + "c"), 2u);
  }
}

TEST(Utf8, KnowsWhatMoreBytesCouldComplete) {
  for (const std::string_view cut : {"", "\xC3", "\xE6", "\xE6\xB5", "\xF0\xA0\xAE", "\xF4\x8F"}) {
    EXPECT_TRUE(utf8_may_continue(cut));
  }
  for (const std::string_view wrong : {"a", "\x80", "\xE0\x80", "\xED\xA0", "\xF4\x90", "\xE6x"}) {
    EXPECT_FALSE(utf8_may_continue(wrong));
  }
}

TEST(Utf8, AgreesWithTheLedgersTextOnRandomBytes) {
  std::mt19937 random(7);
  for (int i = 0; i < 200'000; ++i) {
    std::string bytes(random() % 6, '\0');
    for (char& c : bytes) {
      constexpr std::string_view edges = "\x7F\x80\x8F\x90\x9F\xA0\xBF\xC2\xDF\xE0\xED\xF0\xF4";
      c = edges[random() % edges.size()];
    }
    const std::size_t valid = utf8_valid_bytes(bytes);
    EXPECT_EQ(valid == bytes.size(), is_utf8(bytes));
    EXPECT_TRUE(is_utf8(std::string_view(bytes).substr(0, valid)));
  }
}

TEST(Utf8, WritesCodePoints) {
  std::string text;
  for (const char32_t code_point : {U'a', U'é', U'测', U'𠮷'}) append_utf8(text, code_point);
  EXPECT_EQ(text, "aé测𠮷");
}

}  // namespace
}  // namespace kinledger::ledger::intake

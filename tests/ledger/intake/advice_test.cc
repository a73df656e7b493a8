// Advice about names, and text that must not be shown or kept.
#include "ledger/intake/advice.h"

#include <gtest/gtest.h>

#include <array>

#include "ledger/intake/seen_rows.h"
#include "tests/ledger/intake/made_up.h"

namespace kinledger::ledger::intake {
namespace {

TEST(NearestName, IsALikelyMisspelling) {
  constexpr std::array<std::string_view, 4> names{"amount", "validOn", "insuranceYear", "kind"};
  EXPECT_EQ(did_you_mean("amout", names).en, "; did you mean 'amount'?");
  EXPECT_EQ(did_you_mean("VALIDON", names).en, "; did you mean 'validOn'?");
  EXPECT_EQ(did_you_mean("insurance_year", names).en, "; did you mean 'insuranceYear'?");
  EXPECT_EQ(did_you_mean("telephone", names).en, ".");
  EXPECT_EQ(did_you_mean("", names).en, ".");
  EXPECT_EQ(did_you_mean(std::string(1'000'000, 'a'), names).en, ".");
}

TEST(ShownName, FoldsSpaceAndCutsWhatIsLong) {
  EXPECT_EQ(shown_name(" 是否参保\n（少儿医保） "), "是否参保 （少儿医保）");
  EXPECT_EQ(shown_name(std::string(100, 'x')), std::string(64, 'x') + "…");
  EXPECT_EQ(shown_name(""), "");
}

TEST(ShownName, HidesWhatDeceivesOrIdentifies) {
  for (const std::string& name : {std::string("a\xE2\x80\xAE"), std::string("a\xFF"),
                                  std::string("a\x1B[2J"), "x" + child, std::string("a\0b", 3)}) {
    EXPECT_EQ(shown_name(name), "?");
  }
}

TEST(ResidentId, IsFoundWhereverItStands) {
  for (const std::string& text :
       {child, "证件" + child + "号", "ID:" + child, "a " + child + ".", "x" + child + "y"}) {
    EXPECT_TRUE(holds_resident_id(text)) << text;
  }
  std::string wide;
  for (const char c : child) {
    wide +=
        c == 'X' ? std::string("Ｘ") : std::string("\xEF\xBC") + static_cast<char>(0x90 + c - '0');
  }
  EXPECT_TRUE(holds_resident_id(wide));
}

TEST(ResidentId, OfEveryCheckCharacterIsFound) {
  bool ended_in_x = false;
  for (int order = 0; order < 40; ++order) {
    std::string number = made_up_number("20150307", order);
    ended_in_x = ended_in_x || number.back() == 'X';
    EXPECT_TRUE(holds_resident_id(number)) << order;
    if (number.back() == 'X') number.back() = 'x';
    EXPECT_TRUE(holds_resident_id(number)) << order;
  }
  EXPECT_TRUE(ended_in_x);
}

TEST(ResidentId, IsNotSeenInOtherNumbers) {
  std::string wrong = child;
  wrong.back() = wrong.back() == '0' ? '1' : '0';
  for (const std::string& text : {wrong, "1" + child, child + "1", child.substr(0, 17), wrong + "x",
                                  std::string("202103310000000018"), std::string()}) {
    EXPECT_FALSE(holds_resident_id(text)) << text;
  }
}

TEST(HalfWidth, ChangesOnlyFormsOfAscii) {
  EXPECT_EQ(half_width("（ＡＢ１：）～"), "(AB1:)~");
  EXPECT_EQ(half_width("　少儿、。"), "　少儿、。");
  EXPECT_EQ(half_width("\xEF\xBC"), "\xEF\xBC");
  EXPECT_EQ(half_width("\xEF\xBD\x9F\xEF\xBC\x80"), "\xEF\xBD\x9F\xEF\xBC\x80");
}

TEST(SeenRows, FindsEveryRowAgain) {
  SeenRows seen;
  constexpr std::uint32_t count = 20'000;
  const auto hash = [](std::uint64_t i) { return i * 0x9E37'79B9'7F4A'7C15; };
  for (std::uint32_t i = 1; i <= count; ++i) ASSERT_EQ(seen.note(hash(i), i), std::nullopt);
  for (std::uint32_t i = 1; i <= count; ++i) ASSERT_EQ(seen.note(hash(i), count + i), i);
}

TEST(SeenRows, TellsApartHashesThatShareASlot) {
  SeenRows seen;
  EXPECT_EQ(seen.note(0, 1), std::nullopt);
  EXPECT_EQ(seen.note(std::uint64_t{1} << 40, 2), std::nullopt);
  EXPECT_EQ(seen.note(std::uint64_t{1} << 41, 3), std::nullopt);
  EXPECT_EQ(seen.note(0, 4), 1u);
  EXPECT_EQ(seen.note(std::uint64_t{1} << 41, 4), 3u);
}

}  // namespace
}  // namespace kinledger::ledger::intake

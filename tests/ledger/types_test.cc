// Text forms of identifiers and instants.
#include "ledger/types.h"

#include <gtest/gtest.h>

#include <limits>
#include <unordered_set>

namespace kinledger::ledger {
namespace {

std::string code_of_instant(std::string_view text) {
  const auto parsed = parse_recorded_at(text);
  return parsed.has_error() ? parsed.error().code : "accepted";
}

std::string in_utc(std::string_view text) { return to_text(parse_recorded_at(text).value()); }

TEST(Hexadecimal, RoundTripsEveryByte) {
  Bytes bytes(256);
  for (std::size_t at = 0; at < bytes.size(); ++at) bytes[at] = static_cast<std::uint8_t>(at);
  const std::string text = to_hex(bytes);
  EXPECT_EQ(text.substr(0, 8), "00010203");
  EXPECT_EQ(text.substr(508), "feff");
  Bytes read(256);
  ASSERT_TRUE(from_hex(text, read));
  EXPECT_EQ(read, bytes);
  EXPECT_EQ(to_hex({}), "");
  EXPECT_TRUE(from_hex("", {}));
}

TEST(Hexadecimal, ReadsBothCases) {
  std::array<std::uint8_t, 2> out{};
  ASSERT_TRUE(from_hex("aBCd", out));
  EXPECT_EQ(to_hex(out), "abcd");
}

TEST(Hexadecimal, RefusesOtherLengthsAndCharacters) {
  std::array<std::uint8_t, 2> out{};
  for (const std::string_view text :
       {"", "abc", "abcde", "abcdef", "abcg", "ab:d", "ab d", "@bcd", "`bcd", "/bcd", "0xab"}) {
    EXPECT_FALSE(from_hex(text, out));
  }
}

TEST(Identifiers, AreWrittenAsLowerCaseHexadecimal) {
  PersonId person;
  EXPECT_TRUE(person.is_zero());
  person.bytes[0] = 0xAB;
  person.bytes[15] = 1;
  EXPECT_EQ(to_text(person), "ab000000000000000000000000000001");
  EXPECT_FALSE(person.is_zero());
  EXPECT_EQ(to_text(Hash{}), std::string(64, '0'));
  EXPECT_EQ(std::unordered_set<PersonId>({person, PersonId{}, person}).size(), 2u);
}

TEST(RecordedInstant, IsWrittenInUtcWithSixDecimals) {
  EXPECT_EQ(to_text(RecordedAt{0}), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(to_text(RecordedAt{1'617'584'523'000'001}), "2021-04-05T01:02:03.000001Z");
  EXPECT_EQ(to_text(RecordedAt{-1}), "1969-12-31T23:59:59.999999Z");
}

TEST(RecordedInstant, IsReadAtAnyOffset) {
  EXPECT_EQ(parse_recorded_at("2021-04-05T01:02:03Z").value().microseconds, 1'617'584'523'000'000);
  EXPECT_EQ(in_utc("2021-04-05T01:02:03Z"), "2021-04-05T01:02:03.000000Z");
  EXPECT_EQ(in_utc("2021-04-05t01:02:03z"), "2021-04-05T01:02:03.000000Z");
  EXPECT_EQ(in_utc("2021-04-05T07:02:03+08:00"), "2021-04-04T23:02:03.000000Z");
  EXPECT_EQ(in_utc("2021-12-31T23:30:00-01:30"), "2022-01-01T01:00:00.000000Z");
  EXPECT_EQ(in_utc("2021-04-05T01:02:03-00:00"), "2021-04-05T01:02:03.000000Z");
  EXPECT_EQ(in_utc("2020-02-29T23:59:59+23:59"), "2020-02-29T00:00:59.000000Z");
}

TEST(RecordedInstant, IsReadWithOneToSixDecimals) {
  EXPECT_EQ(in_utc("2021-04-05T01:02:03.5Z"), "2021-04-05T01:02:03.500000Z");
  EXPECT_EQ(in_utc("2021-04-05T01:02:03.000001Z"), "2021-04-05T01:02:03.000001Z");
  EXPECT_EQ(in_utc("2021-04-05T01:02:03.1234+08:00"), "2021-04-04T17:02:03.123400Z");
  EXPECT_EQ(code_of_instant("2021-04-05T01:02:03.Z"), "INSTANT_FORMAT");
  EXPECT_EQ(code_of_instant("2021-04-05T01:02:03.1234567Z"), "INSTANT_FORMAT");
  EXPECT_EQ(code_of_instant("2021-04-05T01:02:03.999999"), "INSTANT_FORMAT");
}

TEST(RecordedInstant, IsRefusedInAnyOtherForm) {
  for (const std::string_view text :
       {"", "2021-04-05", "2021-04-05T01:02:03", "2021-04-05 01:02:03Z", "2021-4-05T01:02:03Z",
        "20210405T010203Z", "2021-04-05T01:02Z", "2021-04-05T01:02:03ZZ", "2021-04-05T01:02:03+8",
        "2021-04-05T01:02:03+0800", "2021-04-05T01:02:03+24:00", "2021-04-05T01:02:03+08:60",
        "2021-04-05T01:02:03 Z", "+021-04-05T01:02:03Z", "2021-04-05T01:02:03,5Z",
        "2021-04-05T０1:02:03Z", " 2021-04-05T01:02:03Z"}) {
    EXPECT_EQ(code_of_instant(text), "INSTANT_FORMAT") << text;
  }
}

TEST(RecordedInstant, IsRefusedIfItIsNoTime) {
  for (const std::string_view text :
       {"2021-02-29T00:00:00Z", "2021-13-01T00:00:00Z", "2021-00-01T00:00:00Z",
        "2021-01-00T00:00:00Z", "2021-01-99T00:00:00Z", "2021-01-01T24:00:00Z",
        "2021-01-01T00:60:00Z", "2016-12-31T23:59:60Z"}) {
    EXPECT_EQ(code_of_instant(text), "INSTANT_NOT_ON_CALENDAR") << text;
  }
}

TEST(RecordedInstant, LiesInTheYears1970To2262) {
  EXPECT_EQ(in_utc("1970-01-01T00:00:00Z"), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(in_utc("1969-12-31T23:00:00-01:00"), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(in_utc("2262-12-31T23:59:59.999999Z"), "2262-12-31T23:59:59.999999Z");
  for (const std::string_view text :
       {"1969-12-31T23:59:59.999999Z", "1970-01-01T07:59:59+08:00", "2263-01-01T00:00:00Z",
        "2262-12-31T23:59:59-08:00", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z"}) {
    EXPECT_EQ(code_of_instant(text), "INSTANT_OUT_OF_RANGE") << text;
  }
}

TEST(RecordedInstantDeathTest, IsNotWrittenWithMoreThanFourDigitsOfYear) {
  EXPECT_DEATH(to_text(RecordedAt{std::numeric_limits<std::int64_t>::max()}), "invariant failed");
  EXPECT_DEATH(to_text(RecordedAt{std::numeric_limits<std::int64_t>::min()}), "invariant failed");
}

}  // namespace
}  // namespace kinledger::ledger

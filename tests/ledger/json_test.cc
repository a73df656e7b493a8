#include "ledger/json.h"

#include <gtest/gtest.h>

#include <boost/json/object.hpp>

namespace kinledger::ledger {
namespace {

constexpr std::size_t bytes_max = 10'000;

std::string code_of_json(std::string_view text) {
  const auto parsed = parse_json(text, bytes_max);
  return parsed ? "accepted" : parsed.error().code;
}

std::string canonical(std::string_view text) {
  return canonical_json(parse_json(text, bytes_max).value());
}

TEST(CanonicalJson, SortsKeysByBytesAndWritesNoSpace) {
  EXPECT_EQ(canonical(R"( { "b" : [ 1 , true , null ] , "a" : { "ä":"x", "z":-2 }, "B":"" } )"),
            R"({"B":"","a":{"z":-2,"ä":"x"},"b":[1,true,null]})");
}

TEST(CanonicalJson, EscapesOnlyWhatMustBe) {
  EXPECT_EQ(canonical(R"("\u0001\u001f\n\t\"\\\/\u5c11")"), R"("\u0001\u001f\n\t\"\\/少")");
}

TEST(CanonicalJson, GivesItselfWhenReadAgain) {
  const std::string text =
      canonical(R"({"years":[2021,18446744073709551615,-9223372036854775808]})");
  EXPECT_EQ(text, R"({"years":[2021,18446744073709551615,-9223372036854775808]})");
  EXPECT_EQ(canonical(text), text);
}

TEST(ParseJson, RefusesAKeyTwiceInOneObjectOnly) {
  EXPECT_EQ(code_of_json(R"({"a":1,"b":{"a":2}})"), "accepted");
  EXPECT_EQ(code_of_json(R"([{"a":1},{"a":2}])"), "accepted");
  EXPECT_EQ(code_of_json(R"({"a":1,"a":1})"), "JSON_DUPLICATE_KEY");
  EXPECT_EQ(code_of_json(R"({"x":{"b":1,"a":1,"\u0062":2}})"), "JSON_DUPLICATE_KEY");
}

TEST(ParseJson, RefusesWhatIsNotExactlyOneValue) {
  for (const char* text : {"", " ", "{", "{}x", "{} {}", "[1,]", "{a:1}", "'a'", "01", "+1", "NaN",
                           "// comment\n1", "\"\xff\"", "\"\xed\xa0\x80\"", "\"\t\"", "tru"}) {
    EXPECT_EQ(code_of_json(text), "JSON_SYNTAX") << text;
  }
  EXPECT_EQ(code_of_json(" {} \n"), "accepted");
}

TEST(ParseJson, RefusesMoreLevelsThanTheLimit) {
  const auto nested = [](std::size_t levels) {
    return std::string(levels, '[') + std::string(levels, ']');
  };
  EXPECT_EQ(code_of_json(nested(json_depth_max)), "accepted");
  EXPECT_EQ(code_of_json(nested(json_depth_max + 1)), "JSON_DEPTH");
}

TEST(ParseJson, RefusesMoreBytesThanTheLimit) {
  EXPECT_TRUE(parse_json("\"123\"", 5));
  EXPECT_EQ(parse_json("\"1234\"", 5).error().code, "JSON_SIZE");
}

TEST(ParseJson, RefusesMoreValuesThanTheLimit) {
  for (const std::string_view five :
       {R"([1,-2,"a",null])", R"({"a":true,"b":{},"c":[],"d":18446744073709551615})",
        R"([[[[0.5]]]])"}) {
    EXPECT_TRUE(parse_json(five, 100, 5)) << five;
    const auto refused = parse_json(five, 100, 4);
    ASSERT_FALSE(refused) << five;
    EXPECT_EQ(refused.error().code, "JSON_VALUES");
  }
}

TEST(ParseJson, KeepsWholeNumbersWhole) {
  const auto value = parse_json(R"({"whole":7,"fraction":7.5})", bytes_max).value();
  EXPECT_TRUE(value.as_object().at("whole").is_int64());
  EXPECT_TRUE(value.as_object().at("fraction").is_double());
}

}  // namespace
}  // namespace kinledger::ledger

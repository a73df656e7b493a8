// Packs that are too large, too deep, cut short or no packs at all.
#include "projections/shape.h"
#include "tests/projections/small_pack.h"

namespace kinledger::projections {
namespace {

TEST(PackLimits, WithMoreFaultsThanAreCollectedIsRefusedAllTheSame) {
  std::string text(small_pack);
  for (int i = 0; i < 600; ++i) text += "[[document]]\ntag = 1\n";
  text += "[[interpretation]]\nid = \"Y-I2\"\nsays = 7\n[[rule]]\nid = 1\nkind = \"premium\"\n";
  const auto reading = read_pack(text);
  EXPECT_FALSE(reading.pack);
  EXPECT_EQ(reading.errors.size(), pack_faults_max);
}

TEST(PackLimits, RefusesWhatIsTooLarge) {
  std::string text(small_pack);
  text.resize(pack_bytes_max, '\n');
  EXPECT_TRUE(read_pack(text).pack);
  EXPECT_EQ(codes_of(read_pack(text + "\n")), CodesFound{"PACK_SIZE"});
}

TEST(PackLimits, RefusesWhatIsNestedTooDeeply) {
  std::string condition = "{ age_below = 15 }";
  for (int i = 0; i < 30; ++i) condition = "{ not = " + condition + " }";
  EXPECT_EQ(codes_of(read_pack(changed("{ age_below = 15 }", condition))),
            CodesFound{"PACK_DEPTH"});
}

std::string dotted_key(std::size_t parts) {
  std::string key = "a";
  while (--parts > 0) key += " . \"a\"";
  return key;
}

TEST(PackLimits, RefusesKeysOfTooManyPartsBeforeTheyBecomeTables) {
  for (const std::string& key : {dotted_key(pack_depth_max + 1), dotted_key(100'000)}) {
    for (const std::string& line : {key + " = 1", "[" + key + "]", "a = { " + key + " = 1 }"}) {
      const auto reading = read_pack("# a.b\n\n" + line);
      ASSERT_EQ(codes_of(reading), CodesFound{"PACK_DEPTH"}) << line.substr(0, 9);
      EXPECT_EQ(reading.errors.front().line, 3u);
      EXPECT_GT(reading.errors.front().column, 1u);
    }
  }
  std::string lists = "a = ";
  for (int i = 0; i < 200; ++i) lists += "[\n{" + dotted_key(20) + " = ";
  EXPECT_EQ(codes_of(read_pack(lists)), CodesFound{"PACK_DEPTH"}) << "over many lines";
}

TEST(PackLimits, CountsNoBracketsAndDotsOfTextsAndComments) {
  const std::string deep = std::string(100, '[') + std::string(100, '.');
  for (const std::string& text :
       {"\"" + deep + "\\\"" + deep + "\"", "'" + deep + "\\'", "\"\" # " + deep + "'\"",
        "\"\"\"\n" + deep + "\"\n\\\"" + deep + "\"\"\"\"\"",
        "'''" + deep + "\n''" + deep + "'''''"}) {
    const auto reading = read_pack(std::string(small_pack) + "x = " + text + "\n");
    EXPECT_EQ(codes_of(reading), CodesFound{"PACK_UNKNOWN_KEY"}) << text;
  }
}

TEST(PackLimits, RefusesAKeyThatIsTooLong) {
  const auto with_key = [](std::size_t bytes) {
    return read_pack(changed("[codes.scheme]\n", "[codes.scheme]\n" + std::string(bytes, 'p') +
                                                     " = { zh = \"甲\", en = \"a\" }\n"));
  };
  EXPECT_EQ(codes_of(with_key(pack_name_bytes_max)), CodesFound{});
  EXPECT_EQ(codes_of(with_key(pack_name_bytes_max + 1)), CodesFound{"PACK_NAME"});
  // The path of each value below it, kept, would take tens of gigabytes.
  std::string many = "x.\"" + std::string(512 * std::size_t{1024}, 'k') + "\" = [";
  for (int i = 0; i < 80'000; ++i) many += "1,";
  const auto reading = read_pack(many + "]");
  EXPECT_EQ(codes_of(reading), CodesFound{"PACK_NAME"});
  EXPECT_EQ(reading.errors.front().line, 1u);
}

TEST(PackLimits, RefusesAnEmptyFileAndGarbage) {
  EXPECT_EQ(codes_of(read_pack("")), (CodesFound{"PACK_MISSING", "PACK_MISSING", "PACK_MISSING"}));
  EXPECT_EQ(codes_of(read_pack("\xff\xfe\0x")), CodesFound{"PACK_TOML"});
  EXPECT_EQ(
      codes_of(read_pack("rule = 1\npack = []\ndocument = true\nareas = 3\ncodes = 4")).empty(),
      false);
}

TEST(PackLimits, CutShortAnywhereIsRefusedOrComplete) {
  const std::string text(small_pack);
  for (std::size_t size = 0; size < text.size(); ++size) {
    const auto reading = read_pack(text.substr(0, size));
    EXPECT_NE(reading.pack.has_value(), !reading.errors.empty());
  }
}

TEST(PackLimits, WithAnyOneByteChangedIsRefusedOrComplete) {
  const std::string text(small_pack);
  for (std::size_t at = 0; at < text.size(); at += 3) {
    for (const char c : {'"', '[', '=', '0', '\n'}) {
      auto other = text;
      other[at] = c;
      const auto reading = read_pack(other);
      EXPECT_NE(reading.pack.has_value(), !reading.errors.empty());
    }
  }
}

}  // namespace
}  // namespace kinledger::projections

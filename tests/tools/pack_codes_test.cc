// The vocabulary of a pack as it is printed, and as docs/CODES.md shows it.
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "projections/builtin_packs.h"
#include "tests/documented.h"
#include "tests/tools/shell.h"

namespace kinledger::tools {
namespace {

TEST(PackCodes, OfTheBuiltInPacksAreDocumented) {
  const Shell shell;
  std::string documented;
  for (const auto& pack : projections::builtin_packs()) {
    const std::string name(pack.name);
    const auto ran = shell.run({"pack", "codes", name});
    ASSERT_EQ(ran.exit, 0) << ran.told();
    documented +=
        (documented.empty() ? "" : "\n") + ("## `" + name) + "`\n\n```\n" + ran.out + "```\n";
  }
  expect_documented("CODES.md", documented, "# The packs by name");
}

TEST(PackCodes, SayWhatSilenceMeansOfAState) {
  const Shell shell;
  shell.write("small.toml", R"(
[pack]
id = "small"
version = "1"
title = { zh = "小", en = "Small" }
jurisdiction = 339900
[codes.personStatus]
retirement = { zh = "退休", en = "retired", uses = "flag", known_if_absent = true }
school = { zh = "就读", en = "schooling", uses = ["value", "area"], values = "schooling" }
[codes.schooling]
primary = { zh = "小学", en = "primary school" }
[[document]]
tag = "000"
title = { zh = "办法", en = "Measures" }
precedence = 1
[[rule]]
id = "S-1"
kind = "informative"
document = "000"
section = "1"
certainty = "document"
says = { zh = "说明", en = "informative" }
)");
  const auto ran = shell.run({"pack", "codes", "small.toml"});
  EXPECT_EQ(ran.exit, 0) << ran.told();
  EXPECT_TRUE(holds(ran.out, "personStatus: PersonStatusRecorded.kind")) << ran.out;
  EXPECT_TRUE(holds(ran.out, "schooling: PersonStatusRecorded.value (kind=school)")) << ran.out;
  EXPECT_TRUE(holds(ran.out, "value (schooling), area")) << ran.out;

  const auto json = shell.run({"pack", "codes", "small.toml", "--json"});
  const auto lists = boost::json::parse(json.out).at("lists").as_array();
  ASSERT_EQ(lists.size(), 2U) << json.out;
  const auto& retirement = lists.at(0).at("codes").at(0);
  EXPECT_TRUE(retirement.at("knownIfAbsent").as_bool());
  EXPECT_FALSE(retirement.at("knownAfterEnd").as_bool());
  EXPECT_EQ(shell.run({"pack", "codes", "nowhere"}).exit, 3);
}

}  // namespace
}  // namespace kinledger::tools

// check: what an auditor is shown, of whom, and with what the program ends.
#include "tests/tools/office.h"

namespace kinledger::tools {
namespace {

boost::json::object checked(const Office& office, std::vector<std::string> words, int exit) {
  words.insert(words.begin(), {"check", "city"});
  words.push_back("--json");
  const auto ran = office.shell.run(words);
  EXPECT_EQ(ran.exit, exit) << ran.told();
  return object_of(ran.out);
}

TEST(Check, FindsWhoIsUnpaidTheDayAfterTheDeadlineAndNotBefore) {
  Office office;
  office.on("2021-04-12");
  const auto before = checked(office, {"CHK-07", "--on", "2021-03-31"}, 0);
  EXPECT_EQ(number(before, "found"), 0U);
  const auto after = checked(office, {"CHK-07", "--on", "2021-04-01"}, 1);
  EXPECT_EQ(number(after, "found"), 2U);
  const auto& check = after.at("checks").at(0).as_object();
  EXPECT_EQ(text(check, "check"), "CHK-07");
  EXPECT_EQ(check.at("applies"), true);
  const auto& rows = check.at("irregularities").as_array();
  ASSERT_EQ(rows.size(), 2U);
  const auto& row = rows[0].as_object();
  EXPECT_EQ(text(row, "amountDue"), "250.00");
  EXPECT_EQ(number(row, "daysSince"), 1U);
  EXPECT_EQ(text(row, "severity"), "warning");
  EXPECT_FALSE(row.at("facts").as_array().empty());
  EXPECT_FALSE(text(row, "rule").empty());
}

TEST(Check, AsksWhatWasKnownThen) {
  Office office;
  office.on("2021-05-10");
  office.write_premiums("premiums.csv", office.premium_row("2021-03-30", office.child) +
                                            office.premium_row("2021-03-30", office.sister));
  ASSERT_EQ(office.shell.run({"import", "city", "premiums.csv"}).exit, 0);
  EXPECT_EQ(number(checked(office, {"CHK-07", "--on", "2021-05-10"}, 0), "found"), 0U);
  const auto then = checked(office, {"CHK-07", "--on", "2021-05-10", "--known", "2021-05-09"}, 1);
  EXPECT_EQ(number(then, "found"), 2U);
}

TEST(Check, OfOnePersonOneUnitOrOneDivision) {
  Office office;
  office.on("2021-04-12");
  EXPECT_EQ(number(checked(office, {"7", "--person", "@child.txt"}, 1), "found"), 1U);
  const auto of_unit = checked(office, {"chk-07", "--unit", "330199001"}, 1);
  EXPECT_EQ(number(of_unit, "found"), 2U);
  const auto& numbers = of_unit.at("unitNumbers").as_object();
  ASSERT_EQ(numbers.size(), 1U);
  EXPECT_EQ(numbers.begin()->value(), "330199001");
  EXPECT_EQ(number(checked(office, {"7", "--area", "330106"}, 1), "found"), 2U);
  EXPECT_EQ(number(checked(office, {"7", "--area", "330100"}, 1), "found"), 2U);
  EXPECT_EQ(number(checked(office, {"7", "--area", "330108"}, 0), "found"), 0U);
}

TEST(Check, OfEverythingCountsTheSameAsOneByOne) {
  Office office;
  office.on("2021-04-12");
  const auto all = checked(office, {}, 1);
  std::uint64_t sum = 0;
  for (const auto& check : all.at("checks").as_array()) {
    const auto& one = check.as_object();
    sum += number(one, "found");
    EXPECT_EQ(number(one, "found"), one.at("irregularities").as_array().size());
    EXPECT_EQ(number(one, "undecided"), one.at("notDecidable").as_array().size());
  }
  EXPECT_EQ(sum, number(all, "found"));
  const auto counts = checked(office, {"--summary"}, 1);
  EXPECT_EQ(number(counts, "found"), number(all, "found"));
  EXPECT_EQ(number(counts, "undecided"), number(all, "undecided"));
}

TEST(Check, IsTheSameBytesAtTheSameBasisAndAfterARebuild) {
  Office office;
  office.on("2021-04-12");
  const std::vector<std::string> words = {"check",   "city",   "--on",  "2021-04-01",
                                          "--known", "latest", "--json"};
  const auto first = office.shell.run(words);
  ASSERT_EQ(office.shell.run({"rebuild", "city"}).exit, 0);
  EXPECT_EQ(office.shell.run(words).out, first.out);
}

TEST(Check, AsATableNamesTheUnitByItsNumberAndNobodyByAnIdNumber) {
  Office office;
  office.on("2021-04-12");
  const auto table =
      office.shell.run({"check", "city", "CHK-07", "--lang", "en", "--on", "2021-04-01"});
  EXPECT_EQ(table.exit, 1);
  EXPECT_TRUE(holds(table.out, "found 2")) << table.out;
  EXPECT_TRUE(holds(table.out, "330199001")) << table.out;
  EXPECT_TRUE(holds(table.out, "250.00")) << table.out;
  EXPECT_FALSE(holds(table.out, office.child)) << table.out;
}

TEST(Check, LeavesARecordOfWhoLooked) {
  Office office;
  office.on("2021-04-12");
  ASSERT_EQ(office.shell.run({"check", "city", "CHK-07", "--person", "@child.txt"}).exit, 1);
  const auto log = office.shell.run({"access", "log", "city", "--json"});
  EXPECT_EQ(log.exit, 0) << log.told();
  EXPECT_TRUE(holds(log.out, R"("operation":"check")")) << log.out;
}

TEST(Check, SaysWhatIsWrongWithTheWords) {
  Office office;
  const auto unknown = office.shell.run({"check", "city", "CHK-99", "--lang", "en"});
  EXPECT_EQ(unknown.exit, 2);
  EXPECT_TRUE(holds(unknown.err, "there is no check CHK-99")) << unknown.told();
  const auto two = office.shell.run(
      {"check", "city", "--unit", "330199001", "--area", "330106", "--lang", "en"});
  EXPECT_EQ(two.exit, 2);
  EXPECT_TRUE(holds(two.err, "only one of")) << two.told();
  EXPECT_EQ(office.shell.run({"check", "city", "--area", "3301"}).exit, 3);
  EXPECT_EQ(office.shell.run({"check", "city", "--unit", "999"}).exit, 3);
  EXPECT_EQ(office.shell.run({"check", "city", "--on", "2021-02-30"}).exit, 3);
  EXPECT_EQ(office.shell.run({"check"}).exit, 2);
}

TEST(Check, ListsEveryCheckInBothLanguages) {
  const Shell shell;
  const auto json = shell.run({"check", "--list", "--json"});
  ASSERT_EQ(json.exit, 0);
  for (const auto& check : objects_of(json.out)) {
    EXPECT_TRUE(text(check, "check").starts_with("CHK-"));
    EXPECT_FALSE(text(check, "zh").empty());
    EXPECT_FALSE(text(check, "en").empty());
    EXPECT_GE(check.at("columns").as_array().size(), 9U);
  }
}

}  // namespace
}  // namespace kinledger::tools

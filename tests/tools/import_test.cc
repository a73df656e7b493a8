// import and submit, as a clerk uses them.
#include "tests/tools/office.h"

namespace kinledger::tools {
namespace {

TEST(Import, RecordsAListOnceHoweverOftenItIsHandedIn) {
  Office office;
  office.on("2021-04-08");
  office.write_premiums("premiums.csv", office.premium_row("2021-03-30", office.child));
  const auto first = office.shell.run({"import", "city", "premiums.csv"});
  EXPECT_EQ(first.exit, 0) << first.told();
  EXPECT_TRUE(holds(first.out, "recorded 2 events")) << first.out;
  const auto size = office.tree_size();
  const auto again = office.shell.run({"import", "city", "premiums.csv"});
  EXPECT_EQ(again.exit, 0);
  EXPECT_TRUE(holds(again.out, "already recorded at")) << again.out;
  EXPECT_EQ(office.tree_size(), size);
}

TEST(Import, RefusesTheWholeListAndTellsEveryFaultInItsPlace) {
  Office office;
  auto wrong = office.sister;
  wrong.back() = wrong.back() == '0' ? '1' : '0';
  office.write_premiums("premiums.csv",
                        office.premium_row("2021-03-30", office.child) +
                            office.premium_row("2021-03-30", wrong) +
                            office.premium_row("2021-02-31", office.sister, "2.505"));
  const auto size = office.tree_size();
  const auto ran = office.shell.run({"import", "city", "premiums.csv"});
  EXPECT_EQ(ran.exit, 3);
  EXPECT_TRUE(holds(ran.err, "premiums.csv:3: ")) << ran.err;
  EXPECT_TRUE(holds(ran.err, "[ID_CHECK_DIGIT]")) << ran.err;
  EXPECT_TRUE(holds(ran.err, "premiums.csv:4: ")) << ran.err;
  EXPECT_TRUE(holds(ran.err, "[DATE_NOT_ON_CALENDAR]")) << ran.err;
  EXPECT_TRUE(holds(ran.err, "[MONEY_TOO_MANY_DECIMALS]")) << ran.err;
  EXPECT_TRUE(holds(ran.out, "nothing was recorded")) << ran.out;
  EXPECT_FALSE(holds(ran.out + ran.err, wrong)) << "a number was repeated";
  EXPECT_EQ(office.tree_size(), size);
}

TEST(Import, ReportsWhatOnlyTheLedgerKnowsWithRowAndColumn) {
  Office office;
  office.write_premiums("premiums.csv", office.premium_row("2021-03-30", resident("20090101", 77)));
  const auto ran = office.shell.run({"import", "city", "premiums.csv", "--lang", "zh"});
  EXPECT_EQ(ran.exit, 3);
  EXPECT_TRUE(holds(ran.err, "premiums.csv:2: 参保人身份证号")) << ran.err;
  EXPECT_TRUE(holds(ran.err, "[PERSON_UNKNOWN]")) << ran.err;
}

TEST(Import, LeavesRefusedRowsOutWhenAskedAndHandsThemBack) {
  Office office;
  office.write_premiums("premiums.csv",
                        office.premium_row("2021-03-30", office.child) +
                            office.premium_row("2021-03-30", resident("20090101", 77)) +
                            office.premium_row("2021-02-31", office.sister));
  const auto ran = office.shell.run(
      {"import", "city", "premiums.csv", "--skip-invalid", "--rejects", "rejects.csv", "--json"});
  EXPECT_EQ(ran.exit, 1) << ran.told();
  const auto told = object_of(ran.out);
  EXPECT_EQ(number(told, "rows"), 1U);
  EXPECT_EQ(number(told, "refusalCount"), 2U);
  const auto rejects = office.shell.read("rejects.csv");
  EXPECT_TRUE(holds(rejects, "缴费日期,参保人身份证号")) << rejects;
  EXPECT_TRUE(holds(rejects, "2021-02-31," + office.sister)) << rejects;
  EXPECT_FALSE(holds(rejects, office.child)) << rejects;
  // Put right, the rejects import as they are.
  auto right = rejects;
  right.replace(right.find("2021-02-31"), 10, "2021-02-28");
  const auto stranger = right.find(resident("20090101", 77));
  const auto line = right.rfind('\n', stranger) + 1;
  right.erase(line, right.find('\n', stranger) + 1 - line);
  office.shell.write("rejects.csv", right);
  const auto again = office.shell.run({"import", "city", "rejects.csv"});
  EXPECT_EQ(again.exit, 0) << again.told();
}

TEST(Import, WritesAMarkedCopyOfAFaultyList) {
  Office office;
  office.write_premiums("premiums.csv", office.premium_row("2021-02-31", office.child));
  const auto ran =
      office.shell.run({"import", "city", "premiums.csv", "--annotate", "marked.xlsx"});
  EXPECT_EQ(ran.exit, 3);
  EXPECT_TRUE(office.shell.read("marked.xlsx").starts_with("PK")) << ran.told();
  // The copy is a list like any other: still faulty, and read again.
  const auto copy = office.shell.run({"import", "city", "marked.xlsx"});
  EXPECT_EQ(copy.exit, 3);
  EXPECT_TRUE(holds(copy.err, "[DATE_NOT_ON_CALENDAR]")) << copy.err;
}

TEST(Import, DryRunRecordsNothing) {
  Office office;
  office.write_premiums("premiums.csv", office.premium_row("2021-03-30", office.child));
  const auto size = office.tree_size();
  const auto ran = office.shell.run({"import", "city", "premiums.csv", "--dry-run"});
  EXPECT_EQ(ran.exit, 0) << ran.told();
  EXPECT_TRUE(holds(ran.out, "nothing was recorded")) << ran.out;
  EXPECT_EQ(office.tree_size(), size);
  ASSERT_EQ(office.shell.run({"import", "city", "premiums.csv"}).exit, 0);
  const auto told =
      object_of(office.shell.run({"import", "city", "premiums.csv", "--dry-run", "--json"}).out);
  EXPECT_EQ(told.at("alreadyRecorded").as_array().size(), 1U);
}

TEST(Import, AKeyOfTheUsersIsUsedOnce) {
  Office office;
  office.write_premiums("a.csv", office.premium_row("2021-03-30", office.child));
  office.write_premiums("b.csv", office.premium_row("2021-03-31", office.child));
  EXPECT_EQ(office.shell.run({"import", "city", "a.csv", "--key", "march"}).exit, 0);
  const auto ran = office.shell.run({"import", "city", "b.csv", "--key", "march"});
  EXPECT_EQ(ran.exit, 3) << ran.told();
}

TEST(Import, FilesThatAreNoTablesAreRefused) {
  Office office;
  office.shell.write("empty.csv", "");
  office.shell.write("letter.csv", "Dear Sir or Madam\n");
  office.shell.write("old.xls", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
  for (const auto* name : {"empty.csv", "letter.csv", "old.xls", "missing.csv"}) {
    const auto ran = office.shell.run({"import", "city", name, "--annotate", "copy.xlsx"});
    EXPECT_EQ(ran.exit, 3) << name << ran.told();
    EXPECT_FALSE(ran.err.empty());
  }
}

TEST(Import, TakesLinesOfJson) {
  Office office;
  const auto line = [&](const std::string& key, const std::string& paid_on) {
    return R"({"key":")" + key + R"(","events":[{"type":"PremiumPaid","validOn":")" + paid_on +
           R"(","person":{"idNumber":")" + office.child +
           R"("},"scheme":"children","insuranceYear":2021,"amount":"250.00"}]})" + "\n";
  };
  office.shell.write("lines.ndjson", line("a", "2021-03-01") + line("b", "2021-03-02"));
  EXPECT_EQ(office.shell.run({"import", "city", "lines.ndjson"}).exit, 0);
  office.shell.write("faulty.ndjson", line("c", "2021-03-03") + line("d", "2021-13-03"));
  const auto size = office.tree_size();
  const auto refused = office.shell.run({"import", "city", "faulty.ndjson"});
  EXPECT_EQ(refused.exit, 3);
  EXPECT_TRUE(holds(refused.err, "faulty.ndjson:2: events[0].validOn")) << refused.err;
  EXPECT_EQ(office.tree_size(), size) << "all lines are read before the first is recorded";
  const auto skipped = office.shell.run(
      {"import", "city", "faulty.ndjson", "--skip-invalid", "--rejects", "rejects.ndjson"});
  EXPECT_EQ(skipped.exit, 1) << skipped.told();
  EXPECT_EQ(office.shell.read("rejects.ndjson"), line("d", "2021-13-03"));
  EXPECT_EQ(office.tree_size(), size + 1);
}

TEST(Submit, GivesAReceiptAndKeepsItsKeyToOneContent) {
  Office office;
  const auto submission = [&](const std::string& amount) {
    return R"({"key":"k1","events":[{"type":"PremiumPaid","validOn":"2021-03-30","person":{"idNumber":")" +
           office.child + R"("},"scheme":"children","insuranceYear":2021,"amount":")" + amount +
           R"("}]})";
  };
  const auto first = office.shell.run({"submit", "city", "--json"}, submission("250.00"));
  EXPECT_EQ(first.exit, 0) << first.told();
  const auto receipt = object_of(first.out).at("receipt").as_object();
  EXPECT_EQ(text(receipt, "key"), "k1");
  EXPECT_EQ(number(receipt, "count"), 1U);
  EXPECT_EQ(number(receipt, "treeSize"), number(receipt, "firstSequence") + 1);
  EXPECT_EQ(text(receipt, "recordedAt"), "2021-01-11T01:00:00.000000Z");
  const auto again = office.shell.run({"submit", "city"}, submission("250.00"));
  EXPECT_TRUE(holds(again.out, "already recorded")) << again.told();
  EXPECT_EQ(office.shell.run({"submit", "city"}, submission("260.00")).exit, 3);
  EXPECT_EQ(office.shell.run({"submit", "city"}, "{\"key\":").exit, 3);
  EXPECT_EQ(office.shell.run({"submit", "city"}, "").exit, 3);
}

TEST(Submit, DryRunOnlyChecks) {
  Office office;
  const auto size = office.tree_size();
  const auto submission =
      R"({"key":"k1","events":[{"type":"PremiumPaid","validOn":"2021-03-30","person":{"idNumber":")" +
      office.child + R"("},"scheme":"nonsense","insuranceYear":2021,"amount":"250.00"}]})";
  const auto ran = office.shell.run({"submit", "city", "--dry-run", "--json"}, submission);
  EXPECT_EQ(ran.exit, 3);
  EXPECT_TRUE(holds(ran.out, "CODE_UNKNOWN")) << ran.told();
  EXPECT_EQ(office.tree_size(), size);
}

}  // namespace
}  // namespace kinledger::tools

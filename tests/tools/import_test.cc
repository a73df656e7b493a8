// import, as a clerk uses it.
#include "tests/tools/office.h"

namespace kinledger::tools {
namespace {

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
  // One key for two contents: neither is the one that was meant.
  office.shell.write("twice.ndjson",
                     line("e", "2021-03-04") + line("f", "2021-03-05") + line("e", "2021-03-06"));
  const auto twice = office.shell.run({"import", "city", "twice.ndjson"});
  EXPECT_EQ(twice.exit, 3) << twice.told();
  EXPECT_TRUE(holds(twice.err, "twice.ndjson:3: key: Line 1 has the same key")) << twice.err;
  EXPECT_EQ(office.tree_size(), size + 1);
  const auto others = office.shell.run(
      {"import", "city", "twice.ndjson", "--skip-invalid", "--rejects", "rejects.ndjson"});
  EXPECT_EQ(others.exit, 1) << others.told();
  EXPECT_EQ(office.shell.read("rejects.ndjson"), line("e", "2021-03-06"));
  EXPECT_EQ(office.tree_size(), size + 3);
}

TEST(Import, TellsWhichSheetsOfAWorkbookItDidNotRead) {
  Office office;
  const auto import = [&](const std::string& file, std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"import", "city", file});
    return office.shell.run(more);
  };
  EXPECT_EQ(office.shell.run({"template", "units", "--out", "units.xlsx"}).exit, 0);
  EXPECT_FALSE(holds(import("units.xlsx").err, "--sheet")) << "a template explains itself";
  EXPECT_EQ(
      office.shell.run({"report", "city", "migration", "--on", "2021-01-11", "--out", "list.xlsx"})
          .exit,
      0);
  const auto read = import("list.xlsx");
  EXPECT_TRUE(holds(read.err, "only the first visible sheet was read, not: ")) << read.err;
  EXPECT_TRUE(holds(import("list.xlsx", {"--lang", "zh"}).err, "未读取：")) << read.err;
}

TEST(Import, HandsBackEveryRefusedLineHoweverManyThereAre) {
  Office office;
  std::string lines;
  for (int i = 0; i < 6'000; ++i) lines += "{}\n";  // each refused for two reasons
  lines += "{\"key\":\"last\"}\n";
  office.shell.write("lines.ndjson", lines);
  const auto ran = office.shell.run(
      {"import", "city", "lines.ndjson", "--skip-invalid", "--rejects", "rejects.ndjson"});
  EXPECT_EQ(ran.exit, 1) << ran.told();
  EXPECT_EQ(office.shell.read("rejects.ndjson"), lines);
}

TEST(Import, RefusesLinesThatCannotBeReadASecondTime) {
  Office office;
  std::string lines;
  for (int i = 0; i < 200'000; ++i) lines += "{}\n";  // the first reading outlasts the file's name
  office.shell.write("lines.ndjson", lines);
  const auto ran = office.shell.bash(
      "$kinledger import city lines.ndjson --skip-invalid & "
      "until ls -l /proc/$!/fd 2>&1 | grep -q lines.ndjson; do kill -0 $! || break; done; "
      "rm lines.ndjson; wait $!");
  EXPECT_EQ(ran.exit, 3) << ran.told();
  EXPECT_TRUE(holds(ran.out, "nothing was recorded")) << ran.told();
}

TEST(Import, RecordsNothingBeforeEveryFileCanBeOpened) {
  Office office;
  const auto size = office.tree_size();
  office.write_premiums("premiums.csv", office.premium_row("2021-03-30", office.child));
  office.shell.set("KINLEDGER", "city");
  const auto ran = office.shell.run({"import", "premiums.csv", "missing.csv"});
  EXPECT_EQ(ran.exit, 3) << ran.told();
  EXPECT_TRUE(holds(ran.err, "missing.csv: ")) << ran.err;
  EXPECT_TRUE(holds(ran.err, "[FILE_UNREADABLE]")) << ran.err;
  EXPECT_TRUE(holds(ran.out, "nothing was recorded")) << ran.out;
  const auto misspelt = office.shell.run({"import", "ciity", "premiums.csv", "--json"});
  EXPECT_EQ(misspelt.exit, 3) << "a misspelt ledger is taken for a file";
  const auto told = object_of(misspelt.out);
  EXPECT_EQ(text(told, "file"), "ciity");
  EXPECT_EQ(number(told, "refusalCount"), 1U);
  EXPECT_EQ(office.tree_size(), size);
}

TEST(Import, RefusedRowsAreHandedBackWithTheErrorBehindTheLastColumn) {
  const Office office;
  office.shell.write("p.csv", "缴费日期,参保人身份证号,险种,医保年度,金额,缴费渠道\n2021-02-31," +
                                  office.child + ",少儿医保,2021,250.00\n2021-02-01," +
                                  office.sister + ",少儿医保,2021,250.00,\n");
  const auto ran = office.shell.run(
      {"import", "city", "p.csv", "--skip-invalid", "--rejects", "r.csv", "--lang", "zh"});
  EXPECT_EQ(ran.exit, 1) << ran.told();
  const auto rejects = office.shell.read("r.csv");
  EXPECT_TRUE(holds(rejects, "250.00,,")) << rejects;
}

TEST(Import, WhereACopyCannotBeWrittenNothingIsRecorded) {
  const Office office;
  const auto before = office.tree_size();
  const std::string rows = office.premium_row("2021-02-01", office.child) +
                           office.premium_row("2021-02-31", office.sister);
  office.write_premiums("p.csv", rows);
  const auto given = office.shell.read("p.csv");
  const auto refused = [&](const char* option, const char* out, const char* code) {
    const auto ran = office.shell.run(
        {"import", "city", "p.csv", "--skip-invalid", option, out, "--lang", "en"});
    EXPECT_EQ(ran.exit, 3) << ran.told();
    EXPECT_TRUE(holds(ran.err, code)) << ran.told();
  };
  refused("--rejects", "nowhere/r.csv", "OUTPUT_UNWRITABLE");
  refused("--annotate", "nowhere/r.xlsx", "OUTPUT_UNWRITABLE");
  refused("--rejects", "p.csv", "OUTPUT_IS_INPUT");
  refused("--annotate", "./p.csv", "OUTPUT_IS_INPUT");
  EXPECT_EQ(office.shell.read("p.csv"), given);
  EXPECT_EQ(office.tree_size(), before);
}

TEST(Import, CopiesOfRefusedRowsAreTheOwnersAlone) {
  const Office office;
  office.write_premiums("p.csv", office.premium_row("2021-02-31", office.child) +
                                     office.premium_row("2021-02-01", office.sister));
  ASSERT_EQ(
      office.shell.run({"import", "city", "p.csv", "--skip-invalid", "--rejects", "r.csv"}).exit,
      1);
  namespace fs = std::filesystem;
  const auto mode = fs::status(office.shell.path("r.csv")).permissions();
  EXPECT_EQ(mode & (fs::perms::group_all | fs::perms::others_all), fs::perms::none);
}

}  // namespace
}  // namespace kinledger::tools

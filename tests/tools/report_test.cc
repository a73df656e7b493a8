// report and verify REPORT, as an office makes a report and an auditor checks it.
#include <filesystem>

#include "tests/tools/office.h"

namespace kinledger::tools {
namespace {

constexpr const char* extensions[] = {".xlsx", ".csv", ".json", ".ndjson", ".html"};

class ReportCommand : public testing::Test {
 protected:
  ReportCommand() {
    office_.on("2021-04-05");
    office_.write_premiums("premiums.csv", office_.premium_row("2021-03-30", office_.child));
    EXPECT_EQ(shell_.run({"import", "city", "premiums.csv"}).exit, 0);
    office_.on("2021-06-01");
  }

  Ran make(const std::string& report, const std::string& out,
           const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words{"report", "city", report, "--out", out, "--on", "2021-06-01"};
    words.insert(words.end(), more.begin(), more.end());
    return shell_.run(words);
  }
  void made(const std::string& report, const std::string& out,
            const std::vector<std::string>& more = {}) const {
    const auto ran = make(report, out, more);
    ASSERT_EQ(ran.exit, 0) << ran.told();
  }
  Ran verify(const std::string& file, bool with_ledger = true) const {
    std::vector<std::string> words{"verify", file};
    if (with_ledger) words.insert(words.end(), {"--ledger", "city"});
    return shell_.run(words);
  }
  /// Changes the one place where the file has `text`.
  void change(const std::string& file, const std::string& text, const std::string& into) const {
    auto bytes = shell_.read(file);
    const auto at = bytes.find(text);
    ASSERT_NE(at, std::string::npos) << file;
    bytes.replace(at, text.size(), into);
    shell_.write(file, bytes);
  }

  Office office_;
  Shell& shell_ = office_.shell;
};

TEST_F(ReportCommand, ListsTheReports) {
  const auto list = shell_.run({"report", "--list"});
  EXPECT_EQ(list.exit, 0);
  EXPECT_TRUE(holds(list.out, "unitSettlement")) << list.out;
  EXPECT_TRUE(holds(list.out, "--unit [--year]")) << list.out;
  const auto reports = objects_of(shell_.run({"report", "--list", "--json"}).out);
  EXPECT_GE(reports.size(), 10U);
  for (const auto& report : reports) {
    EXPECT_TRUE(holds(list.out, text(report, "name")));
    EXPECT_FALSE(report.at("columns").as_array().empty());
  }
  EXPECT_TRUE(holds(shell_.run({"report", "--list", "--lang", "zh"}).out, "漏保名单"));
}

TEST_F(ReportCommand, WritesFilesThatVerify) {
  for (const auto* extension : extensions) {
    const auto file = "migration" + std::string(extension);
    const auto ran = make("migration", file);
    ASSERT_EQ(ran.exit, 0) << ran.told();
    EXPECT_TRUE(holds(ran.out, "rows: 2, digest ")) << ran.out;
    const auto alone = verify(file, false);
    EXPECT_EQ(alone.exit, 0) << alone.told();
    const auto compared = verify(file);
    EXPECT_EQ(compared.exit, 0) << compared.told();
    EXPECT_TRUE(holds(compared.out, "the ledger gives the same report")) << compared.out;
  }
  const auto json = object_of(shell_.run({"verify", "migration.csv", "--json"}).out);
  EXPECT_EQ(text(json, "report"), "migration");
  EXPECT_EQ(number(json, "rows"), 2U);
  EXPECT_FALSE(json.at("comparedWithLedger").as_bool());
}

TEST_F(ReportCommand, HasAManifestThatSaysFromWhatItIs) {
  const auto ran = make("migration", "migration.csv", {"--json"});
  ASSERT_EQ(ran.exit, 0) << ran.told();
  EXPECT_EQ(ran.out, shell_.read("migration.manifest.json"));
  const auto manifest = object_of(ran.out);
  EXPECT_EQ(text(manifest, "report"), "migration");
  EXPECT_EQ(text(manifest, "on"), "2021-06-01");
  const auto& basis = manifest.at("basis").as_object();
  EXPECT_EQ(text(basis, "origin"), "test.invalid");
  EXPECT_EQ(number(basis, "size"), office_.tree_size());
  EXPECT_EQ(text(manifest, "checkpoint"), "none");
  EXPECT_EQ(text(manifest.at("packs").as_array().at(0).as_object(), "pack"), "hangzhou-2021");
  EXPECT_EQ(text(manifest, "digest").size(), 64U);
  EXPECT_FALSE(holds(ran.out, office_.child));
}

TEST_F(ReportCommand, GivesTheSameBytesAfterARebuildAndFromACopy) {
  for (const auto* extension : extensions) made("finance", "before" + std::string(extension));
  ASSERT_EQ(shell_.run({"rebuild", "city"}).exit, 0);
  std::filesystem::create_directory(shell_.path("elsewhere"));
  for (const auto* part : {"city", "city.state"})
    std::filesystem::copy(shell_.path(part), shell_.path("elsewhere") / part,
                          std::filesystem::copy_options::recursive);
  for (const auto* extension : extensions) {
    const std::string ending(extension);
    made("finance", "after" + ending);
    EXPECT_EQ(shell_.read("after" + ending), shell_.read("before" + ending)) << ending;
    const auto copy = shell_.run(
        {"report", "elsewhere/city", "finance", "--out", "copy" + ending, "--on", "2021-06-01"});
    ASSERT_EQ(copy.exit, 0) << copy.told();
    EXPECT_EQ(shell_.read("copy" + ending), shell_.read("before" + ending)) << ending;
  }
}

TEST_F(ReportCommand, OfAnEarlierBasisIsWhatWasKnownThen) {
  made("migration", "then.json");
  const auto size = std::to_string(office_.tree_size());
  office_.write_premiums("more.csv", office_.premium_row("2021-03-31", office_.sister));
  ASSERT_EQ(shell_.run({"import", "city", "more.csv"}).exit, 0);
  made("migration", "again.json", {"--known", size});
  EXPECT_EQ(shell_.read("again.json"), shell_.read("then.json"));
  made("migration", "now.json");
  EXPECT_NE(shell_.read("now.json"), shell_.read("then.json"));
  EXPECT_EQ(verify("then.json").exit, 0) << "made again at its own basis";
}

TEST_F(ReportCommand, NamesTheFirstRowThatIsNotTheLedgers) {
  made("migration", "migration.csv");
  change("migration.csv", "not paid", "converted and paid");
  const auto alone = verify("migration.csv", false);
  EXPECT_EQ(alone.exit, 4);
  EXPECT_TRUE(holds(alone.err, "REPORT_DIGEST")) << alone.err;
  const auto compared = verify("migration.csv");
  EXPECT_EQ(compared.exit, 4);
  EXPECT_TRUE(holds(compared.err, "is not what the ledger says")) << compared.err;
  EXPECT_TRUE(holds(compared.err, "REPORT_ROW")) << compared.err;
  EXPECT_FALSE(holds(compared.err, office_.child));
  const auto json = object_of(shell_.run({"verify", "migration.csv", "--json"}).out);
  EXPECT_FALSE(json.at("verified").as_bool());
}

/// Whoever changes a row can make the manifest fit; the ledger knows.
TEST_F(ReportCommand, OfFactsThatTheLedgerDoesNotHaveIsFoundOut) {
  made("migration", "migration.ndjson");
  const Office other;
  const auto ran = other.shell.run(
      {"report", "city", "migration", "--out", "other.ndjson", "--on", "2021-06-01"});
  ASSERT_EQ(ran.exit, 0) << ran.told();
  shell_.write("other.ndjson", other.shell.read("other.ndjson"));
  EXPECT_EQ(verify("other.ndjson", false).exit, 0);
  const auto compared = verify("other.ndjson");
  EXPECT_EQ(compared.exit, 4);
  EXPECT_TRUE(holds(compared.err, "REPORT_BASIS")) << compared.err;
}

TEST_F(ReportCommand, RefusesWhatItCannotMake) {
  const auto exit = [&](const std::vector<std::string>& words) { return shell_.run(words).exit; };
  const auto unknown = make("migrations", "list.csv");
  EXPECT_EQ(unknown.exit, 2);
  EXPECT_TRUE(holds(unknown.err, "did you mean 'migration'?")) << unknown.err;
  EXPECT_EQ(make("migration", "list.pdf").exit, 2);
  EXPECT_EQ(make("migration", "list").exit, 2);
  EXPECT_EQ(make("migration", "list.json", {"--bom"}).exit, 2);
  EXPECT_EQ(exit({"report", "city", "migration"}), 2);
  EXPECT_EQ(exit({"report"}), 2);
  EXPECT_EQ(make("unitSettlement", "list.csv").exit, 3) << "a required argument";
  EXPECT_EQ(make("migration", "list.csv", {"--year", "2021"}).exit, 3) << "takes none";
  EXPECT_EQ(make("finance", "list.csv", {"--year", "21"}).exit, 3);
  EXPECT_EQ(make("finance", "list.csv", {"--unit", "999"}).exit, 3);
  EXPECT_EQ(make("finance", "list.csv", {"--area", "3301"}).exit, 3);
  EXPECT_EQ(make("migration", "missing/list.csv").exit, 3);
  EXPECT_EQ(make("migration", "list.csv", {"--checkpoint", "premiums.csv"}).exit, 3);
  EXPECT_FALSE(std::filesystem::exists(shell_.path("list.csv")));
  EXPECT_FALSE(std::filesystem::exists(shell_.path("list.manifest.json")));
  EXPECT_EQ(exit({"verify", "premiums.csv", "--ledger", "city"}), 2) << "no report";
  made("migration", "list.csv");
  EXPECT_EQ(exit({"verify", "list.csv", "--leaf", "list.csv"}), 2);
  EXPECT_EQ(exit({"verify", "city", "--ledger", "city"}), 2);
}

TEST_F(ReportCommand, TellsWhoThePersonsAreAndLeavesARecordOfEach) {
  made("migration", "plain.csv");
  made("migration", "names.csv", {"--with-identity", "--bom"});
  const auto names = shell_.read("names.csv");
  EXPECT_TRUE(names.starts_with("\xEF\xBB\xBF"));
  EXPECT_TRUE(holds(names, office_.child)) << names;
  EXPECT_TRUE(holds(names, "林知夏"));
  EXPECT_FALSE(holds(shell_.read("plain.csv"), office_.child));
  EXPECT_FALSE(holds(shell_.read("names.manifest.json"), office_.child));
  const auto digest = [&](const std::string& file) {
    return std::string(text(object_of(shell_.read(file + ".manifest.json")), "digest"));
  };
  EXPECT_EQ(digest("names"), digest("plain"));
  const auto verified = verify("names.csv");
  EXPECT_EQ(verified.exit, 0) << verified.told();
  EXPECT_TRUE(holds(verified.out, "outside the digest")) << verified.out;
  const auto log = shell_.run({"access", "log", "city", "--person", "@child.txt"});
  EXPECT_TRUE(holds(log.out, "report migration with identity")) << log.out;
}

TEST_F(ReportCommand, TellsWhoLookedAtMinors) {
  ASSERT_EQ(shell_.run({"status", "city", "@child.txt"}).exit, 0);
  ASSERT_EQ(shell_.run({"status", "city", office_.parent}).exit, 0);
  made("minorsAccess", "access.json");
  const auto json = object_of(shell_.read("access.json"));
  const auto& rows = json.at("rows").as_array();
  ASSERT_EQ(rows.size(), 1U) << "the parent is of age";
  EXPECT_EQ(text(rows.at(0).as_object(), "operation"), "status");
  EXPECT_EQ(number(rows.at(0).as_object(), "age"), 8U);
  ASSERT_EQ(shell_.run({"status", "city", "@child.txt"}).exit, 0);
  const auto verified = verify("access.json");
  EXPECT_EQ(verified.exit, 0) << "as far as the journal went then\n" << verified.told();
  for (const auto* extension : extensions) {
    made("minorsAccess", "access" + std::string(extension));
    EXPECT_EQ(verify("access" + std::string(extension)).exit, 0) << extension;
  }
}

TEST_F(ReportCommand, IsPutOnRecordOnceWithItsDigest) {
  made("migration", "migration.csv", {"--record"});
  const auto size = office_.tree_size();
  const auto first =
      make("migration", "again.csv", {"--record", "--known", std::to_string(size - 1)});
  ASSERT_EQ(first.exit, 0) << first.told();
  EXPECT_EQ(office_.tree_size(), size) << "the same report is on record";
  EXPECT_EQ(shell_.read("again.csv"), shell_.read("migration.csv"));
  const auto issued = make("migration", "issued.csv", {"--issue-to", "nobody"});
  EXPECT_EQ(issued.exit, 3) << issued.told();
  EXPECT_EQ(verify("migration.csv").exit, 0);
}

TEST_F(ReportCommand, HoldsACheckpointThatIsGiven) {
  const auto note = shell_.run({"checkpoint", "city"});
  shell_.write("city.checkpoint", note.out);
  shell_.write("city.keys", shell_.run({"checkpoint", "city", "--key"}).out);
  made("migration", "signed.html", {"--checkpoint", "city.checkpoint"});
  const auto verified = shell_.run({"verify", "signed.html", "--key", "@city.keys"});
  EXPECT_EQ(verified.exit, 0) << verified.told();
  made("migration", "plain.html");
  const auto plain = shell_.run({"verify", "plain.html", "--key", "@city.keys"});
  EXPECT_EQ(plain.exit, 4);
  EXPECT_TRUE(holds(plain.err, "REPORT_CHECKPOINT")) << plain.err;
  const Office other;
  const auto keys = other.shell.run({"checkpoint", "city", "--key"}).out;
  const auto foreign =
      shell_.run({"verify", "signed.html", "--key", keys.substr(0, keys.size() - 1)});
  EXPECT_EQ(foreign.exit, 4) << foreign.told();
}

TEST(ReportsOfACity, AgreeWithTheQuestionsAndVerify) {
  const Shell shell;
  ASSERT_EQ(shell
                .run({"init", "city", "--origin", "test.invalid", "--pack", "hangzhou-2021",
                      "--pack", "hangzhou-2022"})
                .exit,
            0);
  ASSERT_EQ(shell.run({"generate", "city", "--persons", "150", "--seed", "5", "--years", "2"}).exit,
            0);
  for (const auto& report : objects_of(shell.run({"report", "--list", "--json"}).out)) {
    const std::string name(text(report, "name"));
    std::vector<std::string> words{"report",     "city",  name,          "--on",
                                   "2022-12-31", "--out", name + ".xlsx"};
    if (name == "unitSettlement") continue;  // for one unit
    const auto ran = shell.run(words);
    ASSERT_EQ(ran.exit, 0) << ran.told();
    const auto verified = shell.run({"verify", name + ".xlsx", "--ledger", "city"});
    EXPECT_EQ(verified.exit, 0) << name << verified.told();
  }
  const auto finance = shell.run({"report", "city", "finance", "--on", "2022-12-31", "--year",
                                  "2022", "--out", "finance.csv", "--json"});
  const auto by = object_of(finance.out).at("totals").as_object().at("by").as_object();
  const auto levels = by.at("fiscalLevel").as_object();
  const auto asked = object_of(
      shell.run({"ask", "city", "finance", "year=2022", "--on", "2022-12-31", "--json"}).out);
  const auto& rows = asked.at("answer").as_object().at("levels").as_array();
  ASSERT_FALSE(rows.empty());
  for (const auto& row : rows) {
    const auto& level = row.as_object();
    const auto& sums = levels.at(text(level, "fiscalLevel")).as_object().at("sums").as_object();
    for (const auto* column : {"used", "toppedUp", "recovered", "channel", "surplus"})
      EXPECT_EQ(text(sums, column), text(level, column)) << column;
  }
}

}  // namespace
}  // namespace kinledger::tools

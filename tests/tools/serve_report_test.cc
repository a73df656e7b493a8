// Reports that a server makes: over HTTP, and by the command line in the place of the directory.
#include "ledger/json.h"
#include "tests/server/scripted_server.h"
#include "tests/tools/served_office.h"

namespace kinledger::tools {
namespace {

class ServeReport : public ServeCommand {
 protected:
  Ran near(const std::string& report, const std::string& out,
           const std::vector<std::string>& more = {}) const {
    return report_with({"report", "city", report, "--out", out}, more);
  }
  Ran far(const std::string& report, const std::string& out,
          const std::vector<std::string>& more = {}) const {
    return report_with({"report", report, "--out", out, "--url", url()}, more);
  }
  /// What a server that answers with this body makes of `report migration`.
  Ran told(const std::string& body) const {
    const server::Serving serving({}, [&](const server::HttpRequest&) {
      return server::HttpResponse{200, "application/json", {}, body};
    });
    return shell_.run(
        {"report", "migration", "--out", "false.csv", "--url", server::url_of(serving)});
  }

 private:
  Ran report_with(std::vector<std::string> words, const std::vector<std::string>& more) const {
    words.insert(words.end(), more.begin(), more.end());
    return shell_.run(words);
  }
};

TEST_F(ServeReport, IsTheFileOfTheCommandLineByteForByte) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> all{
      {{"migration", "--on", "2021-06-01"}, "migration?on=2021-06-01"},
      {{"migration", "--on", "2021-06-01", "--known", "12"}, "migration?known=12&on=2021-06-01"},
      {{"finance", "--year", "2021", "--area", "330100", "--on", "2021-12-31"},
       "finance?area=330100&on=2021-12-31&year=2021"},
      {{"unitSettlement", "--unit", "330199001", "--on", "2021-12-31"},
       "unitSettlement?on=2021-12-31&unit=330199001"},
  };
  std::vector<std::string> files;
  for (const auto& [words, target] : all) {
    const auto ran = near(words[0], "near.json", {words.begin() + 1, words.end()});
    ASSERT_EQ(ran.exit, 0) << ran.told();
    files.push_back(shell_.read("near.json"));
  }
  serve();
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto target = "/v1/reports/" + all[i].second;
    const auto response = get(target);
    EXPECT_EQ(server::status_of(response), 200) << response;
    EXPECT_EQ(field_of(response, "Content-Type"), "application/json");
    EXPECT_EQ(field_of(response, "Cache-Control"), "no-store");
    EXPECT_EQ(body_of(response), files[i]) << target;
    const auto tag = field_of(response, "ETag");
    EXPECT_EQ(server::status_of(get(target, "If-None-Match: " + tag + "\r\n")), 304) << target;
  }
  EXPECT_EQ(stop(), 0);
  EXPECT_EQ(complaints(), "");
}

TEST_F(ServeReport, AreListedAsOnTheCommandLine) {
  const auto listed = objects_of(shell_.run({"report", "--list", "--json"}).out);
  serve();
  const auto body = body_of(get("/v1/reports"));
  const auto list = ledger::parse_json(body, body.size());
  ASSERT_TRUE(list.has_value() && list->is_array()) << body;
  ASSERT_EQ(list->get_array().size(), listed.size());
  for (std::size_t i = 0; i < listed.size(); ++i)
    EXPECT_EQ(list->get_array()[i], boost::json::value(listed[i]));
}

TEST_F(ServeReport, OfAServerAreTheFilesOfTheDirectoryAndVerify) {
  const std::vector<std::string> dated{"--on", "2021-06-01"};
  for (const auto* ending : {".json", ".ndjson", ".csv", ".html", ".xlsx"}) {
    const auto ran = near("migration", "near" + std::string(ending), dated);
    ASSERT_EQ(ran.exit, 0) << ran.told();
  }
  const auto said = near("migration", "near.json", {"--on", "2021-06-01", "--json"}).out;
  serve();
  for (const auto* ending : {".json", ".ndjson", ".csv", ".html", ".xlsx"}) {
    const auto file = "far" + std::string(ending);
    const auto ran = far("migration", file, dated);
    ASSERT_EQ(ran.exit, 0) << ran.told();
    EXPECT_EQ(shell_.read(file), shell_.read("near" + std::string(ending))) << ending;
  }
  EXPECT_EQ(far("migration", "far.json", {"--on", "2021-06-01", "--json"}).out, said);
  EXPECT_EQ(stop(), 0);
  for (const auto* ending : {".json", ".csv", ".xlsx"}) {
    const auto verified = shell_.run({"verify", "far" + std::string(ending), "--ledger", "city"});
    EXPECT_EQ(verified.exit, 0) << verified.told();
  }
}

TEST_F(ServeReport, OfTheAccessJournalVerifiesAgainstIt) {
  ASSERT_EQ(shell_.run({"status", "city", child_}).exit, 0);
  serve();
  const auto ran = far("minorsAccess", "access.xlsx");
  ASSERT_EQ(ran.exit, 0) << ran.told();
  EXPECT_EQ(stop(), 0);
  const auto verified = shell_.run({"verify", "access.xlsx", "--ledger", "city"});
  EXPECT_EQ(verified.exit, 0) << verified.told();
}

TEST_F(ServeReport, SaysWhatNeedsTheDirectoryAndWhatIsWrong) {
  serve();
  for (const auto& words : std::vector<std::vector<std::string>>{{"--with-identity"},
                                                                 {"--record"},
                                                                 {"--issue-to", "auditDepartment"},
                                                                 {"--prove"},
                                                                 {"--checkpoint", "note"}}) {
    const auto ran = far("migration", "no.json", words);
    EXPECT_EQ(ran.exit, 2) << words[0] << ran.told();
    EXPECT_TRUE(holds(ran.err, "--url")) << ran.told();
  }
  const auto ran = far("migration", "no.json", {"--unit", "no-such-unit"});
  EXPECT_EQ(ran.exit, 3) << ran.told();
  EXPECT_TRUE(holds(ran.err, "UNIT_UNKNOWN")) << ran.told();
  EXPECT_TRUE(holds(far("migration", "no.json", {"--unit", office_.child}).err, "UNIT_ID_FORMAT"));
  EXPECT_EQ(shell_.read("no.json"), "");
}

/// Whoever answers in the server's place cannot have a changed row written.
TEST_F(ServeReport, IsNotWrittenWhereTheRowsAreNotTheManifests) {
  ASSERT_EQ(near("migration", "near.json", {"--on", "2021-06-01"}).exit, 0);
  const auto whole = shell_.read("near.json");
  auto changed = whole;
  const auto at = changed.rfind(child_);
  ASSERT_NE(at, std::string::npos);
  changed[at] = changed[at] == '0' ? '1' : '0';
  const auto refused = told(changed);
  EXPECT_EQ(refused.exit, 4) << refused.told();
  EXPECT_TRUE(holds(refused.err, "REPORT_DIGEST")) << refused.told();
  EXPECT_EQ(told(whole.substr(0, whole.size() / 2)).exit, 4);
  EXPECT_EQ(told("welcome").exit, 4);
  ASSERT_EQ(near("finance", "other.json").exit, 0);
  EXPECT_EQ(told(shell_.read("other.json")).exit, 4) << "another report than was asked for";
  EXPECT_EQ(shell_.read("false.csv"), "");
  EXPECT_EQ(told(whole).exit, 0);
}

}  // namespace
}  // namespace kinledger::tools

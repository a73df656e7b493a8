// Findings and settlements through a server: the same bytes as on the ledger's directory.
#include "tests/server/scripted_server.h"
#include "tests/tools/served_office.h"

namespace kinledger::tools {
namespace {

class ServeFindings : public ServeCommand {
 protected:
  ServeFindings() {
    office_.on("2021-04-12");
    submit("open", R"({"type":"FindingOpened","validOn":"2021-04-10","finding":"审-1",)"
                   R"("authority":"provincialAuditOffice","statement":"other",)"
                   R"("dueBy":"2021-06-30","unit":{"unitNumber":"330199001"},"check":"CHK-07"})");
    submit("fund", R"({"type":"ChannelFundAllocated","validOn":"2021-01-10",)"
                   R"("unit":{"unitNumber":"330199001"},"fundYear":2021,"rate":"160.00",)"
                   R"("childMonths":24,"amount":"1000.00"})");
  }

  void submit(const std::string& key, const std::string& event) const {
    const auto ran =
        shell_.run({"submit", "city"}, R"({"key":")" + key + R"(","events":[)" + event + "]}");
    EXPECT_EQ(ran.exit, 0) << ran.told();
  }
  /// The command on the directory.
  Ran near(std::vector<std::string> words) const {
    words.insert(words.begin() + 1, "city");
    return shell_.run(words);
  }
  Ran far(std::vector<std::string> words) const {
    words.insert(words.end(), {"--url", url()});
    return shell_.run(words);
  }
};

TEST_F(ServeFindings, TheDossierIsTheFileOfTheCommandLine) {
  const std::vector<std::string> dossier{"finding", "审-1", "--on", "2021-04-12"};
  ASSERT_EQ(near(dossier).exit, 0) << "the roots of its bases are recorded from here on";
  auto known = dossier;
  known.insert(known.end(), {"--known", "latest"});
  const auto before = near(known);
  ASSERT_EQ(before.exit, 0) << before.told();
  serve();
  const auto ran = far(known);
  EXPECT_EQ(ran.exit, 0) << ran.told();
  EXPECT_EQ(ran.out, before.out);
  known.insert(known.end(), {"--out", "far.bundles"});
  EXPECT_EQ(far(known).exit, 0);
  EXPECT_EQ(shell_.read("far.bundles"), before.out);
  const auto none = far({"finding", "审-2"});
  EXPECT_EQ(none.exit, 3);
  EXPECT_TRUE(holds(none.err, "FINDING_UNKNOWN")) << none.told();
  EXPECT_EQ(code_of(post("/v1/findings/B-9/dossier", "", "Content-Length: 0\r\n")),
            "FINDING_UNKNOWN");
  EXPECT_EQ(stop(), 0);
  EXPECT_EQ(complaints(), "");
  EXPECT_EQ(shell_.run({"verify", "far.bundles"}).exit, 0);
}

TEST_F(ServeFindings, ASettlementIsTheOneOfTheCommandLine) {
  const std::string unit = "330199001";
  const std::vector<std::vector<std::string>> all{
      {"settle", unit, "--year", "2020", "--on", "2021-04-12"},
      {"settle", unit, "--year", "2020", "--on", "2021-04-12", "--json"},
      {"settle", unit, "--year", "2021", "--on", "2021-04-12"},
      {"settle", unit, "--year", "2021", "--on", "2021-04-12", "--json"},
      {"settle", unit, "--year", "2020", "--on", "2021-04-12", "--review"},
      {"settle", unit, "--year", "2020", "--on", "2021-04-12", "--review", "--json"},
      {"settle", unit, "--year", "2020", "--on", "2021-04-12", "--known", "12", "--json"},
      {"settle", unit, "--year", "2020", "--on", "2021-04-12", "--out", "settled.json"},
      {"settle", "--area", "330106", "--year", "2020", "--on", "2021-04-12", "--review"},
      {"settle", "--area", "330106", "--year", "2020", "--on", "2021-04-12", "--review", "--json"},
      {"settle", "--area", "330106", "--year", "2020", "--on", "2021-04-12", "--known", "12",
       "--review", "--json"},
      {"settle", "--area", "33", "--year", "2020", "--review"},
      {"settle", "--area", "330106", "--year", "2020"},
      {"settle", unit, "--year", "x"},
      {"settle", unit},
      {"settle", "330199009", "--year", "2020"},
  };
  std::vector<Ran> said;
  for (const auto& words : all) said.push_back(near(words));
  EXPECT_TRUE(std::ranges::any_of(said, [](const Ran& ran) { return ran.exit == 0; }));
  EXPECT_TRUE(std::ranges::any_of(said, [](const Ran& ran) { return ran.exit == 3; }));
  serve();
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto ran = far(all[i]);
    EXPECT_EQ(ran.exit, said[i].exit) << i << ": " << ran.told() << said[i].told();
    EXPECT_EQ(ran.out, said[i].out) << i;
    EXPECT_EQ(ran.err, said[i].err) << i;
  }
  EXPECT_EQ(code_of(get("/v1/units/330199001/settlement")), "ARGUMENT_MISSING");
  EXPECT_EQ(code_of(get("/v1/units/330199001/settlement?year=2020&review=true&submission=true")),
            "ARGUMENT_FORMAT");
  EXPECT_EQ(stop(), 0);
}

/// What is shown and what is written are one proposal, whatever is recorded meanwhile.
TEST_F(ServeFindings, ASettlementIsShownAndWrittenOfOneBasisAndDay) {
  std::vector<std::string> targets;
  const server::Serving growing({}, [&](const server::HttpRequest& request) {
    targets.push_back(request.target);
    const auto size = std::to_string(40 + targets.size());
    return server::HttpResponse{
        200, "application/json", {}, R"({"on":"2022-03-01","basis":{"size":)" + size + "}}\n"};
  });
  const std::vector<std::string> words{"settle", "330199001",    "--year", "2020",
                                       "--out",  "settled.json", "--url",  server::url_of(growing)};
  for (const std::size_t looked : {1, 2}) {
    targets.clear();
    auto asked = words;
    if (looked == 1) asked.push_back("--json");
    const auto ran = shell_.run(asked);
    EXPECT_EQ(ran.exit, 0) << ran.told();
    ASSERT_EQ(targets.size(), looked + 1) << "the proposal, its table, the submission";
    EXPECT_FALSE(holds(targets[0], "known=")) << targets[0];
    EXPECT_FALSE(holds(targets[0], "on=")) << targets[0];
    for (std::size_t i = 1; i <= looked; ++i) {
      EXPECT_TRUE(holds(targets[i], "known=41")) << targets[i];
      EXPECT_TRUE(holds(targets[i], "on=2022-03-01")) << "the server's day may have ended";
    }
    EXPECT_TRUE(holds(targets[looked], "submission=true")) << targets[looked];
  }
}

}  // namespace
}  // namespace kinledger::tools

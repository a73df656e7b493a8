// diff, on a directory and through a server, and --preview: whose answers change, why, and what it
// comes to.
#include <boost/json/serialize.hpp>
#include <map>

#include "tests/server/scripted_server.h"
#include "tests/tools/served_office.h"

namespace kinledger::tools {
namespace {

/// Paid late by the record, in time by the correction: the child was covered from January on.
class CorrectedOffice : public Office {
 public:
  CorrectedOffice() {
    on("2021-04-06");
    write_premiums("premiums.csv", premium_row("2021-04-01", child));
    EXPECT_EQ(shell.run({"import", "city", "premiums.csv"}).exit, 0);
    before = tree_size();
    on("2021-05-20");
  }

  std::string correction() const {
    const auto events = objects_of(shell.run({"history", "city", "@child.txt", "--json"}).out);
    const auto sequence = std::to_string(number(events.back(), "sequence"));
    return R"({"key":"c","events":[{"type":"PremiumPaid","validOn":"2021-03-30","scheme":"children",)"
           R"("insuranceYear":2021,"amount":"250.00","person":{"idType":"residentId","idNumber":")" +
           child + R"("},"correction":{"replaces":)" + sequence +
           R"(,"cause":"wrongDate","authority":"taxAuthority"}}]})";
  }
  void correct() const {
    const auto ran = shell.run({"submit", "city"}, correction());
    EXPECT_EQ(ran.exit, 0) << ran.told();
  }
  boost::json::object diff(std::vector<std::string> words, int exit) const {
    words.insert(words.begin(), {"diff", "city"});
    words.push_back("--json");
    const auto ran = shell.run(words);
    EXPECT_EQ(ran.exit, exit) << ran.told();
    return object_of(ran.out);
  }

  std::uint64_t before = 0;
};

const boost::json::object* change_of(const boost::json::object& difference,
                                     std::string_view field) {
  for (const auto& change : difference.at("changes").as_array())
    if (text(change.as_object(), "field") == field) return &change.as_object();
  return nullptr;
}

/// For every money field: the sum of the rows is the total, and old plus effect is new.
void expect_totals_add_up(const boost::json::object& difference) {
  std::map<std::string, std::int64_t> effects;
  const auto fen = [](const boost::json::value& amount) {
    auto digits = std::string(amount.as_string());
    std::erase(digits, '.');
    return std::stoll(digits);
  };
  for (const auto& change : difference.at("changes").as_array()) {
    const auto& one = change.as_object();
    if (!one.at("effect").is_string()) continue;
    const auto effect = fen(one.at("effect"));
    EXPECT_EQ(fen(one.at("to")) - fen(one.at("from")), effect);
    effects[std::string(one.at("question").as_string()) + std::string(text(one, "field"))] +=
        effect;
  }
  for (const auto& total : difference.at("totals").as_array()) {
    const auto& one = total.as_object();
    EXPECT_EQ(fen(one.at("from")) + fen(one.at("effect")), fen(one.at("to")));
    EXPECT_EQ(
        effects[std::string(one.at("question").as_string()) + std::string(text(one, "field"))],
        fen(one.at("effect")));
  }
}

TEST(Diff, TellsWhatACorrectionChangedAndWhichRecordDidIt) {
  const CorrectedOffice office;
  office.correct();
  const auto difference =
      office.diff({"--from", std::to_string(office.before), "--on", "2021-12-31"}, 1);
  EXPECT_EQ(number(difference, "persons"), 1U);
  const auto* from = change_of(difference, "coveredFrom");
  ASSERT_NE(from, nullptr) << boost::json::serialize(difference);
  EXPECT_EQ(text(*from, "from"), "2021-10-01");
  EXPECT_EQ(text(*from, "to"), "2021-01-01");
  ASSERT_EQ(from->at("facts").as_array().size(), 1U);
  EXPECT_EQ(from->at("facts").at(0).to_number<std::uint64_t>(), office.before);
  const auto* days = change_of(difference, "daysCovered");
  ASSERT_NE(days, nullptr);
  EXPECT_EQ(days->at("from").to_number<int>(), 92);
  EXPECT_EQ(days->at("to").to_number<int>(), 365);
  expect_totals_add_up(difference);
}

boost::json::array facts_of(const boost::json::object& change) {
  return change.at("facts").as_array();
}

TEST(Diff, NamesForEachFieldOnlyTheRecordsThatChangedIt) {
  const CorrectedOffice office;
  office.correct();
  const auto hukou = office.shell.run(
      {"submit", "city"},
      R"({"key":"h","events":[{"type":"PersonStatusRecorded","validOn":"2020-09-01","kind":"hukou",)"
      R"("area":"330106","person":{"idType":"residentId","idNumber":")" +
          office.child + R"("}}]})");
  ASSERT_EQ(hukou.exit, 0) << hukou.told();
  const auto difference =
      office.diff({"--from", std::to_string(office.before), "--on", "2021-12-31"}, 1);
  for (const auto* field : {"coveredFrom", "daysCovered", "paidOn"}) {
    const auto* change = change_of(difference, field);
    ASSERT_NE(change, nullptr) << field;
    EXPECT_EQ(facts_of(*change), boost::json::array{office.before}) << field;
    EXPECT_EQ(change->at("factsMayBe"), false) << field;
  }
}

TEST(Diff, NamesAllRecordsWhereAnyOfThemWouldHaveDone) {
  const CorrectedOffice office;
  for (const auto* paid_on : {"2021-03-29", "2021-03-30"}) {
    const auto ran = office.shell.run(
        {"submit", "city"},
        R"({"key":")" + std::string(paid_on) + R"(","events":[{"type":"PremiumPaid","validOn":")" +
            paid_on + R"(","scheme":"children","insuranceYear":2021,"amount":"250.00",)" +
            R"("person":{"idType":"residentId","idNumber":")" + office.child + R"("}}]})");
    ASSERT_EQ(ran.exit, 0) << ran.told();
  }
  const auto difference =
      office.diff({"--from", std::to_string(office.before), "--on", "2021-12-31"}, 1);
  const auto* from = change_of(difference, "coveredFrom");
  ASSERT_NE(from, nullptr);
  EXPECT_EQ(facts_of(*from).size(), 2U);
  EXPECT_EQ(from->at("factsMayBe"), true);
  const auto* paid = change_of(difference, "paidOn");
  ASSERT_NE(paid, nullptr);
  EXPECT_EQ(facts_of(*paid), boost::json::array{office.before}) << "the earlier payment";
  EXPECT_EQ(paid->at("factsMayBe"), false);
}

TEST(Diff, IsNothingBetweenABasisAndItself) {
  const CorrectedOffice office;
  const auto same = office.diff({"--from", "latest", "--on", "2021-12-31"}, 0);
  EXPECT_EQ(number(same, "persons"), 0U);
  EXPECT_TRUE(same.at("changes").as_array().empty());
  EXPECT_TRUE(same.at("totals").as_array().empty());
}

TEST(Diff, BetweenTwoDatesLooksAtEveryone) {
  const CorrectedOffice office;
  const auto difference = office.diff({"--on", "2020-12-31", "--on-to", "2021-01-01"}, 1);
  std::size_t left = 0;
  for (const auto& change : difference.at("changes").as_array())
    left += text(change.as_object(), "from") == "legacy" ? 1 : 0;
  EXPECT_EQ(left, 2U) << "both children left the legacy pooling";
  const auto* status = change_of(difference, "status");
  ASSERT_NE(status, nullptr);
  EXPECT_EQ(text(*status, "from"), "legacy");
  expect_totals_add_up(difference);
}

TEST(Diff, UnderAPackThatIsNotAdoptedRecordsNothing) {
  const CorrectedOffice office;
  const auto size = office.tree_size();
  const auto difference =
      office.diff({"--on", "2022-06-30", "--with-pack", "hangzhou-2022", "--checks"}, 1);
  EXPECT_EQ(number(difference, "persons"), 3U) << "of everyone an exemption can be told now";
  EXPECT_EQ(office.tree_size(), size);
  const auto same = office.diff({"--on", "2021-06-30", "--with-pack", "hangzhou-2021"}, 0);
  EXPECT_EQ(number(same, "persons"), 0U) << "the pack that is adopted changes nothing";
}

TEST(Diff, SaysWhatIsWrongWithTheWords) {
  const CorrectedOffice office;
  const auto nothing = office.shell.run({"diff", "city", "--lang", "en"});
  EXPECT_EQ(nothing.exit, 2);
  EXPECT_TRUE(holds(nothing.err, "give --from")) << nothing.told();
  const auto turned = office.shell.run({"diff", "city", "--from", "latest", "--to",
                                        std::to_string(office.before - 1), "--lang", "en"});
  EXPECT_EQ(turned.exit, 2) << turned.told();
  EXPECT_TRUE(holds(turned.err, "exchange them")) << turned.told();
  EXPECT_EQ(office.shell.run({"diff", "city", "--from", "999999999"}).exit, 3);
}

class DiffFar : public ServeCommand {
 protected:
  Ran diff(std::vector<std::string> words, const std::vector<std::string>& more) const {
    words.insert(words.begin(), "diff");
    words.insert(words.end(), more.begin(), more.end());
    return shell_.run(words);
  }
  /// Asks a server that answers with these fields whatever it is asked.
  Ran told(std::vector<server::HttpField> fields) const {
    const server::Serving serving({}, [&](const server::HttpRequest&) {
      return server::HttpResponse{200, "application/json", fields, "{}\n"};
    });
    return diff({"--from", "1", "--checks", "--lang", "en"},
                {"--json", "--url", server::url_of(serving)});
  }
};

TEST_F(DiffFar, PrintsAndEndsAsOnTheDirectory) {
  const auto before = std::to_string(office_.tree_size() - 1);
  std::vector<std::pair<std::vector<std::string>, int>> all{
      {{"--from", "latest", "--on", "2021-12-31"}, 0},
      {{"--from", "latest", "--on", "2021-12-31", "--checks"}, 0},
      {{"--from", before, "--on", "2021-12-31"}, 1},
      {{"--from", before, "--on", "2021-12-31", "--checks"}, 1},
      {{"--on", "2020-12-31", "--on-to", "2021-01-01", "--checks"}, 1},
      {{"--on", "2022-06-30", "--with-pack", "hangzhou-2022", "--checks"}, 1},
      {{"--on", "2021-06-30", "--with-pack", "hangzhou-2021"}, 0},
  };
  const auto questions = all.size();
  for (const auto* look : {"--json", "--lang=en"})
    for (std::size_t i = 0; i < questions; ++i) {
      all.push_back(all[i]);
      all.back().first.emplace_back(look);
    }
  std::vector<Ran> near;
  for (const auto& [words, exit] : all) {
    auto on_directory = words;
    on_directory.insert(on_directory.begin(), "city");
    near.push_back(diff(on_directory, {}));
    EXPECT_EQ(near.back().exit, exit) << near.back().told();
  }
  serve();
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto far = diff(all[i].first, {"--url", url()});
    EXPECT_EQ(far.exit, all[i].second) << i << ": " << far.told();
    EXPECT_EQ(far.out, near[i].out) << i;
  }
}

TEST_F(DiffFar, NamesTheFaultsOfAPackAndKeepsNone) {
  const auto size = office_.tree_size();
  shell_.write("broken.toml", "name = 1\n[nonsense]\nx = 2\n");
  serve();
  const auto here = diff({"--with-pack", "broken.toml", "--lang", "en"}, {"--url", url()});
  EXPECT_EQ(here.exit, 3) << here.told();
  EXPECT_TRUE(holds(here.err, "broken.toml:")) << here.told();
  const auto refused = post("/v1/diff?on=2022-06-30", shell_.read("broken.toml"),
                            "Content-Type: application/toml\r\n");
  EXPECT_EQ(server::status_of(refused), 422) << refused;
  EXPECT_EQ(code_of(refused), "PACK_REFUSED");
  const auto last = object_of(body_of(refused)).at("refusals").as_array().back().as_object();
  EXPECT_EQ(number(last, "row"), 2U) << refused;
  EXPECT_EQ(text(last, "code"), "PACK_UNKNOWN_KEY") << refused;
  EXPECT_EQ(server::status_of(post("/v1/diff", "x", "Content-Type: text/plain\r\n")), 415);
  EXPECT_EQ(stop(), 0);
  EXPECT_EQ(office_.tree_size(), size);
}

TEST_F(DiffFar, EndsByWhatTheServerFound) {
  const auto none = told({{"Kinledger-Found", "0"}});
  EXPECT_EQ(none.exit, 0) << none.told();
  EXPECT_EQ(none.out, "{}\n");
  EXPECT_EQ(told({{"kinledger-found", "1"}}).exit, 1);
}

TEST_F(DiffFar, RefusesAnAnswerThatIsNoDifference) {
  for (const auto& fields : std::vector<std::vector<server::HttpField>>{
           {}, {{"Kinledger-Found", "none"}}, {{"Kinledger-Found", "-1"}}}) {
    const auto ran = told(fields);
    EXPECT_EQ(ran.exit, 5) << ran.told();
    EXPECT_TRUE(holds(ran.err, "the server's answer is none to this")) << ran.told();
    EXPECT_EQ(ran.out, "") << "nothing that a program would take for a difference";
  }
}

TEST(Preview, ShowsWhatACorrectionWouldChangeAndRecordsNothing) {
  const CorrectedOffice office;
  const auto ran = office.shell.run({"submit", "city", "--preview", "--on", "2021-12-31", "--json"},
                                    office.correction());
  ASSERT_EQ(ran.exit, 0) << ran.told();
  const auto preview = object_of(ran.out);
  EXPECT_EQ(office.tree_size(), office.before);
  office.correct();
  const auto came = office.diff({"--from", std::to_string(office.before), "--on", "2021-12-31"}, 1);
  EXPECT_EQ(preview.at("changes"), came.at("changes")) << "what was foreseen is what came";
  EXPECT_EQ(preview.at("totals"), came.at("totals"));
}

TEST(Preview, OfATableShowsChecksThatVanish) {
  Office office;
  office.on("2021-04-12");
  const auto size = office.tree_size();
  office.write_premiums("premiums.csv", office.premium_row("2021-03-30", office.child));
  const auto ran = office.shell.run(
      {"import", "city", "premiums.csv", "--preview", "--on", "2021-04-12", "--json"});
  ASSERT_EQ(ran.exit, 0) << ran.told();
  const auto told = objects_of(ran.out);
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].at("dryRun"), true);
  bool vanished = false;
  for (const auto& change : told[1].at("checks").as_array()) {
    const auto& check = change.as_object();
    if (text(check, "check") != "CHK-07") continue;
    vanished = number(check, "from") == 1 && number(check, "to") == 0;
  }
  EXPECT_TRUE(vanished) << ran.out;
  EXPECT_EQ(office.tree_size(), size);
}

class PreviewFar : public ServeCommand {};

TEST_F(PreviewFar, OfFilesIsThatOfTheDirectory) {
  office_.write_premiums("premiums.csv", office_.premium_row("2021-03-30", office_.sister));
  shell_.write("lines.ndjson", premium("a", "100.00") + "\n" + premium("b", "150.00") + "\n");
  const auto size = office_.tree_size();
  const std::vector<std::string> how{"--preview", "--on", "2021-04-12"};
  std::vector<Ran> near;
  const auto preview = [&](const char* file, const char* look, std::vector<std::string> where) {
    std::vector<std::string> words{"import"};
    if (where.empty()) words.emplace_back("city");
    words.insert(words.end(), {file, look});
    words.insert(words.end(), how.begin(), how.end());
    words.insert(words.end(), where.begin(), where.end());
    return shell_.run(words);
  };
  const std::pair<const char*, const char*> all[] = {{"premiums.csv", "--json"},
                                                     {"premiums.csv", "--lang=en"},
                                                     {"lines.ndjson", "--json"},
                                                     {"lines.ndjson", "--lang=zh"}};
  for (const auto& [file, look] : all) {
    near.push_back(preview(file, look, {}));
    EXPECT_EQ(near.back().exit, 0) << near.back().told();
  }
  serve();
  for (std::size_t i = 0; i < std::size(all); ++i) {
    const auto far = preview(all[i].first, all[i].second, {"--url", url()});
    EXPECT_EQ(far.exit, 0) << far.told();
    EXPECT_EQ(far.out, near[i].out);
  }
  EXPECT_EQ(stop(), 0);
  EXPECT_EQ(office_.tree_size(), size);
}

TEST_F(PreviewFar, OfAFileThatIsRefusedSaysWhy) {
  office_.write_premiums("bad.csv", office_.premium_row("2021-13-30", office_.sister));
  serve();
  const auto ran = shell_.run({"import", "bad.csv", "--preview", "--lang", "en", "--url", url()});
  EXPECT_EQ(ran.exit, 3) << ran.told();
  EXPECT_TRUE(holds(ran.err, "bad.csv:2")) << ran.told();
  const auto refused =
      post("/v1/submissions/preview", shell_.read("bad.csv"), "Content-Type: text/csv\r\n");
  EXPECT_EQ(server::status_of(refused), 422) << refused;
  EXPECT_EQ(code_of(refused), "REFUSED");
}

/// What is only tried is not recorded, whatever goes wrong.
TEST_F(PreviewFar, WithoutAnAnswerDoesNotWonderWhetherAnythingWasRecorded) {
  const server::Serving serving({}, [](const server::HttpRequest&) {
    return server::HttpResponse{503, "text/plain", {}, "not now\n"};
  });
  const auto tried =
      shell_.run({"submit", "--preview", "--lang", "en", "--url", server::url_of(serving)},
                 premium("k", "1.00"));
  EXPECT_EQ(tried.exit, 5) << tried.told();
  EXPECT_FALSE(holds(tried.err, "is unknown")) << tried.told();
  const auto dry_run =
      shell_.run({"submit", "--dry-run", "--lang", "en", "--url", server::url_of(serving)},
                 premium("k", "1.00"));
  EXPECT_FALSE(holds(dry_run.err, "is unknown")) << dry_run.told();
  const auto handed_in = shell_.run({"submit", "--lang", "en", "--url", server::url_of(serving)},
                                    premium("k", "1.00"));
  EXPECT_EQ(handed_in.exit, 5) << handed_in.told();
  EXPECT_TRUE(holds(handed_in.err, "is unknown")) << handed_in.told();
}

}  // namespace
}  // namespace kinledger::tools

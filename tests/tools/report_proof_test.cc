// report --prove: a report and the events of its ledger, which verify makes it again from, where
// there is no ledger.
#include <filesystem>
#include <functional>

#include "projections/reports/report_file.h"
#include "server/event_frames.h"
#include "tests/server/written_frames.h"
#include "tests/tools/office.h"

namespace kinledger::tools {
namespace {

class ReportProof : public testing::Test {
 protected:
  ReportProof() {
    office_.on("2021-04-05");
    office_.write_premiums("premiums.csv", office_.premium_row("2021-03-30", office_.child));
    EXPECT_EQ(shell_.run({"import", "city", "premiums.csv"}).exit, 0);
    office_.on("2021-06-01");
    shell_.write("city.keys", shell_.run({"checkpoint", "city", "--key"}).out);
  }

  void made(const std::string& report, const std::string& out,
            const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words{"report", "city", report, "--out", out, "--on", "2021-06-01"};
    words.insert(words.end(), more.begin(), more.end());
    const auto ran = shell_.run(words);
    ASSERT_EQ(ran.exit, 0) << ran.told();
  }
  Ran verify(const std::string& file, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words{"verify", file, "--key", "@city.keys"};
    words.insert(words.end(), more.begin(), more.end());
    return shell_.run(words);
  }
  void expect_refused(const std::string& file, const std::string& code,
                      const std::vector<std::string>& more = {}) const {
    const auto ran = verify(file, more);
    EXPECT_EQ(ran.exit, 4) << file << ran.told();
    EXPECT_TRUE(holds(ran.err, code)) << code << ran.told();
  }
  /// Every frame of a file of events, rewritten.
  void rewrite(const std::string& from, const std::string& into,
               const std::function<void(const server::Frame&, std::string&)>& rewrite) const {
    server::FrameReader reader;
    reader.take(shell_.read(from));
    std::string out;
    for (auto frame = reader.next(); frame && *frame; frame = reader.next()) rewrite(**frame, out);
    shell_.write(into, out);
  }

  Office office_;
  Shell& shell_ = office_.shell;
};

TEST_F(ReportProof, IsMadeAgainWhereThereIsNoLedger) {
  for (const auto* extension : {".xlsx", ".csv", ".json", ".ndjson", ".html"}) {
    const auto file = "migration" + std::string(extension);
    made("migration", file, {"--prove"});
    std::filesystem::rename(shell_.path("city"), shell_.path("elsewhere"));
    const auto ran = verify(file);
    EXPECT_EQ(ran.exit, 0) << ran.told();
    EXPECT_TRUE(holds(ran.out, "the events, all of them signed, give the same report")) << ran.out;
    EXPECT_TRUE(ran.err.empty()) << ran.err;
    std::filesystem::rename(shell_.path("elsewhere"), shell_.path("city"));
  }
  const auto json = object_of(verify("migration.csv", {"--json"}).out);
  EXPECT_TRUE(json.at("comparedWithEvents").as_bool());
  EXPECT_FALSE(json.at("comparedWithLedger").as_bool());
  const auto both = verify("migration.csv", {"--ledger", "city", "--events", "migration.events"});
  EXPECT_EQ(both.exit, 0) << both.told();
  const auto unnamed = shell_.run({"verify", "migration.csv"});
  EXPECT_EQ(unnamed.exit, 0) << unnamed.told();
  EXPECT_TRUE(holds(unnamed.err, "the one that the file itself states")) << unnamed.err;
}

TEST_F(ReportProof, HoldsNobodysIdentity) {
  made("migration", "migration.csv", {"--prove", "--with-identity"});
  const auto events = shell_.read("migration.events");
  for (const auto& text : {office_.child, office_.parent, std::string("林知夏")})
    EXPECT_FALSE(holds(events, text)) << text;
  EXPECT_EQ(verify("migration.csv").exit, 0);
}

TEST_F(ReportProof, OfAnEarlierBasisIsMadeFromWhatWasKnownThen) {
  const auto size = std::to_string(office_.tree_size());
  office_.write_premiums("more.csv", office_.premium_row("2021-03-31", office_.sister));
  ASSERT_EQ(shell_.run({"import", "city", "more.csv"}).exit, 0);
  made("migration", "then.json", {"--prove", "--known", size, "--record"});
  EXPECT_EQ(verify("then.json").exit, 0);
  ASSERT_EQ(shell_.run({"checkpoint", "city"}).exit, 0) << "records the root of the subject map";
  made("migration", "now.json");
  expect_refused("now.json", "REPORT_BASIS", {"--events", "then.events"});
}

TEST_F(ReportProof, IsNotLeftBesideALaterReport) {
  made("migration", "migration.csv", {"--prove"});
  const auto ran = shell_.run({"report", "city", "migration", "--out", "migration.csv"});
  EXPECT_EQ(ran.exit, 3) << ran.told();
  EXPECT_TRUE(holds(ran.err, "EVENTS_OF_ANOTHER_REPORT")) << ran.err;
  EXPECT_EQ(verify("migration.csv").exit, 0) << "nothing was written";
  made("finance", "migration.csv", {"--prove"});
  EXPECT_EQ(verify("migration.csv").exit, 0);
}

TEST_F(ReportProof, NamesTheRowThatTheEventsDoNotGive) {
  made("migration", "migration.csv", {"--prove"});
  auto bytes = shell_.read("migration.csv");
  const auto at = bytes.find("not paid");
  ASSERT_NE(at, std::string::npos);
  bytes.replace(at, 8, "converted and paid");
  shell_.write("migration.csv", bytes);
  expect_refused("migration.csv", "REPORT_ROW");
}

TEST_F(ReportProof, TheCheckpointInTheManifestIsCheckedToo) {
  shell_.write("city.checkpoint", shell_.run({"checkpoint", "city"}).out);
  made("migration", "signed.csv", {"--prove", "--checkpoint", "city.checkpoint"});
  const auto whole = verify("signed.csv");
  EXPECT_EQ(whole.exit, 0) << whole.told();
  auto manifest = shell_.read("signed.manifest.json");
  const std::string signature = "— ";
  const auto origin = manifest.rfind(signature);
  ASSERT_NE(origin, std::string::npos) << manifest;
  constexpr std::size_t behind_the_key_id = 20;
  auto& changed = manifest[manifest.find(' ', origin + signature.size()) + behind_the_key_id];
  changed = changed == 'A' ? 'B' : 'A';
  shell_.write("signed.manifest.json", manifest);
  expect_refused("signed.csv", "REPORT_CHECKPOINT");
}

TEST_F(ReportProof, OfAnotherLedgerIsFoundOut) {
  made("migration", "migration.csv", {"--prove"});
  const Office other;
  for (const auto& words : {std::vector<std::string>{"report", "city", "migration", "--out",
                                                     "other.csv", "--on", "2021-06-01", "--prove"}})
    ASSERT_EQ(other.shell.run(words).exit, 0);
  for (const auto* file : {"other.csv", "other.manifest.json", "other.events"})
    shell_.write(file, other.shell.read(file));
  EXPECT_EQ(shell_.run({"verify", "other.csv"}).exit, 0) << "with the key that it states";
  expect_refused("other.csv", "CHECKPOINT_NOT_SIGNED");
  expect_refused("other.csv", "REPORT_BASIS", {"--events", "migration.events"});
}

TEST_F(ReportProof, ADamagedFileOfEventsProvesNothing) {
  made("migration", "migration.csv", {"--prove"});
  const auto whole = shell_.read("migration.events");
  for (std::size_t i = 0; i < 40; ++i) {
    auto bytes = whole;
    const auto at = i * (whole.size() - 1) / 39;
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << (i % 8)));
    shell_.write("damaged.events", bytes);
    const auto ran = verify("migration.csv", {"--events", "damaged.events"});
    EXPECT_EQ(ran.exit, 4) << "byte " << at << ran.told();
  }
  for (const auto length : {std::size_t{3}, std::size_t{60}, whole.size() / 2, whole.size() - 1}) {
    shell_.write("cut.events", whole.substr(0, length));
    const auto ran = verify("migration.csv", {"--events", "cut.events"});
    EXPECT_EQ(ran.exit, 4) << length << ran.told();
  }
}

TEST_F(ReportProof, EventsThatAreLeftOutOrUnsignedProveNothing) {
  made("migration", "migration.csv", {"--prove"});
  using server::Frame;
  rewrite("migration.events", "left-out.events",
          [n = 0](const Frame& frame, std::string& out) mutable {
            const auto* event = std::get_if<server::StreamedEvent>(&frame);
            if (event == nullptr || ++n != 5) return server::append_frame(out, frame);
            const auto leaf = ledger::leaf_hash(event->bytes);
            server::append_left_out(out, {&leaf, 1});
          });
  expect_refused("migration.csv", "EVENTS_LEFT_OUT", {"--events", "left-out.events"});
  rewrite("migration.events", "unsigned.events", [](const Frame& frame, std::string& out) {
    if (!std::holds_alternative<server::SignedBatch>(frame)) server::append_frame(out, frame);
  });
  expect_refused("migration.csv", "EVENTS_NOT_SIGNED", {"--events", "unsigned.events"});
  rewrite("migration.events", "unended.events", [](const Frame& frame, std::string& out) {
    if (!std::holds_alternative<server::StreamEnd>(frame)) server::append_frame(out, frame);
  });
  expect_refused("migration.csv", "EVENTS_FORMAT", {"--events", "unended.events"});
}

TEST_F(ReportProof, IsRefusedWhereEventsProveNothing) {
  const auto journal = shell_.run({"report", "city", "minorsAccess", "--prove", "--out", "a.csv"});
  EXPECT_EQ(journal.exit, 2) << journal.told();
  EXPECT_FALSE(std::filesystem::exists(shell_.path("a.csv")));
  made("migration", "plain.csv");
  EXPECT_EQ(verify("plain.csv", {"--policy", "city.keys"}).exit, 2) << "no events to look at";
  EXPECT_EQ(verify("plain.csv", {"--cosigned-within", "60"}).exit, 2);
  EXPECT_EQ(shell_.run({"verify", "city", "--events", "plain.csv"}).exit, 2);
  EXPECT_EQ(verify("plain.csv", {"--events", "absent.events"}).exit, 3);
  made("minorsAccess", "access.csv");
  made("migration", "migration.csv", {"--prove"});
  expect_refused("access.csv", "REPORT_JOURNAL", {"--events", "migration.events"});
}

/// As tampering_test.cc does with what is recorded: each of 300 rows in its turn.
TEST(EditedReport, AChangedRowIsNamed) {
  constexpr std::size_t entries = 300;
  const Shell shell;
  ASSERT_EQ(shell.run({"init", "city", "--origin", "test.invalid", "--pack", "hangzhou-2021"}).exit,
            0);
  ASSERT_EQ(shell.run({"generate", "city", "--persons", "450", "--seed", "3", "--years", "1"}).exit,
            0);
  ASSERT_EQ(
      shell.run({"report", "city", "migration", "--on", "2021-12-31", "--out", "list.ndjson"}).exit,
      0);
  ASSERT_EQ(shell.run({"verify", "list.ndjson", "--ledger", "city"}).exit, 0);
  const auto honest = shell.read("list.ndjson");
  const auto made = projections::read_report(shell.path("list.ndjson"));
  ASSERT_TRUE(made.has_value());
  ASSERT_GE(made->rows.size(), entries);
  std::size_t from = honest.find('\n') + 1;
  for (std::size_t row = 1; row <= entries; ++row) {
    auto edited = honest;
    const auto digit = honest.find("\"person\":\"", from) + 10;
    edited[digit] = edited[digit] == '0' ? '1' : '0';
    shell.write("edited.ndjson", edited);
    const auto read = projections::read_report(shell.path("edited.ndjson"));
    ASSERT_TRUE(read.has_value()) << read.error().en;
    EXPECT_EQ(projections::fault_of(*read)->code, "REPORT_DIGEST");
    const auto told = projections::difference(*read, *made);
    ASSERT_TRUE(told.has_value()) << row;
    EXPECT_EQ(told->code, "REPORT_ROW");
    EXPECT_TRUE(told->en.starts_with("row " + std::to_string(row) + " is not")) << told->en;
    from = honest.find('\n', from) + 1;
  }
  const auto last = shell.run({"verify", "edited.ndjson", "--ledger", "city"});
  EXPECT_EQ(last.exit, 4);
  EXPECT_TRUE(holds(last.err, "row 300 is not what the ledger says")) << last.err;
}

}  // namespace
}  // namespace kinledger::tools

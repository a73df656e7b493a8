// rotate-key through the public command line: what was handed out before and after is checked with
// the key of its time, and in between with either.
#include "ledger/log_key.h"
#include "tests/tools/office.h"

namespace kinledger::tools {
namespace {

class RotateKey : public testing::Test {
 protected:
  RotateKey() {
    save("old.keys", {"checkpoint", "city", "--key"});
    save("old.checkpoint", {"checkpoint", "city"});
    publish();
  }

  void save(const std::string& file, std::vector<std::string> words) {
    const auto ran = shell_.run(std::move(words));
    EXPECT_EQ(ran.exit, 0) << ran.told();
    shell_.write(file, ran.out);
  }
  void publish() {
    const auto ran = shell_.run({"publish", "city", "log"});
    EXPECT_EQ(ran.exit, 0) << ran.told();
  }
  void rotate() { save("new.keys", {"rotate-key", "city"}); }
  void retire() { EXPECT_EQ(shell_.run({"rotate-key", "city", "--retire"}).exit, 0); }
  void pay_premium() {
    office_.write_premiums("premiums.csv", office_.premium_row("2021-03-30", office_.child));
    EXPECT_EQ(shell_.run({"import", "city", "premiums.csv"}).exit, 0);
  }
  int verified(const std::string& file, const std::string& keys,
               std::vector<std::string> more = {}) const {
    std::vector<std::string> words{"verify", file, "--key", "@" + keys};
    words.insert(words.end(), more.begin(), more.end());
    return shell_.run(std::move(words)).exit;
  }
  std::vector<std::string> status_words(const std::string& file) const {
    return {"status", "city", "@child.txt", "--on", "2021-01-11", "--prove", "--out", file};
  }

  Office office_;
  Shell& shell_ = office_.shell;
};

TEST_F(RotateKey, InBetweenEitherKeyWillDoAndThenOnlyTheNewOne) {
  rotate();
  EXPECT_NE(shell_.read("new.keys"), shell_.read("old.keys"));
  EXPECT_EQ(shell_.run({"checkpoint", "city", "--key"}).out, shell_.read("new.keys"));
  save("both.checkpoint", {"checkpoint", "city"});
  save("between", {"prove", "city", "--from", "@old.checkpoint"});
  for (const auto* keys : {"old.keys", "new.keys"}) EXPECT_EQ(verified("both.checkpoint", keys), 0);
  EXPECT_EQ(verified("between", "old.keys", {"--old", "old.checkpoint"}), 0);
  publish();

  retire();
  pay_premium();
  save("new.checkpoint", {"checkpoint", "city"});
  save("after", {"prove", "city", "--from", "@both.checkpoint"});
  save("from-old", {"prove", "city", "--from", "@old.checkpoint"});
  EXPECT_EQ(verified("new.checkpoint", "new.keys"), 0);
  EXPECT_EQ(verified("new.checkpoint", "old.keys"), 4);
  EXPECT_EQ(verified("after", "new.keys", {"--old", "both.checkpoint"}), 0);
  EXPECT_EQ(verified("old.checkpoint", "old.keys"), 0) << "what was handed out stays";
  publish();
  EXPECT_EQ(shell_.run({"verify", "city"}).exit, 0);
}

TEST_F(RotateKey, BundlesAndReportsStateTheKeyOfTheirTime) {
  ASSERT_EQ(shell_.run(status_words("before.bundle")).exit, 0);
  rotate();
  retire();
  pay_premium();
  ASSERT_EQ(shell_.run(status_words("after.bundle")).exit, 0);
  EXPECT_EQ(verified("before.bundle", "old.keys"), 0);
  EXPECT_EQ(verified("after.bundle", "new.keys"), 0);
  EXPECT_EQ(verified("after.bundle", "old.keys"), 4);
  for (const auto* bundle : {"before.bundle", "after.bundle"})
    EXPECT_EQ(shell_.run({"verify", bundle}).exit, 0) << "by the key that its events state";
  const auto report = shell_.run(
      {"report", "city", "migration", "--on", "2021-01-11", "--prove", "--out", "list.csv"});
  ASSERT_EQ(report.exit, 0) << report.told();
  const auto stated = shell_.run({"verify", "list.csv"});
  EXPECT_EQ(stated.exit, 0) << stated.told();
  auto key = shell_.read("new.keys");
  key.pop_back();
  EXPECT_TRUE(holds(stated.err, key)) << stated.err;
  EXPECT_EQ(verified("list.csv", "new.keys"), 0);
  EXPECT_EQ(verified("list.csv", "old.keys"), 4);
}

TEST_F(RotateKey, ALostKeyIsReplacedWhenThatIsSaid) {
  std::filesystem::remove(shell_.path("city.state/signing.key"));
  const auto without = shell_.run({"rotate-key", "city"});
  EXPECT_EQ(without.exit, 3) << without.told();
  EXPECT_TRUE(holds(without.err, "signing.key does not exist")) << without.err;
  save("new.keys", {"rotate-key", "city", "--lost"});
  save("new.checkpoint", {"checkpoint", "city"});
  EXPECT_EQ(verified("new.checkpoint", "new.keys"), 0);
  EXPECT_EQ(verified("new.checkpoint", "old.keys"), 4);
  EXPECT_EQ(shell_.run({"verify", "city"}).exit, 0);
}

TEST_F(RotateKey, SaysInBothLanguagesWhatIsInTheWay) {
  EXPECT_EQ(shell_.run({"rotate-key", "city", "--lost", "--retire"}).exit, 2);
  const auto nothing = shell_.run({"rotate-key", "city", "--retire"});
  EXPECT_EQ(nothing.exit, 3) << nothing.told();
  EXPECT_TRUE(holds(nothing.err, "there is no key to retire")) << nothing.err;
  const auto not_lost = shell_.run({"--lang", "zh", "rotate-key", "city", "--lost"});
  EXPECT_EQ(not_lost.exit, 3);
  EXPECT_TRUE(holds(not_lost.err, "signing.key 仍在")) << not_lost.err;
  rotate();
  const auto again = shell_.run({"--lang", "zh", "rotate-key", "city"});
  EXPECT_EQ(again.exit, 3);
  EXPECT_TRUE(holds(again.err, "先停用")) << again.err;
}

/// No office can give its log another key by handing it in.
TEST_F(RotateKey, IsNoSubmission) {
  const auto ran = shell_.run(
      {"submit", "city"},
      R"({"key":"k","submitter":"office","events":[{"type":"KeyRotated","purpose":"checkpoint"}]})");
  EXPECT_EQ(ran.exit, 3) << ran.told();
}

}  // namespace
}  // namespace kinledger::tools

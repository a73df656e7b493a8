// The drill: back up, go on, back up again, restore both, and ask the same question. And everything
// that can be wrong with a backup, its place or its keys.
#include "tests/tools/office.h"

namespace kinledger::tools {
namespace {

namespace fs = std::filesystem;

class Backup : public testing::Test {
 protected:
  Ran back_up(std::vector<std::string> more = {}) {
    std::vector<std::string> words{"backup", "city", "safe", "--json"};
    words.insert(words.end(), more.begin(), more.end());
    return office.shell.run(words);
  }
  Ran restore(const std::string& id, const std::string& to, std::vector<std::string> more = {}) {
    std::vector<std::string> words{"restore", "safe", to, "--id", id};
    words.insert(words.end(), more.begin(), more.end());
    return office.shell.run(words);
  }
  void pay(const std::string& name) {
    office.write_premiums(name, office.premium_row("2021-02-01", office.child));
    const auto ran = office.shell.run({"import", "city", name});
    ASSERT_EQ(ran.exit, 0) << ran.told();
  }
  /// The ledger's disk is gone, its state directory is not.
  void lose(const std::string& name = "city") { fs::remove_all(office.shell.path(name)); }

  /// Every file of the backups, both parts.
  std::vector<fs::path> files() const {
    std::vector<fs::path> found;
    for (const auto* place : {"safe", "safe.vault"})
      for (const auto& entry : fs::recursive_directory_iterator(office.shell.path(place)))
        if (entry.is_regular_file()) found.push_back(entry.path());
    return found;
  }
  std::uintmax_t bytes() const {
    std::uintmax_t total = 0;
    for (const auto& file : files()) total += fs::file_size(file);
    return total;
  }
  std::string answer(const std::string& ledger, std::uint64_t known) const {
    const auto ran = office.shell.run({"status", ledger, "@child.txt", "--on", "2021-03-01",
                                       "--known", std::to_string(known), "--json"});
    EXPECT_EQ(ran.exit, 0) << ran.told();
    return ran.out;
  }

  Office office;
};

TEST_F(Backup, RestoredAnswersAsTheLedgerDid) {
  ASSERT_EQ(office.shell.run({"generate", "city", "--persons", "200"}).exit, 0);
  const auto first = back_up({"--keys", "keys"});
  ASSERT_EQ(first.exit, 0) << first.told();
  const auto first_bytes = bytes();
  pay("more.csv");
  const auto old_size = number(object_of(first.out), "treeSize"), new_size = office.tree_size();
  ASSERT_LT(old_size, new_size);
  // Asked before the backup: what is asked is recorded in the access journal, which goes with it.
  const auto then = answer("city", old_size), now = answer("city", new_size);
  const auto second = back_up();
  ASSERT_EQ(second.exit, 0) << second.told();
  ASSERT_EQ(number(object_of(second.out), "treeSize"), new_size);
  EXPECT_LT(bytes() - first_bytes, first_bytes / 2) << "the second copies what is new";

  const auto newest = restore("latest", "again", {"--keys", "keys"});
  EXPECT_EQ(newest.exit, 1) << newest.told();
  EXPECT_TRUE(holds(newest.err, "accept-loss again --events unknown")) << newest.told();
  ASSERT_EQ(office.shell.run({"accept-loss", "again", "--events", "unknown"}).exit, 0);
  EXPECT_EQ(office.shell
                .run({"accept-loss", "again/access", "--state", "again.state/access", "--events",
                      "unknown"})
                .exit,
            0);
  EXPECT_EQ(answer("again", old_size), then);
  EXPECT_EQ(answer("again", new_size), now);
  const auto verified = office.shell.run({"verify", "again"});
  EXPECT_EQ(verified.exit, 0) << verified.told();

  // With the state directory that the ledger had: nothing has to be accepted.
  lose();
  const auto whole = restore("2", "city");
  EXPECT_EQ(whole.exit, 0) << whole.told();
  EXPECT_EQ(answer("city", new_size), now);
  EXPECT_EQ(answer("city", old_size), then);
  EXPECT_EQ(office.shell.run({"verify", "city"}).exit, 0);
  pay("after.csv");
  EXPECT_EQ(back_up().exit, 0) << "and it is backed up again, to the same place";
  EXPECT_EQ(office.shell.run({"backups", "safe", "--verify"}).exit, 0);
}

TEST_F(Backup, OlderThanWhatWasAcknowledgedIsRestoredButNotUsed) {
  ASSERT_EQ(back_up().exit, 0);
  const auto backed_up = office.tree_size();
  pay("more.csv");
  const auto size = office.tree_size();
  const auto lost = std::to_string(size - backed_up);
  lose();
  const auto restored = restore("1", "city");
  EXPECT_EQ(restored.exit, 1) << restored.told();
  EXPECT_TRUE(holds(restored.err, "accept-loss city --events " + lost)) << restored.told();
  EXPECT_TRUE(holds(restored.out, "backup 1:")) << restored.told();
  office.write_premiums("late.csv", office.premium_row("2021-02-02", office.child));
  EXPECT_EQ(office.shell.run({"import", "city", "late.csv"}).exit, 4) << "nothing is recorded";
  EXPECT_EQ(office.shell.run({"checkpoint", "city"}).exit, 4) << "nor signed";
  EXPECT_EQ(office.shell.run({"accept-loss", "city", "--events", lost + "0"}).exit, 3);
  EXPECT_EQ(office.shell.run({"accept-loss", "city", "--events", "unknown"}).exit, 3);
  EXPECT_EQ(office.shell.run({"accept-loss", "city", "--events", "some"}).exit, 2);
  const auto accepted = office.shell.run({"accept-loss", "city", "--events", lost});
  EXPECT_EQ(accepted.exit, 0) << accepted.told();
  EXPECT_TRUE(holds(accepted.out, "kinledger erase")) << "which may be lost too";
  EXPECT_TRUE(fs::exists(office.shell.path("city.state/mark.lost-" + std::to_string(size))));
  EXPECT_EQ(office.shell.run({"import", "city", "late.csv"}).exit, 0);
  EXPECT_EQ(office.shell.run({"accept-loss", "city", "--events", lost}).exit, 3)
      << "nothing is lost";
}

TEST_F(Backup, WithFewerEventsThanWereSignedSignsNothingEvenWhenTheLossIsAccepted) {
  ASSERT_EQ(back_up().exit, 0);
  const auto backed_up = office.tree_size();
  pay("more.csv");
  ASSERT_EQ(office.shell.run({"checkpoint", "city"}).exit, 0);
  const auto lost = std::to_string(office.tree_size() - backed_up);
  lose();
  const auto restored = restore("latest", "city");
  EXPECT_EQ(restored.exit, 1) << restored.told();
  EXPECT_TRUE(holds(restored.err, "a checkpoint of")) << restored.told();
  EXPECT_EQ(office.shell.run({"accept-loss", "city", "--events", lost}).exit, 1);
  pay("others.csv");
  EXPECT_EQ(office.shell.run({"checkpoint", "city"}).exit, 4);
  const auto verified = office.shell.run({"verify", "city"});
  EXPECT_EQ(verified.exit, 4) << verified.told();
  EXPECT_TRUE(holds(verified.err, "does not continue the checkpoint in city.state/checkpoint"))
      << verified.told();
}

TEST_F(Backup, EveryDamagedFileIsNamedAndRefused) {
  ASSERT_EQ(back_up().exit, 0);
  int damaged = 0;
  for (const auto& file : files()) {
    const auto name = file.filename().string();
    if (name == "lock" || fs::file_size(file) == 0) continue;
    std::string bytes;
    {
      std::ostringstream read;
      read << std::ifstream(file, std::ios::binary).rdbuf();
      bytes = read.str();
    }
    auto flipped = bytes;
    flipped[flipped.size() / 2] ^= 1;
    std::ofstream(file, std::ios::binary) << flipped;
    const auto checked = office.shell.run({"backups", "safe", "--verify"});
    EXPECT_NE(checked.exit, 0) << file;
    EXPECT_TRUE(holds(checked.err, name == "backup.id" ? "belongs to other" : name))
        << file << checked.told();
    const auto restored = restore("1", "again", {"--state", "city.state"});
    EXPECT_NE(restored.exit, 0) << file;
    EXPECT_FALSE(fs::exists(office.shell.path("again"))) << file << restored.told();
    const auto part = file.parent_path().filename();
    if (name == "backup.id" || part == "backups" || part == "meta") {
      EXPECT_NE(back_up().exit, 0) << "nothing is added to what is damaged: " << file;
    }
    std::ofstream(file, std::ios::binary) << bytes;
    ++damaged;
  }
  EXPECT_GT(damaged, 10);
}

TEST_F(Backup, MissingFilesAreNamedAndRefused) {
  ASSERT_EQ(back_up().exit, 0);
  for (const auto& file : files()) {
    const auto name = file.filename().string();
    if (name == "lock" || file.parent_path().filename() == "backups") continue;
    const auto aside = office.shell.path("aside");
    fs::rename(file, aside);
    const auto restored = restore("1", "again", {"--state", "city.state"});
    EXPECT_NE(restored.exit, 0) << file;
    EXPECT_FALSE(fs::exists(office.shell.path("again"))) << file << restored.told();
    fs::rename(aside, file);
  }
}

TEST_F(Backup, RefusesPlacesThatDoNotFit) {
  ASSERT_EQ(back_up({"--keys", "keys"}).exit, 0);
  const auto occupied = restore("1", "city");
  EXPECT_EQ(occupied.exit, 3) << occupied.told();
  EXPECT_TRUE(holds(occupied.err, "not empty")) << occupied.told();
  EXPECT_EQ(restore("7", "again", {"--keys", "keys"}).exit, 3) << "no such backup";
  EXPECT_EQ(restore("first", "again", {"--keys", "keys"}).exit, 3);
  EXPECT_EQ(office.shell.run({"restore", "safe", "again"}).exit, 2) << "--id is said, always";
  EXPECT_EQ(office.shell.run({"restore", "nowhere", "again", "--id", "1"}).exit, 3);
  EXPECT_EQ(restore("1", "again").exit, 3) << "without keys";
  EXPECT_EQ(restore("1", "again", {"--keys", "keys", "--state", "city.state"}).exit, 3)
      << "keys over keys";
  EXPECT_EQ(restore("1", "again", {"--vault", "keys"}).exit, 3) << "not the vault's part";
  EXPECT_EQ(back_up({"--keys", "keys"}).exit, 3) << "keys are never written over";
  EXPECT_EQ(back_up({"--keys", "safe/keys"}).exit, 2) << "nor beside what they open";
  for (const auto* place : {"city", "city/backups", "city.state/backups"})
    EXPECT_EQ(office.shell.run({"backup", "city", place}).exit, 2)
        << place << " goes with the ledger";
  EXPECT_EQ(back_up({"--vault", "city/vault-backups"}).exit, 2);
  EXPECT_EQ(back_up({"--keys", "city/keys"}).exit, 2);
  EXPECT_EQ(back_up({"--vault", "safe/vault"}).exit, 2);
  EXPECT_EQ(back_up({"--keep", "0"}).exit, 2);
  EXPECT_EQ(back_up({"--keep", "many"}).exit, 2);
  ASSERT_EQ(
      office.shell.run({"init", "town", "--origin", "town.invalid", "--pack", "hangzhou-2021"})
          .exit,
      0);
  const auto other = office.shell.run({"backup", "town", "safe"});
  EXPECT_EQ(other.exit, 3) << other.told();
  EXPECT_TRUE(holds(other.err, "another ledger")) << other.told();
  const auto foreign = restore("1", "again", {"--state", "town.state"});
  EXPECT_EQ(foreign.exit, 3) << foreign.told();
  fs::create_directories(office.shell.path("full"));
  office.shell.write("full/else", "something");
  EXPECT_EQ(office.shell.run({"backup", "city", "full"}).exit, 3);
  EXPECT_FALSE(fs::exists(office.shell.path("again")));
}

TEST_F(Backup, OfACopyThatWentAnotherWayIsRefused) {
  namespace fs = std::filesystem;
  const auto copy = [&](const char* from, const char* to) {
    for (const std::string part : {"", ".state"})
      fs::copy(office.shell.path(from + part), office.shell.path(to + part),
               fs::copy_options::recursive);
  };
  ASSERT_EQ(back_up().exit, 0);
  copy("city", "older");
  pay("one.csv");
  ASSERT_EQ(back_up().exit, 0);
  copy("older", "other");
  office.write_premiums("two.csv", office.premium_row("2021-02-02", office.sister));
  ASSERT_EQ(office.shell.run({"import", "other", "two.csv"}).exit, 0);
  for (const auto* ledger : {"older", "other"}) {
    const auto ran = office.shell.run({"backup", ledger, "safe", "--lang", "en"});
    EXPECT_EQ(ran.exit, 3) << ran.told();
    EXPECT_TRUE(holds(ran.err, "does not continue backup 2")) << ran.told();
  }
  EXPECT_EQ(back_up().exit, 0);
}

TEST_F(Backup, KeepsTheNewest) {
  for (int i = 0; i < 4; ++i) {
    pay("more" + std::to_string(i) + ".csv");
    ASSERT_EQ(back_up({"--keep", "2"}).exit, 0);
  }
  const auto listed = objects_of(office.shell.run({"backups", "safe", "--json"}).out);
  ASSERT_EQ(listed.size(), 2U);
  EXPECT_EQ(number(listed[0], "number"), 3U);
  EXPECT_EQ(number(listed[1], "number"), 4U);
  EXPECT_EQ(office.shell.run({"backups", "safe", "--verify"}).exit, 0);
  EXPECT_EQ(office.shell.run({"backups", "safe", "--verify", "--id", "1"}).exit, 3);
  lose();
  EXPECT_EQ(restore("4", "city").exit, 0);
}

TEST_F(Backup, HoldsNoNameAndNoNumberOutsideTheVaultsPart) {
  ASSERT_EQ(back_up().exit, 0);
  for (const auto& file : files()) {
    const auto text = office.shell.read(fs::relative(file, office.shell.path("")).string());
    EXPECT_FALSE(holds(text, office.child)) << file;
    EXPECT_FALSE(holds(text, "林知夏")) << file;
  }
}

}  // namespace
}  // namespace kinledger::tools

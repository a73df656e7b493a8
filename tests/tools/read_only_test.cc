// A ledger whose state directory is missing, or disagrees: it is read, nothing is recorded or
// signed, and nothing is written.
#include <algorithm>

#include "ledger/checkpoint.h"
#include "ledger/crypto.h"
#include "tests/tools/served_office.h"

namespace kinledger::tools {
namespace {

namespace fs = std::filesystem;

/// Two premiums are recorded, one before the copy of the ledger and its state, one after it.
class ReadOnlyLedger : public ServeCommand {
 protected:
  ReadOnlyLedger() {
    checkpoint_ = shell_.run({"checkpoint", "city"}).out;
    shell_.write("city.keys", shell_.run({"checkpoint", "city", "--key"}).out);
    fs::copy(shell_.path("city"), shell_.path("older"), fs::copy_options::recursive);
    EXPECT_EQ(import("2021-03-02").exit, 0);
    answer_ = ask({"status", "city", child_, "--on", "2021-06-01", "--json"});
    EXPECT_EQ(answer_.exit, 0) << answer_.told();
  }

  Ran ask(std::vector<std::string> words) const { return shell_.run(std::move(words)); }
  Ran import(const std::string& day) {
    office_.write_premiums("more.csv", office_.premium_row(day, office_.sister));
    return shell_.run({"import", "city", "more.csv"});
  }
  /// Every file of the ledger and of its state with a digest of its bytes, but the lock, which
  /// names who has the ledger, and the access journal, which goes on.
  std::vector<std::string> kept() const {
    std::vector<std::string> files;
    for (const auto* root : {"city", "city.state"}) {
      if (!fs::exists(shell_.path(root))) continue;
      for (const auto& file : fs::recursive_directory_iterator(shell_.path(root))) {
        const auto name = fs::relative(file.path(), shell_.path("")).string();
        if (name == "city/lock" || holds(name, "/access")) continue;
        const auto bytes = file.is_regular_file() ? shell_.read(name) : "";
        files.push_back(name + " " + ledger::to_text(ledger::sha256(ledger::as_bytes(bytes))));
      }
    }
    std::ranges::sort(files);
    return files;
  }
  void expect_read(const std::vector<std::string>& words, std::string_view why) {
    const auto ran = shell_.run(words);
    // 1: something to see, of checks and differences.
    EXPECT_TRUE(ran.exit == 0 || ran.exit == 1) << words.front() << ": " << ran.told();
    EXPECT_TRUE(holds(ran.err, "the ledger is read-only, nothing is recorded or signed: "))
        << ran.err;
    EXPECT_TRUE(holds(ran.err, why)) << ran.err;
  }
  /// What records, signs or makes something anew, and says why it does not.
  void expect_no_writing(std::string_view why) {
    shell_.write("erased.txt", child_ + "\n");
    for (const auto& words : std::vector<std::vector<std::string>>{
             {"import", "city", "more.csv"},
             {"import", "city", "more.csv", "--dry-run"},
             {"pack", "adopt", "city", "hangzhou-2022"},
             {"access", "grant", "city", "--role", "agency", "--area", "330106", "--institution",
              "330106001"},
             {"checkpoint", "city"},
             {"backup", "city", "backups"},
             {"rebuild", "city"},
             {"compact", "city"},
             {"report", "city", "finance", "--year", "2021", "--record", "--out", "f.csv"}}) {
      const auto ran = shell_.run(words);
      EXPECT_TRUE(ran.exit == 3 || ran.exit == 4) << words.front() << ": " << ran.told();
      EXPECT_TRUE(holds(ran.err, why)) << ran.err;
    }
  }

  Ran answer_;
  std::string checkpoint_;
  const std::vector<std::vector<std::string>> readers_{
      {"status", "city", child_, "--on", "2021-06-01"},
      {"history", "city", child_},
      {"roster", "city", "330199001", "--on", "2020-12-31"},
      {"balance", "city", "330199001", "--year", "2021"},
      {"check", "city", "--on", "2020-06-01"},
      {"diff", "city", "--from", "5", "--on", "2021-06-01"},
      {"settle", "city", "330199001", "--year", "2021", "--on", "2022-03-01"},
      {"rules", "city", "--all"},
      {"report", "city", "finance", "--year", "2021", "--on", "2021-12-31", "--out", "f.csv"},
      {"access", "list", "city"},
      {"access", "log", "city"},
      {"prove", "city", "--event", "5"},
      {"prove", "city", "--from", "5"},
      {"publish", "city", "published"}};
};

TEST_F(ReadOnlyLedger, AnswersWithoutItsMark) {
  fs::remove(shell_.path("city.state/mark"));
  const auto before = kept();
  const std::string why = "city.state/mark does not exist: restore the state directory";
  for (const auto& words : readers_) expect_read(words, why);
  const auto again = ask({"status", "city", child_, "--on", "2021-06-01", "--json"});
  EXPECT_EQ(again.out, answer_.out);
  // By number too: the vault is read.
  expect_read({"status", "city", "@child.txt", "--on", "2021-06-01"}, why);
  expect_no_writing("does not exist: restore the state directory");
  EXPECT_EQ(kept(), before);
  EXPECT_EQ(shell_.read("published/checkpoint"), checkpoint_) << "the last one that was signed";
}

TEST_F(ReadOnlyLedger, IsVerifiedInItselfWithoutItsMark) {
  fs::remove(shell_.path("city.state/mark"));
  const auto ran = ask({"verify", "city", "--json"});
  EXPECT_EQ(ran.exit, 4) << ran.told();
  const auto told = object_of(ran.out);
  EXPECT_FALSE(told.at("verified").as_bool());
  EXPECT_EQ(number(told, "events"), number(told, "treeSize"));
  EXPECT_TRUE(holds(ran.err, "nothing tells what was acknowledged")) << ran.err;
}

TEST_F(ReadOnlyLedger, ProvesOnlyWhatWasSigned) {
  fs::remove(shell_.path("city.state/mark"));
  const auto last = ledger::read_checkpoint(ledger::read_note(checkpoint_).value().text).value();
  const auto signed_size = last.head.size.value;
  const auto proven =
      ask({"prove", "city", "--event", std::to_string(signed_size - 1), "--leaf", "e"});
  ASSERT_EQ(proven.exit, 0) << proven.told();
  shell_.write("proof", proven.out);
  EXPECT_EQ(ask({"verify", "proof", "--key", "@city.keys", "--leaf", "e"}).exit, 0);
  const auto behind = ask({"prove", "city", "--event", std::to_string(signed_size)});
  EXPECT_EQ(behind.exit, 3) << behind.told();
  const auto bundle = ask({"status", "city", child_, "--prove", "--out", "b"});
  EXPECT_EQ(bundle.exit, 5) << bundle.told();
  EXPECT_TRUE(holds(bundle.err, "read-only")) << bundle.err;
  EXPECT_FALSE(fs::exists(shell_.path("b")));
}

TEST_F(ReadOnlyLedger, AnswersFromAnOlderJournalThanItsMark) {
  fs::remove_all(shell_.path("city/journal"));
  fs::copy(shell_.path("older/journal"), shell_.path("city/journal"), fs::copy_options::recursive);
  const auto before = kept();
  for (const auto& words : readers_) expect_read(words, "were acknowledged: events are lost");
  const auto then = ask({"status", "city", child_, "--on", "2021-06-01", "--json"});
  const auto size = ledger::read_checkpoint(ledger::read_note(checkpoint_).value().text)->head.size;
  EXPECT_EQ(number(object_of(then.out).at("basis").as_object(), "size"), size.value);
  EXPECT_EQ(kept(), before) << "projections of another size are made elsewhere";
  expect_no_writing("were acknowledged: events are lost");
}

TEST_F(ReadOnlyLedger, TellsNothingOfPersonsWithoutAnyState) {
  fs::remove_all(shell_.path("city.state"));
  const auto before = kept();
  expect_read({"rules", "city", "--all"}, "belongs beside the ledger (--state)");
  expect_read({"access", "list", "city"}, "belongs beside the ledger (--state)");
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"status", "city", child_}, {"history", "city", "330199001"}, {"check", "city"}}) {
    const auto ran = ask(words);
    EXPECT_EQ(ran.exit, 4) << ran.told();
    EXPECT_EQ(ran.out, "");
    EXPECT_TRUE(holds(ran.err, "the access journal takes none: it is not told")) << ran.err;
    EXPECT_TRUE(holds(ran.err, "has lost a part")) << ran.err;
  }
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"publish", "city", "published"}, {"prove", "city", "--event", "5"}}) {
    const auto ran = ask(words);
    EXPECT_EQ(ran.exit, 5) << ran.told();
    EXPECT_TRUE(holds(ran.err, "nothing is recorded, signed or backed up")) << ran.err;
  }
  EXPECT_EQ(ask({"verify", "city"}).exit, 4);
  expect_no_writing("belongs beside the ledger (--state)");
  EXPECT_EQ(kept(), before);
  EXPECT_FALSE(fs::exists(shell_.path("city.state"))) << "none is made";
}

TEST_F(ReadOnlyLedger, TakesNoStateOfAnotherLedger) {
  ASSERT_EQ(ask({"init", "other", "--origin", "other.invalid", "--jurisdiction", "330100"}).exit,
            0);
  const std::string why = "other.state is the state directory of another ledger than city";
  const auto rules = ask({"rules", "city", "--all", "--state", "other.state"});
  EXPECT_EQ(rules.exit, 0) << rules.told();
  EXPECT_TRUE(holds(rules.err, why)) << rules.err;
  EXPECT_TRUE(holds(ask({"--lang", "zh", "rules", "city", "--state", "other.state"}).err,
                    "是另一账本的状态目录"));
  const auto status = ask({"status", "city", child_, "--state", "other.state"});
  EXPECT_EQ(status.exit, 4) << status.told();
  EXPECT_EQ(status.out, "");
  const auto imported = ask({"import", "city", "more.csv", "--state", "other.state"});
  EXPECT_EQ(imported.exit, 3) << imported.told();
  EXPECT_TRUE(holds(imported.err, why)) << imported.err;
  EXPECT_EQ(ask({"verify", "city", "--state", "other.state"}).exit, 4);
  EXPECT_FALSE(fs::exists(shell_.path("other.state/access"))) << "nothing is made there";
  EXPECT_EQ(ask({"verify", "other"}).exit, 0);
}

TEST_F(ReadOnlyLedger, TellsNoIdentityWithoutTheVaultsKey) {
  fs::remove(shell_.path("city.state/vault.key"));
  const auto by_number = ask({"status", "city", "@child.txt"});
  EXPECT_NE(by_number.exit, 0) << by_number.told();
  EXPECT_TRUE(holds(by_number.err, "vault.key does not exist")) << by_number.err;
  expect_read({"status", "city", child_, "--on", "2021-06-01"}, "vault.key does not exist");
}

TEST_F(ReadOnlyLedger, IsServedToBeRead) {
  fs::remove(shell_.path("city.state/mark"));
  const auto before = kept();
  serve();
  const auto ready = get("/readyz");
  EXPECT_EQ(server::status_of(ready), 503) << ready;
  EXPECT_TRUE(object_of(body_of(ready)).at("readOnly").as_bool());
  EXPECT_EQ(body_of(get("/v1/persons/" + child_ + "/status?on=2021-06-01")), answer_.out);
  EXPECT_EQ(body_of(get("/checkpoint")), checkpoint_);
  const auto refused =
      ask({"import", "--url", "http://127.0.0.1:" + std::to_string(port_), "more.csv"});
  EXPECT_EQ(refused.exit, 5) << refused.told();
  EXPECT_TRUE(holds(refused.err, "the ledger is read-only")) << refused.err;
  EXPECT_FALSE(holds(refused.err, "mark does not exist"))
      << "places are the operator's: " << refused.err;
  EXPECT_EQ(stop(), 0);
  EXPECT_TRUE(holds(shell_.read("serve.err"), "the ledger is read-only"))
      << shell_.read("serve.err");
  EXPECT_EQ(kept(), before);
}

TEST_F(ReadOnlyLedger, IsNotServedWhenItLostSomething) {
  fs::remove_all(shell_.path("city/journal"));
  fs::copy(shell_.path("older/journal"), shell_.path("city/journal"), fs::copy_options::recursive);
  const auto before = kept();
  const auto ran = ask({"serve", "city", "--listen", "127.0.0.1:0"});
  EXPECT_EQ(ran.exit, 4) << ran.told();
  EXPECT_TRUE(holds(ran.err, "were acknowledged: events are lost")) << ran.err;
  EXPECT_EQ(kept(), before);
}

}  // namespace
}  // namespace kinledger::tools

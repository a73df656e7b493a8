// What a ledger gives out for others to check, and checking it: prove, checkpoint, verify FILE.
#include <array>

#include "ledger/consistency_proof.h"
#include "ledger/cosignature.h"
#include "ledger/log_key.h"
#include "tests/tools/office.h"

namespace kinledger::tools {
namespace {

/// An auditor's folder: the ledger's keys, a checkpoint of before, and proofs of now.
class ProofFiles : public testing::Test {
 protected:
  ProofFiles() {
    save("city.keys", {"checkpoint", "city", "--key"});
    save("old.checkpoint", {"checkpoint", "city"});
    office_.write_premiums("premiums.csv", office_.premium_row("2021-03-30", office_.child));
    EXPECT_EQ(shell_.run({"import", "city", "premiums.csv"}).exit, 0);
    save("new.checkpoint", {"checkpoint", "city"});
    save("3.tlog-proof", {"prove", "city", "--event", "3", "--leaf", "3.event"});
    save("city.consistency", {"prove", "city", "--from", "@old.checkpoint"});
  }

  void save(const std::string& file, std::vector<std::string> words) {
    const auto ran = shell_.run(std::move(words));
    EXPECT_EQ(ran.exit, 0) << ran.told();
    shell_.write(file, ran.out);
  }
  Ran verify_event(const std::string& proof = "3.tlog-proof",
                   const std::string& leaf = "3.event") const {
    return shell_.run({"verify", proof, "--key", "@city.keys", "--leaf", leaf});
  }
  Ran verify_growth(const std::string& proof = "city.consistency",
                    const std::string& old = "old.checkpoint") const {
    return shell_.run({"verify", proof, "--key", "@city.keys", "--old", old});
  }
  /// The same file with one byte changed.
  std::string with_byte(const std::string& file, std::size_t at) const {
    auto text = shell_.read(file);
    text[at] = static_cast<char>(text[at] ^ 1);
    shell_.write("changed", text);
    return "changed";
  }

  Office office_;
  Shell& shell_ = office_.shell;
};

TEST_F(ProofFiles, AreVerifiedWithoutTheLedger) {
  std::filesystem::remove_all(shell_.path("city"));
  std::filesystem::remove_all(shell_.path("city.state"));
  for (const auto& ran : {verify_event(), verify_growth(),
                          shell_.run({"verify", "new.checkpoint", "--key", "@city.keys"})}) {
    EXPECT_EQ(ran.exit, 0) << ran.told();
    EXPECT_TRUE(ran.out.starts_with("verified: ")) << ran.out;
  }
  auto key = shell_.read("city.keys");
  key.pop_back();
  EXPECT_EQ(shell_.run({"verify", "old.checkpoint", "--key", key}).exit, 0);
  const auto told = object_of(
      shell_.run({"verify", "3.tlog-proof", "--key", key, "--leaf", "3.event", "--json"}).out);
  EXPECT_TRUE(told.at("verified").as_bool());
  EXPECT_EQ(number(told, "sequence"), 3U);
}

TEST_F(ProofFiles, SayInBothLanguagesWhyTheyAreNotVerified) {
  shell_.write("other.event", shell_.read("3.event") + "x");
  const auto other = verify_event("3.tlog-proof", "other.event");
  EXPECT_EQ(other.exit, 4);
  EXPECT_TRUE(holds(other.err, "not verified: other.event is not event 3 of the checkpoint"));
  EXPECT_TRUE(other.out.empty());
  const auto old = verify_growth("city.consistency", "new.checkpoint");
  EXPECT_EQ(old.exit, 4);
  EXPECT_TRUE(holds(old.err, "not verified: the proof is from ")) << old.err;
  const auto chinese = shell_.run({"--lang", "zh", "verify", "city.consistency", "--key",
                                   "@city.keys", "--old", "3.tlog-proof"});
  EXPECT_EQ(chinese.exit, 4);
  EXPECT_TRUE(holds(chinese.err, "未通过校验：3.tlog-proof 不是该公钥签发的检查点")) << chinese.err;
  const auto none = shell_.run({"verify", "3.event", "--key", "@city.keys"});
  EXPECT_EQ(none.exit, 4);
  EXPECT_TRUE(holds(none.err, "not verified: this is no bundle, proof or checkpoint")) << none.err;
  const auto json = shell_.run({"verify", "3.event", "--key", "@city.keys", "--json"});
  EXPECT_EQ(json.exit, 4);
  EXPECT_FALSE(object_of(json.out).at("verified").as_bool());
}

TEST_F(ProofFiles, AreNeverVerifiedWithoutAKeyOrWhatTheyAreAbout) {
  const std::vector<std::vector<std::string>> mistakes = {
      {"verify", "3.tlog-proof", "--leaf", "3.event"},
      {"verify", "city.consistency", "--old", "old.checkpoint"},
      {"verify", "new.checkpoint"},
      {"verify", "3.tlog-proof", "--key", "@city.keys"},
      {"verify", "city.consistency", "--key", "@city.keys"},
      {"verify", "3.tlog-proof", "--key", "@city.keys", "--leaf", "3.event", "--old",
       "old.checkpoint"},
      {"verify", "new.checkpoint", "--key", "@city.keys", "--old", "old.checkpoint"},
      {"verify", "new.checkpoint", "--key", "nonsense"},
      {"verify", "new.checkpoint", "--key", "@new.checkpoint"},
      {"verify", "city", "--key", "@city.keys"}};
  for (const auto& words : mistakes) {
    const auto ran = shell_.run(words);
    EXPECT_EQ(ran.exit, 2) << ran.told();
    EXPECT_TRUE(ran.out.empty()) << ran.out;
    EXPECT_FALSE(ran.err.empty());
  }
  EXPECT_TRUE(holds(shell_.run({"verify", "new.checkpoint"}).err, "no signature can be checked"));
  EXPECT_EQ(shell_.run({"verify", "new.checkpoint", "--key", "@missing"}).exit, 3);
}

TEST_F(ProofFiles, WithAChangedByteAreNotVerified) {
  for (std::size_t at = 0; at < shell_.read("3.tlog-proof").size(); at += 43)
    EXPECT_NE(verify_event(with_byte("3.tlog-proof", at)).exit, 0) << at;
  for (std::size_t at = 0; at < shell_.read("city.consistency").size(); at += 43)
    EXPECT_NE(verify_growth(with_byte("city.consistency", at)).exit, 0) << at;
  for (std::size_t at = 0; at < shell_.read("3.event").size(); at += 43)
    EXPECT_EQ(verify_event("3.tlog-proof", with_byte("3.event", at)).exit, 4) << at;
}

TEST_F(ProofFiles, OfAnotherLedgerAreNotVerifiedWithThisOnesKey) {
  ASSERT_EQ(
      shell_.run({"init", "other", "--origin", "other.invalid", "--jurisdiction", "330100"}).exit,
      0);
  save("other.checkpoint", {"checkpoint", "other"});
  const auto ran = shell_.run({"verify", "other.checkpoint", "--key", "@city.keys"});
  EXPECT_EQ(ran.exit, 4);
  EXPECT_TRUE(holds(ran.err, "the checkpoint of other.invalid")) << ran.err;
  EXPECT_EQ(shell_.run({"prove", "city", "--from", "@other.checkpoint"}).exit, 3);
}

TEST_F(ProofFiles, OfConsistencyAreGivenFromEverySize) {
  const auto size = office_.tree_size();
  for (const auto from : {std::uint64_t{1}, size / 2, size - 1, size}) {
    const auto ran = shell_.run({"prove", "city", "--from", std::to_string(from)});
    const auto proof = ledger::read_consistency_proof(ran.out);
    ASSERT_TRUE(proof.has_value()) << ran.told();
    EXPECT_EQ(proof->old_size.value, from);
    EXPECT_EQ(proof->checkpoint, shell_.read("new.checkpoint"));
  }
  EXPECT_EQ(shell_.run({"prove", "city", "--from", "1", "--to", std::to_string(size)}).exit, 0);
  save("city.consistency",
       {"prove", "city", "--from", "@old.checkpoint", "--to", "@new.checkpoint"});
  EXPECT_EQ(verify_growth().exit, 0);
  save("same.consistency",
       {"prove", "city", "--from", "@old.checkpoint", "--to", "@old.checkpoint"});
  EXPECT_EQ(verify_growth("same.consistency").exit, 0);
}

TEST_F(ProofFiles, OfSizesThatAreNoneAreRefused) {
  const auto more = std::to_string(office_.tree_size() + 1);
  const std::vector<std::pair<int, std::vector<std::string>>> refused = {
      {2, {}},
      {2, {"--event", "3", "--from", "3"}},
      {2, {"--event", "3", "--to", "3"}},
      {2, {"--from", "3", "--leaf", "3.event"}},
      {2, {"--from", "x"}},
      {2, {"--from", "-1"}},
      {2, {"--from", "3", "--to", "x"}},
      {3, {"--from", "0"}},
      {3, {"--from", more}},
      {3, {"--from", "1", "--to", "2"}},
      {3, {"--from", "@missing"}},
      {3, {"--from", "@3.event"}},
      {3, {"--from", "@new.checkpoint", "--to", "@old.checkpoint"}}};
  for (const auto& [exit, options] : refused) {
    std::vector<std::string> words{"prove", "city"};
    words.insert(words.end(), options.begin(), options.end());
    const auto ran = shell_.run(words);
    EXPECT_EQ(ran.exit, exit) << ran.told();
    EXPECT_TRUE(ran.out.empty()) << ran.out;
  }
}

TEST_F(ProofFiles, AreFoundThoughTheEnvironmentNamesALedger) {
  shell_.set("KINLEDGER", "city");
  EXPECT_EQ(verify_event().exit, 0);
  EXPECT_EQ(shell_.run({"verify"}).exit, 0);
}

// Ledger and state of one older moment open without a word: only who kept a checkpoint can tell.
TEST_F(ProofFiles, AreNotGivenAgainstACheckpointOfLostOrOtherEvents) {
  const auto recursive = std::filesystem::copy_options::recursive;
  for (const auto* name : {"city", "city.state"})
    std::filesystem::copy(shell_.path(name), shell_.path(std::string("saved-") + name), recursive);
  office_.write_premiums("more.csv", office_.premium_row("2021-04-01", office_.sister));
  ASSERT_EQ(shell_.run({"import", "city", "more.csv"}).exit, 0);
  save("newest.checkpoint", {"checkpoint", "city"});
  for (const auto* name : {"city", "city.state"}) {
    std::filesystem::remove_all(shell_.path(name));
    std::filesystem::rename(shell_.path(std::string("saved-") + name), shell_.path(name));
  }
  const auto lost = shell_.run({"prove", "city", "--from", "@newest.checkpoint"});
  EXPECT_EQ(lost.exit, 4);
  EXPECT_TRUE(holds(lost.err, "restored from an older backup")) << lost.err;
  office_.write_premiums("other.csv", office_.premium_row("2021-04-02", office_.sister));
  ASSERT_EQ(shell_.run({"import", "city", "other.csv"}).exit, 0);
  ASSERT_EQ(shell_.run({"checkpoint", "city"}).exit, 0);
  const auto other = shell_.run({"prove", "city", "--from", "@newest.checkpoint"});
  EXPECT_EQ(other.exit, 4);
  EXPECT_TRUE(holds(other.err, "another history was recorded")) << other.err;
  EXPECT_TRUE(other.out.empty());
}

TEST_F(ProofFiles, AreSignedWithSm2TooOnceThereIsAKey) {
  const auto added = shell_.run({"checkpoint", "city", "--add-sm2"});
  ASSERT_EQ(added.exit, 0) << added.told();
  EXPECT_EQ(shell_.run({"checkpoint", "city", "--add-sm2"}).exit, 3) << "there is one";
  const auto keys = shell_.run({"checkpoint", "city", "--key"}).out;
  EXPECT_EQ(keys, added.out);
  const auto first = keys.substr(0, keys.find('\n'));
  const auto second = keys.substr(first.size() + 1, keys.size() - first.size() - 2);
  EXPECT_TRUE(ledger::read_verifier(first).has_value());
  EXPECT_TRUE(ledger::read_sm2_verifier(second).has_value());
  shell_.write("city.keys", keys);
  save("twice.checkpoint", {"checkpoint", "city"});
  EXPECT_EQ(shell_.run({"checkpoint", "city"}).out, shell_.read("twice.checkpoint"));
  EXPECT_EQ(ledger::read_note(shell_.read("twice.checkpoint")).value().signatures.size(), 2U);
  EXPECT_EQ(shell_.run({"verify", "twice.checkpoint", "--key", second}).exit, 0);
  EXPECT_EQ(shell_.run({"verify", "twice.checkpoint", "--key", "@city.keys"}).exit, 0);
  const auto once = shell_.run({"verify", "new.checkpoint", "--key", "@city.keys"});
  EXPECT_EQ(once.exit, 4);
  EXPECT_TRUE(holds(once.err, "no valid signature of the key (SM2)")) << once.err;
  save("city.consistency", {"prove", "city", "--from", "@old.checkpoint"});
  EXPECT_EQ(verify_growth().exit, 0) << "the older checkpoint has one line";
  save("3.tlog-proof", {"prove", "city", "--event", "3"});
  EXPECT_EQ(verify_event().exit, 0);
  save("status.bundle", {"status", "city", "@child.txt", "--prove"});
  const auto anchored = shell_.run({"verify", "status.bundle", "--key", "@city.keys"});
  EXPECT_EQ(anchored.exit, 0);
  EXPECT_TRUE(anchored.out.starts_with("verified: ")) << anchored.out;
  // Whoever makes a bundle may make its key: that it agrees with itself is all that is said.
  const auto stated = shell_.run({"verify", "status.bundle"});
  EXPECT_EQ(stated.exit, 0);
  EXPECT_TRUE(stated.out.starts_with("consistent with itself, but nothing shows who signed it"))
      << stated.out;
  EXPECT_TRUE(holds(stated.err, "warning: without --key")) << stated.err;
  const auto in_chinese = shell_.run({"verify", "status.bundle", "--lang", "zh"});
  EXPECT_TRUE(in_chinese.out.starts_with("自相一致，但签发者未经证实")) << in_chinese.out;
  EXPECT_EQ(shell_.run({"verify", "status.bundle", "--key", second}).exit, 2) << "SM2 alone";
  EXPECT_EQ(shell_.run({"verify", "status.bundle", "--old", "old.checkpoint"}).exit, 2);
  const auto other = ledger::Sm2Verifier{"test.invalid", {4}}.to_text();
  EXPECT_EQ(shell_.run({"verify", "status.bundle", "--key", other}).exit, 2) << "no point";
}

TEST(Init, MakesAnSm2KeyWhenAskedTo) {
  const Shell shell;
  const auto ran = shell.run(
      {"init", "city", "--origin", "test.invalid", "--jurisdiction", "330100", "--sm2", "--json"});
  ASSERT_EQ(ran.exit, 0) << ran.told();
  EXPECT_TRUE(object_of(ran.out).at("sm2").as_bool());
  EXPECT_EQ(std::filesystem::status(shell.path("city.state/sm2.key")).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  const auto printed = shell.run({"checkpoint", "city"});
  EXPECT_EQ(ledger::read_note(printed.out).value().signatures.size(), 2U);
  EXPECT_EQ(shell.run({"checkpoint", "city"}).out, printed.out);
  std::filesystem::permissions(shell.path("city.state/sm2.key"), std::filesystem::perms::group_read,
                               std::filesystem::perm_options::add);
  const auto refused = shell.run({"checkpoint", "city"});
  EXPECT_EQ(refused.exit, 3);
  EXPECT_TRUE(holds(refused.err, "sm2.key can be read or written by others")) << refused.err;
}

/// The checkpoint with a cosignature of so many seconds ago, and the policy that asks for one.
class CosignedFiles : public ProofFiles {
 protected:
  Ran verify_cosigned(std::int64_t seconds_ago, std::vector<std::string> more = {}) {
    const ledger::Key256 seed(std::array<std::uint8_t, 32>{7});
    const ledger::WitnessVerifier witness{"w.example", ledger::ed25519_public_key(seed)};
    auto note = ledger::read_note(shell_.read("new.checkpoint")).value();
    const auto now = static_cast<std::int64_t>(ledger::cosigned_now().seconds);
    const auto at = static_cast<std::uint64_t>(now - seconds_ago);
    note.signatures.push_back(ledger::cosign_note(note.text, witness.name, seed, {at}));
    shell_.write("cosigned", note.to_text());
    shell_.write("policy", "log " + shell_.read("city.keys") + "witness audit " +
                               witness.to_text() + "\nquorum audit\n");
    std::vector<std::string> words{"verify",   "cosigned", "--key", "@city.keys",
                                   "--policy", "policy",   "--json"};
    words.insert(words.end(), more.begin(), more.end());
    return shell_.run(std::move(words));
  }
};

TEST_F(CosignedFiles, CountWhatWasCosignedInTime) {
  const auto shown = verify_cosigned(3'600);
  ASSERT_EQ(shown.exit, 0) << shown.told();
  const auto told = object_of(shown.out);
  const auto& facts = told.at("cosignatures").as_array();
  ASSERT_EQ(facts.size(), 1U);
  EXPECT_EQ(text(facts[0].as_object(), "witness"), "audit");
  EXPECT_TRUE(text(facts[0].as_object(), "at").starts_with("20")) << shown.out;
  EXPECT_EQ(verify_cosigned(3'600, {"--cosigned-within", "7200"}).exit, 0);
  for (const auto& ran :
       {verify_cosigned(7'300, {"--cosigned-within", "7200"}), verify_cosigned(-900)}) {
    EXPECT_EQ(ran.exit, 4) << ran.told();
    EXPECT_TRUE(holds(ran.err, "[QUORUM_NOT_REACHED]")) << ran.err;
    EXPECT_TRUE(holds(ran.err, "too old, or of a time that has not come")) << ran.err;
  }
  EXPECT_EQ(verify_cosigned(-60).exit, 0) << "clocks differ";
  for (const auto* within : {"0", "-1", "1d", ""})
    EXPECT_EQ(verify_cosigned(1, {"--cosigned-within=" + std::string(within)}).exit, 2) << within;
  EXPECT_EQ(
      shell_.run({"verify", "cosigned", "--key", "@city.keys", "--cosigned-within", "60"}).exit, 2)
      << "without a policy";
}

}  // namespace
}  // namespace kinledger::tools

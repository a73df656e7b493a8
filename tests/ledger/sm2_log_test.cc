// The second signature on a ledger's checkpoints: given when there is a key for it, kept, and never
// left out in silence.
#include <algorithm>
#include <fstream>
#include <iterator>

#include "ledger/key_file.h"
#include "ledger/log_key.h"
#include "tests/ledger/ledger_fixture.h"
#include "tests/ledger/proven.h"

namespace kinledger::ledger {
namespace {

class Sm2LogTest : public LedgerTest {
 protected:
  std::filesystem::path state(const std::string& name) const {
    return directory_.path() / "ledger.state" / name;
  }
  void open() {
    ledger_.reset();
    ledger_ = Ledger::open(options(), random_).value();
  }
  void put_key(const std::string& text, std::filesystem::perms mode) const {
    std::filesystem::remove(state("sm2.key"));
    std::ofstream(state("sm2.key"), std::ios::binary) << text;
    std::filesystem::permissions(state("sm2.key"), mode);
  }
  std::string key_text() const {
    std::ifstream in(state("sm2.key"), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::vector<LogKey> keys() {
    return {ledger_->verifier().value(), ledger_->sm2_verifier().value().value()};
  }
  SignedNote signed_now() { return read_note(ledger_->checkpoint().value().note).value(); }
};

constexpr auto owner_only =
    std::filesystem::perms::owner_read | std::filesystem::perms::owner_write;

TEST_F(Sm2LogTest, WithoutAKeyThereIsOneLine) {
  create();
  EXPECT_FALSE(ledger_->sm2_verifier().value().has_value());
  EXPECT_EQ(signed_now().signatures.size(), 1U);
  EXPECT_FALSE(std::filesystem::exists(state("sm2.key")));
}

TEST_F(Sm2LogTest, BothLinesVerifyEd25519First) {
  create();
  const auto verifier = ledger_->add_sm2_key().value();
  EXPECT_EQ(verifier.name, LedgerTest::origin);
  EXPECT_EQ(std::filesystem::status(state("sm2.key")).permissions(), owner_only);
  const auto note = signed_now();
  ASSERT_EQ(note.signatures.size(), 2U);
  EXPECT_EQ(note.signatures[0].key_id, ledger_->verifier().value().key_id());
  EXPECT_EQ(note.signatures[1].key_id, verifier.key_id());
  const auto checkpoint = read_signed_checkpoint(note.to_text(), keys());
  ASSERT_TRUE(checkpoint.has_value());
  EXPECT_EQ(checkpoint->head, ledger_->durable());
}

TEST_F(Sm2LogTest, TheSameHeadHasTheSameTextAlsoAfterReopening) {
  create();
  (void)ledger_->add_sm2_key().value();
  const auto first = ledger_->checkpoint().value();
  EXPECT_EQ(ledger_->checkpoint().value().note, first.note);
  open();
  EXPECT_EQ(ledger_->checkpoint().value().note, first.note);
  recorded("unit", {unit_recorded("U1")});
  const auto second = ledger_->checkpoint().value();
  EXPECT_NE(second.note, first.note);
  reopen();
  EXPECT_EQ(ledger_->checkpoint().value().note, second.note);
  EXPECT_TRUE(read_signed_checkpoint(second.note, keys()).has_value());
}

TEST_F(Sm2LogTest, ALedgerThatSignedWithoutItSignsItsLastCheckpointAgain) {
  create();
  const auto before = signed_now();
  (void)ledger_->add_sm2_key().value();
  const auto after = signed_now();
  EXPECT_EQ(after.text, before.text);
  ASSERT_EQ(after.signatures.size(), 2U);
  EXPECT_EQ(after.signatures[0].bytes, before.signatures[0].bytes);
  EXPECT_EQ(ledger_->add_sm2_key().error().failure, Failure::conflict);
  EXPECT_EQ(signed_now().to_text(), after.to_text());
}

TEST_F(Sm2LogTest, AKeyThatWasPutThereSignsTheSameHeadToo) {
  create();
  const auto before = signed_now();
  ledger_.reset();
  ASSERT_TRUE(write_key_file(state("sm2.key"), random_sm2_key(random_)));
  open();
  const auto after = signed_now();
  EXPECT_EQ(after.text, before.text);
  EXPECT_TRUE(read_signed_checkpoint(after.to_text(), keys()).has_value());
}

TEST_F(Sm2LogTest, AKeyFileThatIsNotRightIsRefusedByName) {
  create();
  (void)ledger_->add_sm2_key().value();
  const auto good = key_text();
  const auto refused = [&](const std::string& text, std::filesystem::perms mode) {
    put_key(text, mode);
    open();
    const auto error = ledger_->checkpoint().error();
    EXPECT_EQ(error.failure, Failure::invalid) << error.what;
    EXPECT_NE(error.what.find("sm2.key"), std::string::npos) << error.what;
    EXPECT_EQ(ledger_->sm2_verifier().error().failure, Failure::invalid);
    return error.what;
  };
  using std::filesystem::perms;
  for (const auto& text :
       {std::string(), good.substr(0, 64), good.substr(1), good + "\n", std::string(64, '0') + "\n",
        std::string(64, 'f') + "\n", std::string(64, 'g') + "\n"})
    refused(text, owner_only);
  for (const auto open_to_others : {perms::group_read, perms::others_read, perms::others_write})
    EXPECT_NE(refused(good, owner_only | open_to_others).find("chmod 600"), std::string::npos);
  std::filesystem::remove(state("sm2.key"));
  std::filesystem::create_directory(state("sm2.key"));
  open();
  EXPECT_EQ(ledger_->checkpoint().error().failure, Failure::invalid);
  std::filesystem::remove(state("sm2.key"));
  std::filesystem::create_symlink("nowhere", state("sm2.key"));
  open();
  EXPECT_EQ(ledger_->checkpoint().error().failure, Failure::invalid);
  put_key(good, owner_only);
  open();
  EXPECT_TRUE(ledger_->checkpoint());
}

TEST_F(Sm2LogTest, IsNotLeftOutInSilenceWhenItsKeyIsLostOrAnother) {
  create();
  const auto lost = ledger_->add_sm2_key().value();
  (void)ledger_->checkpoint().value();
  const auto good = key_text();
  std::filesystem::remove(state("sm2.key"));
  open();
  auto error = ledger_->checkpoint().error();
  EXPECT_EQ(error.failure, Failure::invalid);
  EXPECT_NE(error.what.find("sm2.key does not exist"), std::string::npos) << error.what;
  ASSERT_TRUE(write_key_file(state("sm2.key"), random_sm2_key(random_)));
  open();
  error = ledger_->checkpoint().error();
  EXPECT_EQ(error.failure, Failure::invalid);
  EXPECT_NE(error.what.find("sm2.key holds another one"), std::string::npos) << error.what;
  put_key(good, owner_only);
  open();
  EXPECT_TRUE(ledger_->checkpoint());
  EXPECT_EQ(ledger_->sm2_verifier().value(), lost);
}

TEST_F(Sm2LogTest, ALostKeyIsReplacedWhenAskedFor) {
  create();
  const auto lost = ledger_->add_sm2_key().value();
  const auto before = signed_now();
  std::filesystem::remove(state("sm2.key"));
  open();
  const auto made = ledger_->add_sm2_key().value();
  EXPECT_NE(made, lost);
  const auto after = signed_now();
  EXPECT_EQ(after.text, before.text);
  ASSERT_EQ(after.signatures.size(), 2U);
  EXPECT_TRUE(read_signed_checkpoint(after.to_text(), keys()).has_value());
  EXPECT_FALSE(is_signed_by(after, lost));
  EXPECT_EQ(ledger_->add_sm2_key().error().failure, Failure::conflict);
}

TEST_F(Sm2LogTest, ADamagedSecondLineIsNotGivenOut) {
  create();
  (void)ledger_->add_sm2_key().value();
  auto note = signed_now();
  note.signatures.back().bytes.back() ^= 1;
  std::ofstream(state("checkpoint"), std::ios::binary | std::ios::trunc) << note.to_text();
  EXPECT_EQ(ledger_->checkpoint().error().failure, Failure::corrupt);
}

TEST_F(Sm2LogTest, EventsAreProvenInWhatIsSignedTwice) {
  create();
  (void)ledger_->add_sm2_key().value();
  recorded("unit", {unit_recorded("U1")});
  const auto proof = ledger_->prove({1}).value();
  const auto located = ledger_->journal().locate({1}).value();
  EXPECT_TRUE(is_proven(proof, leaf_hash(located.event({1})), ledger_->verifier().value()));
  EXPECT_TRUE(read_signed_checkpoint(proof.checkpoint, keys()).has_value());
}

}  // namespace
}  // namespace kinledger::ledger

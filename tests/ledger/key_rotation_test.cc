// Another key in the place of the one that signs: recorded, signed with beside the one before, and
// whole whichever step a crash comes between.
#include <fstream>

#include "ledger/key_file.h"
#include "ledger/log_key.h"
#include "tests/ledger/ledger_fixture.h"

namespace kinledger::ledger {
namespace {

namespace fs = std::filesystem;

class KeyRotationTest : public LedgerTest {
 protected:
  using KeyInForce = Ledger::KeyInForce;

  KeyRotationTest() {
    create();
    first_ = ledger_->verifier().value();
  }

  fs::path state(const std::string& name) const {
    return directory_.path() / "ledger.state" / name;
  }
  /// Draws a key and records it.
  Outcome rotate(KeyInForce said = KeyInForce::is_there) {
    return ledger_->submit(ledger_->key_rotation(said).value(), vocabulary_).value();
  }
  SignedNote signed_now() { return read_note(ledger_->checkpoint().value().note).value(); }
  std::size_t lines() { return signed_now().signatures.size(); }
  bool has_signed(const NoteVerifier& key) { return is_signed_by(signed_now(), key); }

  NoteVerifier first_;
};

TEST_F(KeyRotationTest, IsRecordedAndBothKeysSign) {
  const auto before = ledger_->checkpoint().value();
  const auto receipt = rotate().receipt.value();
  const auto second = ledger_->verifier().value();
  EXPECT_NE(second, first_);
  EXPECT_EQ(ledger_->former_verifier().value(), first_);
  EXPECT_TRUE(has_signed(first_));
  EXPECT_TRUE(has_signed(second));
  EXPECT_EQ(signed_now().signatures.front().key_id, second.key_id()) << "the one in force first";

  const auto located = ledger_->journal().locate(receipt.first).value();
  const auto event = EventView::read(located.event(receipt.first)).value();
  EXPECT_EQ(event.type(), EventType::key_rotated);
  EXPECT_EQ(event.text(Field::public_key), as_text(second.key));
  EXPECT_EQ(event.text(Field::previous_public_key), as_text(first_.key));
  EXPECT_EQ(ledger_->stated_keys().all(), (std::vector<NoteVerifier>{first_, second}));
  EXPECT_TRUE(ledger_->stated_keys().read_checkpoint(before.note).has_value());

  const auto note = ledger_->checkpoint().value().note;
  reopen();
  EXPECT_EQ(ledger_->checkpoint().value().note, note);
  EXPECT_EQ(ledger_->verifier().value(), second);
}

TEST_F(KeyRotationTest, OnceRetiredTheKeyBeforeSignsNoMore) {
  rotate();
  const auto second = ledger_->verifier().value();
  (void)ledger_->checkpoint().value();
  ASSERT_TRUE(ledger_->retire_key());
  EXPECT_FALSE(fs::exists(state("signing.key.former")));
  EXPECT_FALSE(ledger_->former_verifier().value().has_value());
  recorded("unit", {unit_recorded("U1")});
  EXPECT_EQ(lines(), 1U);
  EXPECT_TRUE(has_signed(second));
  EXPECT_EQ(ledger_->retire_key().error().failure, Failure::conflict);
  reopen();
  EXPECT_EQ(lines(), 1U);
}

TEST_F(KeyRotationTest, OneAfterTheOther) {
  rotate();
  EXPECT_EQ(ledger_->key_rotation(KeyInForce::is_there).error().failure, Failure::conflict)
      << "three keys at a time are one too many";
  ASSERT_TRUE(ledger_->retire_key());
  rotate();
  EXPECT_EQ(ledger_->stated_keys().all().size(), 3U);
  EXPECT_EQ(lines(), 2U);
  EXPECT_FALSE(has_signed(first_));
  reopen();
  EXPECT_EQ(ledger_->stated_keys().all().size(), 3U);
}

TEST_F(KeyRotationTest, AKeyThatIsLostIsReplacedWhenThatIsSaid) {
  const auto before = ledger_->checkpoint().value();
  ledger_.reset();
  fs::remove(state("signing.key"));
  ledger_ = Ledger::open(options(), random_).value();
  EXPECT_EQ(ledger_->checkpoint().error().failure, Failure::invalid);
  EXPECT_EQ(ledger_->key_rotation(KeyInForce::is_there).error().failure, Failure::invalid);
  rotate(KeyInForce::is_lost);
  EXPECT_EQ(lines(), 1U);
  EXPECT_TRUE(has_signed(ledger_->verifier().value()));
  EXPECT_FALSE(has_signed(first_));
  EXPECT_TRUE(ledger_->stated_keys().read_checkpoint(before.note).has_value());
  EXPECT_EQ(ledger_->key_rotation(KeyInForce::is_lost).error().failure, Failure::conflict)
      << "it is there now";
  reopen();
  EXPECT_EQ(lines(), 1U);
}

/// The one before signs on: who knows only that one is not left alone.
TEST_F(KeyRotationTest, AKeyThatIsLostBeforeTheOneBeforeIsRetiredIsReplacedToo) {
  rotate();
  const auto second = ledger_->verifier().value();
  ledger_.reset();
  fs::remove(state("signing.key"));
  ledger_ = Ledger::open(options(), random_).value();
  rotate(KeyInForce::is_lost);
  EXPECT_EQ(lines(), 2U);
  EXPECT_TRUE(has_signed(ledger_->verifier().value()));
  EXPECT_TRUE(has_signed(first_));
  EXPECT_FALSE(has_signed(second));
  EXPECT_TRUE(ledger_->retire_key());
  reopen();
}

TEST_F(KeyRotationTest, AKeyThatIsNotRecordedDoesNotSign) {
  const auto submission = ledger_->key_rotation(KeyInForce::is_there).value();
  EXPECT_TRUE(fs::exists(state("signing.key.next")));
  reopen();
  EXPECT_EQ(ledger_->verifier().value(), first_);
  EXPECT_EQ(lines(), 1U);
  EXPECT_EQ(ledger_->key_rotation(KeyInForce::is_there).value().key, submission.key)
      << "the key that was drawn is not thrown away";
}

/// The files of the state directory, to be put back.
std::map<std::string, std::string> files_in(const fs::path& directory) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::directory_iterator(directory)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    files[entry.path().filename()] = {std::istreambuf_iterator<char>(in), {}};
  }
  return files;
}

TEST_F(KeyRotationTest, ARotationThatWasInterruptedIsFinishedByTheNextStart) {
  const auto submission = ledger_->key_rotation(KeyInForce::is_there).value();
  auto files = files_in(directory_.path() / "ledger.state");
  (void)ledger_->submit(submission, vocabulary_).value();
  const auto second = ledger_->verifier().value();
  const auto put_key = [&](const std::string& name, const std::string& text) {
    fs::remove(state(name));
    std::ofstream(state(name), std::ios::binary) << text;
    fs::permissions(state(name), fs::perms::owner_read | fs::perms::owner_write);
  };
  for (const bool first_is_aside : {false, true}) {
    ledger_.reset();
    for (const auto* name : {"signing.key", "signing.key.next", "signing.key.former"})
      fs::remove(state(name));
    put_key(first_is_aside ? "signing.key.former" : "signing.key", files["signing.key"]);
    put_key("signing.key.next", files["signing.key.next"]);
    ledger_ = Ledger::open(options(), random_).value();
    EXPECT_EQ(ledger_->verifier().value(), second) << first_is_aside;
    EXPECT_EQ(ledger_->former_verifier().value(), first_) << first_is_aside;
    EXPECT_FALSE(fs::exists(state("signing.key.next")));
    EXPECT_EQ(lines(), 2U);
  }
}

TEST_F(KeyRotationTest, AFileOfAnotherKeyIsRefusedByName) {
  rotate();
  EXPECT_EQ(ledger_->former_verifier().value(), first_) << "the files are in their places";
  ledger_.reset();
  const auto stranger = Key256::random(random_);
  fs::remove(state("signing.key.former"));
  ASSERT_TRUE(write_key_file(state("signing.key.former"), stranger));
  ledger_ = Ledger::open(options(), random_).value();
  const auto former = ledger_->checkpoint().error();
  EXPECT_EQ(former.failure, Failure::invalid);
  EXPECT_NE(former.what.find("signing.key.former"), std::string::npos) << former.what;

  ledger_.reset();
  fs::remove(state("signing.key.former"));
  fs::remove(state("signing.key"));
  ASSERT_TRUE(write_key_file(state("signing.key"), stranger));
  ledger_ = Ledger::open(options(), random_).value();
  const auto key = ledger_->checkpoint().error();
  EXPECT_EQ(key.failure, Failure::invalid);
  EXPECT_NE(key.what.find("signing.key "), std::string::npos) << key.what;
  EXPECT_EQ(ledger_->key_rotation(KeyInForce::is_lost).error().failure, Failure::conflict)
      << "what is there is moved away by hand";
}

TEST_F(KeyRotationTest, ThePublicKeysOfALogFollowFromItsEvents) {
  rotate();
  const auto second = ledger_->verifier().value();
  const auto at = [&](std::uint64_t sequence) { return Sequence{sequence}; };
  const auto size = ledger_->durable().size.value;
  const auto created = ledger_->journal().locate(at(0)).value();
  const auto rotated = ledger_->journal().locate(at(size - 1)).value();
  const auto create_event = EventView::read(created.event(at(0))).value();
  const auto rotate_event = EventView::read(rotated.event(at(size - 1))).value();
  StatedKeys keys;
  EXPECT_FALSE(keys.take(rotate_event)) << "a log begins with LedgerCreated";
  EXPECT_TRUE(keys.take(create_event));
  EXPECT_EQ(keys.in_force(), first_);
  EXPECT_TRUE(keys.take(rotate_event));
  EXPECT_EQ(keys.in_force(), second);
  EXPECT_FALSE(keys.take(rotate_event)) << "it does not follow from itself";
  EXPECT_EQ(keys.all().size(), 2U);
}

TEST_F(KeyRotationTest, ALedgerThatIsReadOnlyGivesWhatAnyOfItsKeysSigned) {
  const auto before = ledger_->checkpoint().value();
  rotate();
  ledger_.reset();
  fs::remove(state("mark"));
  auto given = options();
  given.may_be_read_only = true;
  ledger_ = Ledger::open(given, random_).value();
  ASSERT_TRUE(ledger_->read_only().has_value());
  EXPECT_EQ(ledger_->checkpoint().value().note, before.note);
  EXPECT_EQ(ledger_->key_rotation(KeyInForce::is_there).error().failure, Failure::unavailable);
  EXPECT_EQ(ledger_->retire_key().error().failure, Failure::unavailable);
}

}  // namespace
}  // namespace kinledger::ledger

// Which ledgers are opened, and by whom: one process, the format that the program knows, a journal
// that is not behind its mark, keys that nobody else can read.

#include <algorithm>
#include <fstream>
#include <map>

#include "ledger/id_halves.h"
#include "ledger/key_file.h"
#include "ledger/ledger.h"
#include "ledger/mark.h"
#include "tests/ledger/ledger_fixture.h"

namespace kinledger::ledger {
namespace {

TEST_F(LedgerTest, LetsOneProcessIn) {
  create();
  const auto second = Ledger::open(options(), random_);
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().failure, Failure::unavailable);
  EXPECT_NE(second.error().what.find("process"), std::string::npos);
}

/// A ledger that is only read all year must not be full of files.
TEST_F(LedgerTest, IsOpenedOftenWithoutLeavingFiles) {
  create();
  recorded("k1", {person_registered(example_child, "小明")});
  const auto files = [&] {
    ledger_.reset();
    std::map<std::filesystem::path, int> count;
    for (const auto& file : std::filesystem::recursive_directory_iterator(directory_.path()))
      if (file.is_regular_file()) ++count[file.path().parent_path()];
    ledger_ = Ledger::open(options(), random_).value();
    return count;
  };
  for (int i = 0; i < 4; ++i) (void)files();  // RocksDB keeps a few of its logs for people
  const auto before = files();
  for (int i = 0; i < 4; ++i) (void)files();
  EXPECT_EQ(files(), before);
  EXPECT_EQ(ledger_->durable().size.value, 2u);
}

TEST_F(LedgerTest, NoticesAnOlderJournalBehindTheMark) {
  create();
  recorded("k1", {person_registered(example_child, "小明")});
  ledger_.reset();
  const auto journal = directory_.path() / "ledger" / "journal";
  const auto backup = directory_.path() / "backup";
  std::filesystem::copy(journal, backup, std::filesystem::copy_options::recursive);
  ledger_ = Ledger::open(options(), random_).value();
  recorded("k2", {person_registered(example_parent, "大明")});
  ledger_.reset();
  std::filesystem::remove_all(journal);
  std::filesystem::rename(backup, journal);
  const auto opened = Ledger::open(options(), random_);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().failure, Failure::corrupt);
}

/// Bytes of every file below a directory.
std::map<std::filesystem::path, std::string> contents_of(const std::filesystem::path& directory) {
  std::map<std::filesystem::path, std::string> out;
  for (const auto& file : std::filesystem::recursive_directory_iterator(directory)) {
    if (!file.is_regular_file()) continue;
    std::ifstream in(file.path(), std::ios::binary);
    out[file.path()].assign(std::istreambuf_iterator<char>(in), {});
  }
  return out;
}

/// What a newer program left half done is not this one's to settle: the vault is not even opened.
TEST_F(LedgerTest, RefusesANewerFormatAndChangesNothing) {
  create();
  recorded("k1", {person_registered(example_child, "小明")}, true);
  const auto id = ledger_->identity().id;
  ledger_.reset();
  const auto journal = directory_.path() / "ledger/journal";
  const auto vault = directory_.path() / "ledger/vault";
  const auto mark = directory_.path() / "ledger.state/mark";
  EventDraft draft;
  draft.type = EventType::ledger_created;
  draft.envelope.recorded_at = now_;
  draft.envelope.fact = random_id<FactId>(random_);
  draft.envelope.jurisdiction = {330100};
  draft.envelope.valid_on = date("2021-01-01");
  set_halves(draft, Field::ledger_high, Field::ledger_low, id);
  draft.set(Field::origin, origin);
  draft.set(Field::format_version, std::int64_t{2});
  draft.set(Field::program_version, "9.0.0");
  draft.set(Field::simulated_clock, static_cast<std::int64_t>(YesNo::yes));
  draft.set(Field::public_key, std::string(32, 'k'));
  Bytes event;
  ASSERT_TRUE(encode(draft, event));
  TreeEdge edge;
  Commit commit(edge);
  commit.add_event(event);
  commit.finish();
  std::filesystem::remove_all(journal);
  std::filesystem::remove(mark);
  ASSERT_TRUE(Journal::create(journal).value()->append_if_tail(commit));
  ASSERT_TRUE(Mark::create(mark, id).value()->advance(commit.head()));
  const auto before = contents_of(vault);

  const auto opened = Ledger::open(options(), random_);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().failure, Failure::invalid);
  for (const auto& said : {opened.error().what, opened.error().zh}) {
    EXPECT_NE(said.find('2'), std::string::npos) << said;
    EXPECT_NE(said.find('1'), std::string::npos) << said;
  }
  EXPECT_EQ(contents_of(vault), before);
  const auto kept = Journal::open(journal).value();
  EXPECT_EQ(kept->root(kept->size()).value(), commit.head().root);
  EXPECT_EQ(Mark::open(mark, id).value()->head(), commit.head());
}

/// What is there is what it has; nothing is recorded, signed or written.
TEST_F(LedgerTest, IsOnlyReadWithoutItsMark) {
  create();
  recorded("k1", {person_registered(example_child, "小明")});
  const auto signed_last = ledger_->checkpoint().value();
  recorded("k2", {person_registered(example_parent, "大明")});
  const auto head = ledger_->durable();
  const auto verifier = ledger_->verifier().value();
  ledger_.reset();
  std::filesystem::remove(directory_.path() / "ledger.state/mark");
  auto reading = options();
  EXPECT_FALSE(Ledger::open(reading, random_).has_value());
  const auto before = contents_of(directory_.path());
  reading.may_be_read_only = true;
  ledger_ = Ledger::open(reading, random_).value();
  ASSERT_TRUE(ledger_->read_only().has_value());
  EXPECT_NE(ledger_->read_only()->what.find("mark"), std::string::npos);
  EXPECT_EQ(ledger_->durable(), head);
  EXPECT_EQ(ledger_->verifier()->to_text(), verifier.to_text());
  EXPECT_TRUE(ledger_->vault().find(example_child)->has_value());
  EXPECT_EQ(ledger_->checkpoint()->note, signed_last.note) << "nothing new is signed";
  EXPECT_TRUE(ledger_->prove({0}).has_value());
  EXPECT_FALSE(ledger_->prove({signed_last.head.size.value}).has_value());
  const auto refused = hand_in("k3", {person_registered(resident("20120616", 3), "小红")});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().failure, Failure::unavailable);
  EXPECT_FALSE(ledger_->add_sm2_key().has_value());
  EXPECT_FALSE(ledger_->link_to(ledger_->link_scratch()).has_value());
  ledger_.reset();
  EXPECT_EQ(contents_of(directory_.path()), before);
}

TEST_F(LedgerTest, IsOpenedAsEverWhenItsStateAgrees) {
  create();
  recorded("k1", {person_registered(example_child, "小明")});
  ledger_.reset();
  auto reading = options();
  reading.may_be_read_only = true;
  ledger_ = Ledger::open(reading, random_).value();
  EXPECT_FALSE(ledger_->read_only().has_value());
  recorded("k2", {person_registered(example_parent, "大明")});
}

/// Its own mark and keys agree with each other, and with nothing else.
TEST_F(LedgerTest, RefusesTheStateOfAnotherLedger) {
  create();
  ledger_.reset();
  auto others = options();
  others.directory = directory_.path() / "other";
  ASSERT_TRUE(Ledger::create(others, "other.invalid", {330100}, random_).has_value());
  others.directory = options().directory;
  others.state = directory_.path() / "other.state";
  const auto opened = Ledger::open(others, random_);
  ASSERT_FALSE(opened.has_value());
  EXPECT_NE(opened.error().what.find("of another ledger"), std::string::npos);
  others.may_be_read_only = true;
  const auto read = Ledger::open(others, random_);
  ASSERT_TRUE(read.has_value()) << read.error().what;
  EXPECT_TRUE((*read)->read_only().has_value());
  EXPECT_FALSE((*read)->vault().find(example_child).has_value())
      << "without its key nobody is found";
  EXPECT_EQ((*read)->identity().origin, origin);
}

/// The events do not need it: what they say can be shown, and who a person is cannot.
TEST_F(LedgerTest, IsOnlyReadWithAnotherKeyOfTheVault) {
  create();
  recorded("k1", {person_registered(example_child, "小明")});
  const auto head = ledger_->durable();
  ledger_.reset();
  const auto key = directory_.path() / "ledger.state" / "vault.key";
  std::filesystem::rename(key, directory_.path() / "kept");
  ASSERT_TRUE(create_key_file(key, random_).has_value());
  auto reading = options();
  EXPECT_EQ(Ledger::open(reading, random_).error().failure, Failure::invalid);
  reading.may_be_read_only = true;
  ledger_ = Ledger::open(reading, random_).value();
  ASSERT_TRUE(ledger_->read_only().has_value());
  EXPECT_NE(ledger_->read_only()->what.find("vault.key"), std::string::npos);
  EXPECT_EQ(ledger_->durable(), head);
  EXPECT_FALSE(ledger_->vault().find(example_child).has_value());
  EXPECT_FALSE(hand_in("k2", {person_registered(example_parent, "大明")}).has_value());
  ledger_.reset();
  std::filesystem::rename(directory_.path() / "kept", key);
  ledger_ = Ledger::open(options(), random_).value();
  EXPECT_TRUE(ledger_->vault().find(example_child)->has_value());
  recorded("k2", {person_registered(example_parent, "大明")});
}

TEST_F(LedgerTest, RefusesAKeyFileThatOthersCanRead) {
  create();
  ledger_.reset();
  const auto key = directory_.path() / "ledger.state" / "vault.key";
  std::filesystem::permissions(key, std::filesystem::perms::others_read,
                               std::filesystem::perm_options::add);
  const auto opened = Ledger::open(options(), random_);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().failure, Failure::invalid);
}

}  // namespace
}  // namespace kinledger::ledger

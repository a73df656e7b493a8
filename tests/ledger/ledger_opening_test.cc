// Which ledgers are opened, and by whom: one process, the format that the program knows, a journal
// that is not behind its mark, keys that nobody else can read.

#include <algorithm>
#include <fstream>
#include <map>

#include "ledger/id_halves.h"
#include "ledger/ledger.h"
#include "ledger/mark.h"
#include "tests/ledger/ledger_fixture.h"

namespace kinledger::ledger {
namespace {

const auto child = resident("20120615", 1);
const auto parent = resident("19800229", 2);

TEST_F(LedgerTest, LetsOneProcessIn) {
  create();
  const auto second = Ledger::open(options(), random_);
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().failure, Failure::unavailable);
  EXPECT_NE(second.error().what.find("process"), std::string::npos);
}

TEST_F(LedgerTest, NoticesAnOlderJournalBehindTheMark) {
  create();
  recorded("k1", {person_registered(child, "小明")});
  ledger_.reset();
  const auto journal = directory_.path() / "ledger" / "journal";
  const auto backup = directory_.path() / "backup";
  std::filesystem::copy(journal, backup, std::filesystem::copy_options::recursive);
  ledger_ = Ledger::open(options(), random_).value();
  recorded("k2", {person_registered(parent, "大明")});
  ledger_.reset();
  std::filesystem::remove_all(journal);
  std::filesystem::rename(backup, journal);
  const auto opened = Ledger::open(options(), random_);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().failure, Failure::corrupt);
}

/// Bytes of every file below a directory.
std::map<std::filesystem::path, std::string> contents(const std::filesystem::path& directory) {
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
  recorded("k1", {person_registered(child, "小明")}, true);
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
  const auto before = contents(vault);

  const auto opened = Ledger::open(options(), random_);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().failure, Failure::invalid);
  for (const auto& said : {opened.error().what, opened.error().zh}) {
    EXPECT_NE(said.find('2'), std::string::npos) << said;
    EXPECT_NE(said.find('1'), std::string::npos) << said;
  }
  EXPECT_EQ(contents(vault), before);
  const auto kept = Journal::open(journal).value();
  EXPECT_EQ(kept->root(kept->size()).value(), commit.head().root);
  EXPECT_EQ(Mark::open(mark, id).value()->head(), commit.head());
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

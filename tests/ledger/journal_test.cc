// The journal: what was committed is read back, the tree over it is right, damage is named.

#include "ledger/journal.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/test_directory.h"

namespace kinledger::ledger {
namespace {

Bytes event_numbered(std::uint64_t number, std::int64_t recorded_at = 1'000'000) {
  EventDraft draft;
  draft.type = EventType::premium_paid;
  draft.envelope.recorded_at = {recorded_at};
  draft.envelope.ordinal = static_cast<std::uint32_t>(number);
  draft.set(Field::amount, Fen{static_cast<std::int64_t>(number)});
  Bytes out;
  EXPECT_TRUE(encode(draft, out).has_value());
  return out;
}

class JournalTest : public testing::Test {
 protected:
  std::filesystem::path path() const { return directory_.path() / "journal"; }

  /// Commits `count` events in one commit and checks the root against one computed from leaves.
  void commit(Journal& journal, std::uint64_t count, std::int64_t recorded_at = 1'000'000) {
    auto edge = journal.edge().value();
    Commit commit(edge);
    for (std::uint64_t i = 0; i < count; ++i) {
      const auto event = event_numbered(commit.next().value, recorded_at);
      leaves_.push_back(leaf_hash(event));
      commit.add_event(event);
    }
    commit.finish();
    const auto head = commit.head();
    ASSERT_TRUE(journal.append_if_tail(commit).has_value());
    TreeEdge whole;
    whole.append(leaves_);
    ASSERT_EQ(head, whole.head());
    ASSERT_EQ(journal.root(journal.size()).value(), whole.root());
  }

  TestDirectory directory_;
  std::vector<Hash> leaves_;
};

TEST_F(JournalTest, GivesBackEveryEventAfterReopening) {
  {
    auto journal = Journal::create(path()).value();
    for (const auto count : {1, 1, 3, 600, 7, 1030}) commit(*journal, count);
  }
  auto journal = Journal::open(path()).value();
  ASSERT_EQ(journal->size().value, 1642u);
  for (const std::uint64_t sequence : {0, 1, 2, 5, 516, 517, 611, 612, 1641}) {
    const auto located = journal->locate({sequence}).value();
    const auto stored = located.event({sequence});
    EXPECT_EQ(Bytes(stored.begin(), stored.end()), event_numbered(sequence));
  }
  std::uint64_t seen = 0;
  ASSERT_TRUE(journal
                  ->read({0}, journal->size(),
                         [&](Sequence first, const Page& page) {
                           EXPECT_EQ(first.value, seen);
                           seen += page.count();
                           return true;
                         })
                  .has_value());
  EXPECT_EQ(seen, 1642u);
}

TEST_F(JournalTest, KnowsTheRootOfEveryEarlierSize) {
  auto journal = Journal::create(path()).value();
  commit(*journal, 700);
  commit(*journal, 1);
  commit(*journal, 99);
  TreeEdge edge;
  for (std::size_t size = 0; size <= leaves_.size(); ++size) {
    ASSERT_EQ(journal->root({size}).value(), edge.root()) << size;
    if (size < leaves_.size()) edge.append({&leaves_[size], 1});
  }
}

TEST_F(JournalTest, RefusesACommitThatIsNotOnTopOfTheTail) {
  auto journal = Journal::create(path()).value();
  auto edge = journal->edge().value();
  Commit stale(edge);
  stale.add_event(event_numbered(0));
  stale.finish();
  commit(*journal, 1);
  EXPECT_EQ(journal->append_if_tail(stale).error().failure, Failure::conflict);
  EXPECT_EQ(journal->size().value, 1u);
}

TEST_F(JournalTest, ResolvesAnInstantToASize) {
  auto journal = Journal::create(path()).value();
  EXPECT_EQ(journal->size_at({5}).value().value, 0u);
  commit(*journal, 3, 100);
  commit(*journal, 2, 100);
  commit(*journal, 600, 200);
  commit(*journal, 1, 300);
  const auto at = [&](std::int64_t instant) { return journal->size_at({instant}).value().value; };
  EXPECT_EQ(at(99), 0u);
  EXPECT_EQ(at(100), 5u);
  EXPECT_EQ(at(199), 5u);
  EXPECT_EQ(at(200), 605u);
  EXPECT_EQ(at(299), 605u);
  EXPECT_EQ(at(1'000'000), 606u);
}

TEST_F(JournalTest, RemembersSubmissionsReplacementsAndUnits) {
  const SubmissionRecord record{leaf_hash({}), {0}, 2, {77}};
  SubmissionId id;
  id.bytes[0] = 9;
  UnitId unit;
  unit.bytes[3] = 4;
  {
    auto journal = Journal::create(path()).value();
    auto edge = journal->edge().value();
    Commit commit(edge);
    commit.add_event(event_numbered(0));
    commit.add_event(event_numbered(1));
    commit.add_submission(id, record);
    commit.add_replacement({0}, {1});
    commit.add_unit(unit, {1});
    commit.finish();
    ASSERT_TRUE(journal->append_if_tail(commit).has_value());
  }
  auto journal = Journal::open(path()).value();
  EXPECT_EQ(journal->submission(id).value(), record);
  EXPECT_EQ(journal->submission({}).value(), std::nullopt);
  EXPECT_EQ(journal->replaced_by({0}).value(), Sequence{1});
  EXPECT_EQ(journal->replaced_by({1}).value(), std::nullopt);
  EXPECT_EQ(journal->unit_recorded_by(unit).value(), Sequence{1});
}

TEST_F(JournalTest, IsMadeOnceAndOpenedOnlyWhereItIs) {
  EXPECT_FALSE(Journal::open(path()).has_value());
  auto journal = Journal::create(path()).value();
  journal.reset();
  EXPECT_FALSE(Journal::create(path()).has_value());
}

TEST_F(JournalTest, AFlippedBitInALogFileIsNeverReadAsData) {
  {
    auto journal = Journal::create(path()).value();
    commit(*journal, 400);
    commit(*journal, 400);
  }
  std::filesystem::path log;
  for (const auto& file : std::filesystem::directory_iterator(path()))
    if (file.path().extension() == ".log" && file.file_size() > 1000) log = file.path();
  ASSERT_FALSE(log.empty());
  std::fstream file(log, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(30'000);
  const auto byte = static_cast<char>(file.get());
  file.seekp(30'000);
  file.put(static_cast<char>(byte ^ 1));
  file.close();
  EXPECT_FALSE(Journal::open(path()).has_value());
}

TEST(Page, RefusesEveryTruncationAndAnyOddHeader) {
  PageWriter writer;
  for (std::uint64_t i = 0; i < 5; ++i) writer.add(event_numbered(i));
  const auto page = writer.finish();
  ASSERT_EQ(Page::read(page).value().count(), 5u);
  for (std::size_t bytes = 0; bytes < page.size(); ++bytes)
    EXPECT_FALSE(Page::read(ByteView(page).first(bytes)).has_value()) << bytes;
  for (std::size_t at = 0; at < 16; ++at)
    for (int bit = 0; bit < 8; ++bit) {
      auto changed = page;
      changed[at] = static_cast<std::uint8_t>(changed[at] ^ (1 << bit));
      EXPECT_FALSE(Page::read(changed).has_value()) << at << ":" << bit;
    }
}

}  // namespace
}  // namespace kinledger::ledger

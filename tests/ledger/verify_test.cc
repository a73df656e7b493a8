// Somebody with write access to the journal's files edits it. Each kind of edit is found, and the
// first event that cannot be trusted is named.

#include "ledger/verify.h"

#include <cstring>
#include <functional>

#include "tests/ledger/intruder.h"
#include "tests/ledger/ledger_fixture.h"

namespace kinledger::ledger {
namespace {

constexpr int events_recorded = 700;
constexpr std::uint64_t corrected_event = 1 + events_recorded;  // behind the registrations
constexpr std::uint64_t unit_event = 1 + 2 * events_recorded;

class VerifyTest : public LedgerTest {
 protected:
  void SetUp() override {
    create();
    std::vector<SubmittedEvent> events;
    for (int i = 0; i < events_recorded; ++i)
      events.push_back(premium_paid(resident("20150101", i), "2021-03-31", Fen{100 + i}));
    recorded("many", events, true);
    recorded("unit", {unit_recorded("U1")});
    auto corrected = premium_paid(resident("20150101", 0), "2021-03-31", Fen{1});
    corrected.correction = CorrectionRequest{
        {corrected_event}, CorrectionCause::wrong_amount, CorrectionAuthority::agency, ""};
    recorded("correction", {corrected});
    head_ = ledger_->durable();
    ledger_.reset();
  }

  std::filesystem::path journal_path() { return directory_.path() / "ledger" / "journal"; }

  std::optional<Damage> after(const std::function<void(Intruder&)>& edit) {
    {
      Intruder intruder(journal_path());
      edit(intruder);
    }
    const auto journal = Journal::open(journal_path());
    if (!journal) return Damage{{0}, journal.error().what};
    const auto verified = verify(**journal, head_, {2, nullptr});
    EXPECT_TRUE(verified.has_value());
    return verified->damage;
  }

  TreeHead head_;
};

// The first page holds LedgerCreated; the submission follows in pages of 512 from event 1.
constexpr std::uint64_t second_page = 513;

TEST_F(VerifyTest, FindsNothingWhereNothingWasDone) {
  EXPECT_FALSE(after([](Intruder&) {}).has_value());
}

TEST_F(VerifyTest, NamesAChangedEvent) {
  const auto damage = after([](Intruder& intruder) {
    edit_event(intruder, second_page, 100, [](std::span<std::uint8_t> event) {
      event[16] = static_cast<std::uint8_t>(event[16] ^ 1);
    });
  });
  ASSERT_TRUE(damage.has_value());
  EXPECT_EQ(damage->sequence, Sequence{second_page + 100});
}

TEST_F(VerifyTest, NamesTheBlockOfAnEventChangedTogetherWithItsLeafHash) {
  const auto damage = after([](Intruder& intruder) {
    Hash leaf;
    edit_event(intruder, second_page, 3, [&](std::span<std::uint8_t> event) {
      event[16] = static_cast<std::uint8_t>(event[16] ^ 1);
      leaf = leaf_hash(event);
    });
    auto key = std::string("L") + intruder.page_key(second_page);
    auto leaves = intruder.get(hashes, key);
    std::memcpy(leaves.data() + 3 * sizeof(Hash), leaf.bytes.data(), sizeof(Hash));
    intruder.put(hashes, key, leaves);
  });
  ASSERT_TRUE(damage.has_value());
  EXPECT_EQ(damage->sequence, Sequence{512}) << "its block of 256";
}

TEST_F(VerifyTest, NamesAnEventThatWasReTimed) {
  const auto damage = after([](Intruder& intruder) {
    edit_event(intruder, 1, 7, [](std::span<std::uint8_t> event) { set_recorded_at(event, {1}); });
  });
  ASSERT_TRUE(damage.has_value());
  EXPECT_EQ(damage->sequence, Sequence{8});
}

TEST_F(VerifyTest, NamesTheFirstOfTwoSwappedEvents) {
  const auto damage = after([](Intruder& intruder) {
    const auto key = intruder.page_key(1);
    const auto page = Page::read(as_bytes(intruder.get(pages, key))).value();
    PageWriter writer;
    for (std::size_t i = 0; i < page.count(); ++i)
      writer.add(page.event(i == 40 ? 41 : i == 41 ? 40 : i));
    intruder.put(pages, key, std::string(as_text(writer.finish())));
  });
  ASSERT_TRUE(damage.has_value());
  EXPECT_EQ(damage->sequence, Sequence{41});
}

TEST_F(VerifyTest, NamesAMissingPage) {
  const auto damage =
      after([](Intruder& intruder) { intruder.remove(pages, intruder.page_key(1)); });
  ASSERT_TRUE(damage.has_value());
  EXPECT_EQ(damage->sequence, Sequence{1});
}

TEST_F(VerifyTest, NoticesATruncatedJournal) {
  const auto damage =
      after([](Intruder& intruder) { intruder.remove(pages, intruder.page_key(1025)); });
  ASSERT_TRUE(damage.has_value());
  EXPECT_EQ(damage->sequence, Sequence{1025});
}

TEST_F(VerifyTest, NoticesADroppedEvent) {
  const auto damage = after([](Intruder& intruder) {
    const auto key = intruder.page_key(second_page);
    const auto page = Page::read(as_bytes(intruder.get(pages, key))).value();
    PageWriter writer;
    for (std::size_t i = 0; i < page.count(); ++i)
      if (i != 10) writer.add(page.event(i));
    intruder.put(pages, key, std::string(as_text(writer.finish())));
  });
  ASSERT_TRUE(damage.has_value());
  EXPECT_EQ(damage->sequence, Sequence{second_page + 10});
}

TEST_F(VerifyTest, NoticesAChangedTile) {
  const auto damage = after([](Intruder& intruder) {
    std::string key{'S', 8};
    append_big_endian(key, 2);
    auto tile = intruder.get(hashes, key);
    tile[5] = static_cast<char>(tile[5] ^ 1);
    intruder.put(hashes, key, tile);
  });
  ASSERT_TRUE(damage.has_value());
  EXPECT_EQ(damage->sequence, Sequence{512});
}

TEST_F(VerifyTest, NamesTheEventOfALostIndexRow) {
  const auto unit = unit_id("U1");
  const auto without_unit = after([&](Intruder& intruder) {
    intruder.remove(index_rows, "u" + std::string(as_text(unit.bytes)));
  });
  ASSERT_TRUE(without_unit.has_value());
  EXPECT_EQ(without_unit->sequence, Sequence{unit_event});
}

TEST_F(VerifyTest, NamesTheEventOfALostReplacement) {
  const auto damage = after([](Intruder& intruder) {
    intruder.remove(index_rows, "r" + intruder.page_key(corrected_event));
  });
  ASSERT_TRUE(damage.has_value());
  EXPECT_EQ(damage->sequence, Sequence{unit_event + 1});
}

TEST_F(VerifyTest, NamesTheFirstEventOfALostKey) {
  SubmissionId id;
  {
    const auto journal = Journal::open(journal_path()).value();
    const auto located = journal->locate({1}).value();
    id = EventView::read(located.event({1})).value().envelope().submission;
  }
  const auto damage = after([&](Intruder& intruder) {
    intruder.remove(index_rows, "k" + std::string(as_text(id.bytes)));
  });
  ASSERT_TRUE(damage.has_value());
  EXPECT_EQ(damage->sequence, Sequence{1});
}

TEST_F(VerifyTest, NamesARotationOfTheKeyThatTheIndexLacksOrMadeUp) {
  ledger_ = Ledger::open(options(), random_).value();
  const auto rotation = ledger_->key_rotation(Ledger::KeyInForce::is_there).value();
  const auto sequence = ledger_->submit(rotation, vocabulary_).value().receipt.value().first;
  head_ = ledger_->durable();
  ledger_.reset();
  const auto row = [](Sequence event) {
    std::string key(1, 'y');
    append_big_endian(key, event.value);
    return key;
  };
  const auto planted =
      after([&](Intruder& intruder) { intruder.put(index_rows, row({1}), row({1}).substr(1)); });
  ASSERT_TRUE(planted.has_value());
  EXPECT_EQ(planted->sequence, Sequence{1});
  const auto lost = after([&](Intruder& intruder) {
    intruder.remove(index_rows, row({1}));
    intruder.remove(index_rows, row(sequence));
  });
  ASSERT_TRUE(lost.has_value());
  EXPECT_EQ(lost->sequence, sequence);
}

TEST_F(VerifyTest, SaysThatAJournalWithoutItsFilesIsDamaged) {
  std::filesystem::remove(journal_path() / "CURRENT");
  EXPECT_EQ(Journal::open(journal_path()).error().failure, Failure::corrupt);
}

// More events than one thread takes at a time, written without a ledger around them.
class VerifyManyTest : public testing::Test {
 protected:
  static constexpr std::uint64_t chunk = 65'536;

  /// Two events to a page more than a chunk; `recorded_at` gives the instant of each event.
  void write(const std::function<std::int64_t(std::uint64_t)>& recorded_at) {
    auto journal = Journal::create(path()).value();
    TreeEdge edge;
    Commit commit(edge);
    EventDraft draft;
    draft.type = EventType::premium_paid;
    Bytes event;
    for (std::uint64_t i = 0; i < chunk + 2; ++i) {
      event.clear();
      draft.envelope.recorded_at = {recorded_at(i)};
      ASSERT_TRUE(encode(draft, event).has_value());
      commit.add_event(event);
    }
    commit.finish();
    ASSERT_TRUE(journal->append_if_tail(commit).has_value());
    head_ = commit.head();
  }

  std::optional<Damage> verified() {
    const auto journal = Journal::open(path()).value();
    return verify(*journal, head_, {2, nullptr}).value().damage;
  }

  std::filesystem::path path() { return directory_.path() / "journal"; }

  TestDirectory directory_;
  TreeHead head_;
};

TEST_F(VerifyManyTest, NoticesAChangedHashOfManyEvents) {
  write([](std::uint64_t) { return 5; });
  EXPECT_FALSE(verified().has_value());
  {
    Intruder intruder(path());
    std::string key{'S', 16};
    append_big_endian(key, 0);
    auto hash = intruder.get(hashes, key);
    hash[0] = static_cast<char>(hash[0] ^ 1);
    intruder.put(hashes, key, hash);
  }
  ASSERT_TRUE(verified().has_value());
  EXPECT_EQ(verified()->sequence, Sequence{0});
}

TEST_F(VerifyManyTest, NoticesTimeGoingBackBetweenTwoChunks) {
  write([](std::uint64_t i) { return i < chunk ? 5 : 4; });
  ASSERT_TRUE(verified().has_value());
  EXPECT_EQ(verified()->sequence, Sequence{chunk});
}

TEST_F(VerifyTest, NoticesAnotherRootAtTheMark) {
  head_.root.bytes[0] = static_cast<std::uint8_t>(head_.root.bytes[0] ^ 1);
  const auto damage = after([](Intruder&) {});
  ASSERT_TRUE(damage.has_value());
}

}  // namespace
}  // namespace kinledger::ledger

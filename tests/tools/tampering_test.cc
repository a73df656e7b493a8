// An operator with root and the log's key edits what was recorded. Every kind of edit, at each of
// 300 entries, is found, and what was edited is named.
//
// Rewritten histories are rewritten well: every hash behind the edit is computed again and the log
// signs the result. Then nothing inside the ledger can tell, and it is the checkpoints that others
// kept which do.
#include <algorithm>

#include "ledger/checkpoint.h"
#include "ledger/vault_check.h"
#include "projections/projection_check.h"
#include "tests/ledger/intruder.h"
#include "tests/ledger/ledger_fixture.h"

namespace kinledger {
namespace {

using namespace ledger;

constexpr int entries = 300;
// LedgerCreated, then the registrations, then the payments.
constexpr std::uint64_t first_payment = 1 + entries;

class TamperingTest : public LedgerTest {
 protected:
  TamperingTest() {
    create();
    std::vector<SubmittedEvent> events;
    for (int i = 0; i < entries; ++i)
      events.push_back(premium_paid(resident("20150101", i), "2021-03-31", Fen{100 + i}));
    recorded("all", std::move(events), true);
    head_ = ledger_->durable();
  }

  std::filesystem::path journal_path() { return directory_.path() / "ledger" / "journal"; }

  std::vector<Bytes> stored_events() {
    std::vector<Bytes> events;
    EXPECT_TRUE(ledger_->journal().read({0}, head_.size, [&](Sequence, const Page& page) {
      for (std::size_t i = 0; i < page.count(); ++i)
        events.emplace_back(page.event(i).begin(), page.event(i).end());
      return true;
    }));
    return events;
  }

  TreeHead head_;
};

/// A whole tree in memory.
class Tree {
 public:
  explicit Tree(const std::vector<Hash>& leaves) : leaves_(leaves) {}

  HashReader reader() const {
    return [this](Subtree subtree) -> Result<Hash> {
      const auto first = leaves_.begin() + std::ptrdiff_t(subtree.index << subtree.level);
      return fold({first, first + (std::ptrdiff_t{1} << subtree.level)});
    };
  }
  TreeHead head(std::uint64_t size) const { return {{size}, root_at({size}, reader()).value()}; }

 private:
  const std::vector<Hash>& leaves_;
};

std::vector<Hash> hashed(const std::vector<Bytes>& events) {
  std::vector<Hash> leaves;
  for (const auto& event : events) leaves.push_back(leaf_hash(event));
  return leaves;
}

using Edit = std::function<void(std::vector<Bytes>& events, std::size_t at)>;

class RewrittenHistory : public TamperingTest {
 protected:
  /// Rewrites the history at each entry, and looks at it with the eyes of an auditor who kept a
  /// checkpoint, and of a payer who kept a receipt.
  void expect_found(const Edit& edit) {
    const auto honest = stored_events();
    const auto honest_leaves = hashed(honest);
    for (std::size_t at = first_payment; at < first_payment + entries; ++at) {
      auto forged = honest;
      edit(forged, at);
      // The forged log goes on growing, so that it is not simply shorter.
      while (forged.size() <= honest.size()) forged.push_back(honest[1]);
      const auto leaves = hashed(forged);
      const Tree tree(leaves);
      const auto head = tree.head(leaves.size());
      const auto proof = prove_consistency(head_.size, head.size, tree.reader()).value();
      EXPECT_FALSE(verify_consistency(head_, head, proof)) << "entry " << at;
      const auto path = prove_inclusion({at}, head.size, tree.reader()).value();
      EXPECT_FALSE(verify_inclusion({at}, honest_leaves[at], path, head)) << "entry " << at;
      const Tree original(honest_leaves);
      EXPECT_EQ(tree.head(at), original.head(at)) << "what comes before it still holds";
      EXPECT_NE(tree.head(at + 1), original.head(at + 1)) << "so that entry " << at << " is named";
    }
  }
};

TEST_F(RewrittenHistory, WithAChangedByteIsFound) {
  expect_found([](auto& events, std::size_t at) { events[at][at % events[at].size()] ^= 1; });
}

TEST_F(RewrittenHistory, WithTwoSwappedEntriesIsFound) {
  expect_found([](auto& events, std::size_t at) {
    if (at + 1 == events.size()) events.push_back(events[1]);
    std::swap(events[at], events[at + 1]);
  });
}

TEST_F(RewrittenHistory, WithADroppedEntryIsFound) {
  expect_found(
      [](auto& events, std::size_t at) { events.erase(events.begin() + std::ptrdiff_t(at)); });
}

TEST_F(RewrittenHistory, WithAnInsertedEntryIsFound) {
  expect_found([](auto& events, std::size_t at) {
    events.insert(events.begin() + std::ptrdiff_t(at), Bytes(events[1]));
  });
}

TEST_F(RewrittenHistory, CutOffIsFound) {
  expect_found([](auto& events, std::size_t at) { events.resize(at); });
}

TEST_F(RewrittenHistory, WithAnotherTimeIsFound) {
  expect_found([](auto& events, std::size_t at) { set_recorded_at(events[at], {1}); });
}

TEST_F(RewrittenHistory, WithAnotherPersonIsFound) {
  expect_found([](auto& events, std::size_t at) {
    auto draft = EventView::read(events[at])->draft();
    std::erase_if(draft.fields, [](const auto& field) { return field.first == Field::person; });
    draft.set(Field::person, *EventView::read(events[1])->person(Field::person));
    Bytes encoded;
    ASSERT_TRUE(encode(draft, encoded));
    if (encoded == events[at]) encoded[8] ^= 1;  // it was that person's already
    events[at] = std::move(encoded);
  });
}

TEST_F(RewrittenHistory, SignedWithAnotherKeyIsNotOfThisLog) {
  const auto log = ledger_->verifier().value();
  for (int i = 0; i < entries; ++i) {
    const auto seed = Key256::random(random_);
    SignedNote note{Checkpoint{log.name, {{head_.size.value + std::uint64_t(i)}, {}}}.to_text(),
                    {}};
    note.signatures.push_back(sign_note(note.text, log.name, seed));
    EXPECT_FALSE(is_signed_by(note, log));
    note.signatures.back().key_id = log.key_id();  // it passes itself off as the log's
    EXPECT_FALSE(is_signed_by(note, log));
  }
}

/// Edits of single stored bytes, with nothing computed again.
class EditedFiles : public TamperingTest {
 protected:
  /// The first event that verification does not trust after the edit.
  std::optional<Sequence> named_after(const std::function<void(Intruder&)>& edit) {
    {
      Intruder intruder(journal_path());
      edit(intruder);
    }
    const auto journal = Journal::open(journal_path());
    if (!journal) return std::nullopt;
    const auto verified = verify(**journal, head_, {1, nullptr}).value();
    return verified.damage ? std::optional(verified.damage->sequence) : std::nullopt;
  }
};

// From the last entry to the first, so that each is the first bad one in its turn. The first page
// holds LedgerCreated; the submission follows in pages of 512.
constexpr std::uint64_t page_size = 512;
std::uint64_t first_of_page(std::uint64_t at) { return (at - 1) / page_size * page_size + 1; }

TEST_F(EditedFiles, AChangedEventInAPageIsNamed) {
  ledger_.reset();
  for (std::uint64_t at = first_payment + entries - 1; at >= first_payment; --at)
    EXPECT_EQ(named_after([&](Intruder& intruder) {
                const auto first = first_of_page(at);
                edit_event(intruder, first, at - first,
                           [](std::span<std::uint8_t> event) { event[16] ^= 1; });
              }),
              Sequence{at});
}

TEST_F(EditedFiles, AChangedHashInATileIsNamed) {
  ledger_.reset();
  for (std::uint64_t at = first_payment + entries - 1; at >= first_payment; --at)
    EXPECT_EQ(named_after([&](Intruder& intruder) {
                const auto first = first_of_page(at);
                const auto key = "L" + Intruder::page_key(first);
                auto row = intruder.get(hashes, key);
                row[(at - first) * sizeof(Hash)] ^= 1;
                intruder.put(hashes, key, row);
              }),
              Sequence{at});
}

TEST_F(EditedFiles, ARowOfTheIndexThatNoEventAccountsForIsNamed) {
  const auto submission = EventView::read(stored_events()[1])->envelope().submission;
  ledger_.reset();
  const auto of_event = [](std::uint64_t at) { return Intruder::page_key(at); };
  const auto replaced = [&](std::uint64_t version) { return "r" + of_event(version); };
  // Versions that were never replaced; the first in its turn.
  const auto last = first_payment + entries - 1;
  for (std::uint64_t at = last; at >= first_payment; --at)
    EXPECT_EQ(named_after([&](Intruder& intruder) {
                intruder.put(index_rows, replaced(at - 1), of_event(at));
              }),
              Sequence{at});
  {
    Intruder intruder(journal_path());
    for (std::uint64_t at = first_payment; at <= last; ++at)
      intruder.remove(index_rows, replaced(at - 1));
  }
  const auto planted = [&](const std::string& key, const std::string& value) {
    const auto named =
        named_after([&](Intruder& intruder) { intruder.put(index_rows, key, value); });
    Intruder(journal_path()).remove(index_rows, key);
    return named;
  };
  const std::string id(16, 'x');
  EXPECT_EQ(planted("u" + id, of_event(last)), Sequence{last});
  EXPECT_EQ(planted("u" + id, of_event(head_.size.value)), Sequence{head_.size.value})
      << "of an event to come";
  EXPECT_EQ(planted("q", of_event(0)), Sequence{0}) << "of no kind";
  // A key that would be answered with the receipt of another submission.
  const auto record =
      Intruder(journal_path()).get(index_rows, "k" + std::string(as_text(submission.bytes)));
  EXPECT_EQ(planted("k" + id, record), Sequence{1});
  EXPECT_EQ(named_after([](Intruder&) {}), std::nullopt);
}

TEST_F(EditedFiles, AChangedRowOfTheVaultIsNamedByItsRegistration) {
  std::vector<std::pair<std::uint64_t, std::string>> rows;
  const auto events = stored_events();
  for (std::uint64_t at = first_payment - 1; at >= 1; --at) {
    const auto person = EventView::read(events[at])->person(Field::person);
    rows.emplace_back(at, "p" + std::string(as_text(person->bytes)));
  }
  const auto vault_path = directory_.path() / "ledger/vault";
  for (const auto& [at, key] : rows) {
    ledger_.reset();
    {
      Intruder intruder(vault_path);
      auto row = intruder.get(0, key);
      row[at % row.size()] ^= 1;
      intruder.put(0, key, row);
    }
    ledger_ = Ledger::open(options(), random_).value();
    const auto check = check_vault(ledger_->journal(), ledger_->vault(), head_.size, [](auto) {});
    ASSERT_TRUE(check.has_value());
    ASSERT_TRUE(check->damage.has_value()) << at;
    EXPECT_EQ(check->damage->sequence.value, at);
  }
}

TEST_F(EditedFiles, AChangedRowOfTheProjectionsIsNamedByItsSubject) {
  const auto& journal = ledger_->journal();
  const auto kept = directory_.path() / "kept", made = directory_.path() / "made";
  ASSERT_TRUE(projections::Projector::open(kept, journal).value()->catch_up());
  const auto right = projections::Projector::open(made, journal).value();
  ASSERT_TRUE(right->catch_up());
  const auto keys = Intruder(kept).keys(0);
  int edited = 0;
  for (auto key = keys.rbegin(); key != keys.rend(); ++key) {
    if (key->size() != projections::fact_key_bytes) continue;
    const auto subject = projections::subject_of(*key);
    if (subject.kind != projections::Subject::Kind::person || edited == entries) continue;
    ++edited;
    {
      Intruder intruder(kept);
      auto row = intruder.get(0, *key);
      row[row.size() - 1 - std::size_t(edited) % 8] ^= 1;
      intruder.put(0, *key, row);
    }
    const auto opened = projections::Projector::open(kept, journal).value();
    const auto wrong = projections::compare(*opened, *right).value();
    ASSERT_TRUE(wrong.has_value());
    EXPECT_EQ(wrong->subject, subject);
  }
  EXPECT_EQ(edited, entries);
}

}  // namespace
}  // namespace kinledger

// The subject map against one derived here in the plainest way, at every size and however it was
// caught up.
#include <gtest/gtest.h>

#include <map>

#include "projections/subject_map_store.h"
#include "tests/ledger/intruder.h"
#include "tests/ledger/ledger_fixture.h"

namespace kinledger::projections {
namespace {

using ledger::Hash;
using ledger::Sequence;
using ledger::TreeSize;

class SubjectMapTest : public ledger::LedgerTest {
 protected:
  SubjectMapTest() { create(); }

  void record_a_little() {
    const auto child = ledger::resident("20150302", 1), sibling = ledger::resident("20170302", 2);
    recorded("units", {ledger::unit_recorded("U1"), ledger::unit_recorded("U2")});
    recorded("children",
             {ledger::person_registered(child, "a"), ledger::person_registered(sibling, "b")},
             true);
    recorded("paid", {ledger::premium_paid(child, "2021-03-01", ledger::Fen{100}),
                      ledger::premium_paid(sibling, "2021-03-01", ledger::Fen{100})});
    // Of another person and year: it stands in four places, for two subjects.
    auto corrected = ledger::premium_paid(sibling, "2022-03-01", ledger::Fen{100});
    corrected.correction = ledger::correction_of({5});
    recorded("corrected", {std::move(corrected)});
    for (int i = 0; i < 40; ++i)
      recorded("more units " + std::to_string(i), {ledger::unit_recorded("V" + std::to_string(i))});
  }

  std::unique_ptr<SubjectMap> open(const std::string& name) {
    return SubjectMap::open(directory_.path() / name, ledger_->journal()).value();
  }

  using Chains = std::map<SubjectEvents, EventChain>;
  Chains chains(TreeSize size) {
    std::map<SubjectEvents, std::map<Sequence, Hash>> events;
    EXPECT_TRUE(place_events(
        ledger_->journal(), {0}, size, [&](const FactKey& key, ledger::ByteView event) {
          const std::string_view text(key.data(), key.size());
          events[events_of(text)][sequence_of(text)] = ledger::leaf_hash(event);
        }));
    Chains out;
    for (const auto& [of, leaves] : events)
      for (const auto& [sequence, leaf] : leaves) out[of].add(sequence, leaf);
    return out;
  }

  static Hash root_of(const Chains& chains) {
    std::map<unsigned, std::map<MapKey, MapLeaf>> buckets;
    for (const auto& [of, chain] : chains) {
      const auto key = map_key(of);
      buckets[bucket_of(key)][key] = map_leaf(key, chain);
    }
    std::vector<Hash> roots;
    for (unsigned bucket = 0; bucket < map_buckets; ++bucket) {
      std::vector<MapLeaf> leaves;
      for (const auto& [key, leaf] : buckets[bucket]) leaves.push_back(leaf);
      roots.push_back(ledger::leaf_hash(ledger::ByteView(bucket_root(leaves).bytes)));
    }
    return ledger::fold(std::move(roots));
  }
};

TEST_F(SubjectMapTest, IsWhatTheLogSaysHoweverItWasCaughtUp) {
  record_a_little();
  auto step_by_step = open("steps");
  for (std::uint64_t size = 1; size <= ledger_->durable().size.value; ++size) {
    ASSERT_TRUE(step_by_step->catch_up({size}));
    if (size % 7 != 0) continue;
    const auto expected = chains({size});
    EXPECT_EQ(step_by_step->root().value(), root_of(expected)) << "size " << size;
    EXPECT_EQ(step_by_step->subjects(), expected.size());
  }
  auto at_once = open("at once");
  ASSERT_TRUE(at_once->catch_up(ledger_->durable().size));
  EXPECT_EQ(at_once->root().value(), root_of(chains(ledger_->durable().size)));
  ASSERT_TRUE(step_by_step->catch_up(ledger_->durable().size));
  EXPECT_EQ(at_once->root().value(), step_by_step->root().value());
}

TEST_F(SubjectMapTest, ShowsEverySubjectAndNothingOfOthers) {
  record_a_little();
  auto map = open("map");
  ASSERT_TRUE(map->catch_up(ledger_->durable().size));
  const auto root = map->root().value();
  const auto expected = chains(ledger_->durable().size);
  for (const auto& [of, chain] : expected) {
    const auto shown = map->show(of).value();
    EXPECT_EQ(shown.chain, chain);
    EXPECT_TRUE(is_shown(map_key(of), chain, shown.proof, root));
    EXPECT_FALSE(is_shown(map_key(of), {}, shown.proof, root)) << "it is there";
    auto shorter = chain;
    --shorter.count;
    EXPECT_FALSE(is_shown(map_key(of), shorter, shown.proof, root));
    auto hidden = shown.proof;
    std::erase_if(hidden.bucket,
                  [&, key = map_key(of)](const MapLeaf& leaf) { return leaf.key == key; });
    EXPECT_FALSE(is_shown(map_key(of), {}, hidden, root)) << "its leaf was taken out";
    auto twice = shown.proof;
    twice.bucket.push_back(twice.bucket.back());
    EXPECT_FALSE(is_shown(map_key(of), chain, twice, root));
  }
  SubjectEvents nobody{{Subject::Kind::person, {9}}};
  const auto shown = map->show(nobody).value();
  EXPECT_EQ(shown.chain.count, 0u);
  EXPECT_TRUE(is_shown(map_key(nobody), {}, shown.proof, root));
  EXPECT_FALSE(is_shown(map_key(expected.begin()->first), {}, shown.proof, root))
      << "the proof of one bucket says nothing about another";
}

TEST_F(SubjectMapTest, SurvivesBeingClosedAndIsMadeAgainWhenItIsAhead) {
  record_a_little();
  Hash root;
  {
    auto map = open("map");
    ASSERT_TRUE(map->catch_up(ledger_->durable().size));
    root = map->root().value();
  }
  auto map = open("map");
  EXPECT_EQ(map->position(), ledger_->durable().size);
  EXPECT_EQ(map->root().value(), root);
  EXPECT_EQ(map->catch_up({3}).error().failure, ledger::Failure::invalid) << "it never goes back";
  map.reset();
  ledger_.reset();
  std::filesystem::remove_all(directory_.path() / "ledger");
  std::filesystem::remove_all(directory_.path() / "ledger.state");
  create();
  EXPECT_EQ(open("map")->position().value, 0u) << "the journal is another, shorter one";
}

TEST_F(SubjectMapTest, CountsNoSubjectOfAWriteThatFailed) {
  record_a_little();
  const auto before = ledger_->durable().size;
  std::uint64_t subjects = 0;
  {
    auto map = open("map");
    ASSERT_TRUE(map->catch_up(before));
    subjects = map->subjects();
  }
  // New subjects, of which some are counted before the damage to the row of an old one is met.
  std::vector<ledger::SubmittedEvent> events;
  for (int i = 0; i < 200; ++i) events.push_back(ledger::unit_recorded("W" + std::to_string(i)));
  for (int i = 0; i < 40; ++i) events.push_back(ledger::unit_recorded("V" + std::to_string(i)));
  recorded("more", std::move(events));
  {
    ledger::Intruder intruder(directory_.path() / "map");
    for (const auto& key : intruder.keys(0)) {
      if (!key.starts_with('b')) continue;
      const auto row = intruder.get(0, key);
      intruder.put(0, key, row.substr(1));
    }
  }
  auto map = open("map");
  EXPECT_EQ(map->catch_up(ledger_->durable().size).error().failure, ledger::Failure::corrupt);
  EXPECT_EQ(map->subjects(), subjects);
  EXPECT_EQ(map->position(), before);
}

}  // namespace
}  // namespace kinledger::projections

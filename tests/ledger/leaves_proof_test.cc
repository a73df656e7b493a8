// Proofs of many leaves against the root computed from all of them, for every set of leaves of
// small trees and for random sets of larger ones.
#include "ledger/leaves_proof.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/ledger/worked_example.h"

namespace kinledger::ledger {
namespace {

Hash root_of(const std::vector<Hash>& leaves) {
  TreeEdge edge;
  edge.append(leaves);
  return edge.root();
}

std::vector<PlacedLeaf> chosen(const std::vector<Hash>& leaves, auto&& is_chosen) {
  std::vector<PlacedLeaf> out;
  for (std::size_t i = 0; i < leaves.size(); ++i)
    if (is_chosen(i)) out.push_back({{i}, leaves[i]});
  return out;
}

std::vector<Sequence> indexes_of(const std::vector<PlacedLeaf>& leaves) {
  std::vector<Sequence> out;
  for (const auto& leaf : leaves) out.push_back(leaf.index);
  return out;
}

TEST(LeavesProof, LeadsFromEverySetOfLeavesToTheRoot) {
  for (std::size_t size = 1; size <= 11; ++size) {
    const auto leaves = example_leaves(size);
    for (unsigned set = 0; set < 1u << size; ++set) {
      const auto some = chosen(leaves, [set](std::size_t i) { return set >> i & 1; });
      const auto proof = prove_leaves(indexes_of(some), {size}, reader_of(leaves)).value();
      EXPECT_EQ(root_of_leaves(some, proof, {size}), root_of(leaves));
    }
  }
}

TEST(LeavesProof, OfOneLeafIsItsInclusionProofInAnotherOrder) {
  for (std::size_t size = 1; size <= 70; ++size) {
    const auto leaves = example_leaves(size);
    for (std::size_t i = 0; i < size; ++i) {
      const Sequence index[] = {{i}};
      auto many = prove_leaves(index, {size}, reader_of(leaves)).value();
      auto one = prove_inclusion({i}, {size}, reader_of(leaves)).value();
      std::ranges::sort(many);
      std::ranges::sort(one);
      // Where the right edge is not perfect, its parts are given apart.
      EXPECT_GE(many.size(), one.size());
      EXPECT_LE(many.size(), one.size() + 6);
    }
  }
}

TEST(LeavesProof, WithAnythingChangedDoesNotLeadToTheRoot) {
  std::mt19937 random(1);
  for (int round = 0; round < 200; ++round) {
    const std::size_t size = 1 + random() % 600;
    const auto leaves = example_leaves(size);
    const auto some = chosen(leaves, [&](std::size_t) { return random() % 20 == 0; });
    const auto proof = prove_leaves(indexes_of(some), {size}, reader_of(leaves)).value();
    ASSERT_EQ(root_of_leaves(some, proof, {size}), root_of(leaves));
    auto longer = proof;
    longer.push_back(empty_root());
    EXPECT_FALSE(root_of_leaves(some, longer, {size}));
    if (!proof.empty()) {
      auto changed = proof;
      changed[random() % changed.size()].bytes[random() % 32] ^= 1;
      EXPECT_NE(root_of_leaves(some, changed, {size}), root_of(leaves));
      changed.pop_back();
      EXPECT_FALSE(root_of_leaves(some, changed, {size}));
    }
    for (std::size_t i = 0; i < some.size(); ++i) {
      auto moved = some;
      moved[i].hash.bytes[random() % 32] ^= 1;
      EXPECT_NE(root_of_leaves(moved, proof, {size}), root_of(leaves));
      moved = some;
      moved.erase(moved.begin() + std::ptrdiff_t(i));
      EXPECT_NE(root_of_leaves(moved, proof, {size}), root_of(leaves));
      moved = some;
      moved[i].index.value += 1;
      EXPECT_NE(root_of_leaves(moved, proof, {size}), root_of(leaves));
    }
  }
}

TEST(LeavesProof, RefusesLeavesOutOfOrderOrOutsideTheTree) {
  const auto leaves = example_leaves(5);
  for (const auto& indexes : std::vector<std::vector<Sequence>>{{{5}}, {{1}, {1}}, {{2}, {1}}})
    EXPECT_EQ(prove_leaves(indexes, {5}, reader_of(leaves)).error().failure, Failure::invalid);
  const PlacedLeaf twice[] = {{{1}, leaves[1]}, {{1}, leaves[1]}};
  EXPECT_FALSE(root_of_leaves(twice, leaves, {5}));
  EXPECT_EQ(root_of_leaves({}, {}, {0}), empty_root());
  EXPECT_FALSE(root_of_leaves({}, {}, {tree_size_max + 1}));
  EXPECT_FALSE(root_of_leaves({}, {}, {tree_size_max})) << "no hashes for a tree without leaves";
}

}  // namespace
}  // namespace kinledger::ledger

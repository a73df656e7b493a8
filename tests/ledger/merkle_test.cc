#include "ledger/merkle.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "ledger/crypto.h"
#include "tests/ledger/worked_example.h"

namespace kinledger::ledger {
namespace {

// RFC 6962 section 2.1 word for word, to compare with. Leaves are leaf hashes.
Hash naive_mth(std::span<const Hash> leaves) {
  if (leaves.empty()) return sha256(ByteView{});
  if (leaves.size() == 1) return leaves.front();
  std::size_t k = 1;
  while (k * 2 < leaves.size()) k *= 2;
  return node_hash(naive_mth(leaves.first(k)), naive_mth(leaves.subspan(k)));
}

/// Every perfect subtree of the leaves, made once level by level.
class StoredHashes {
 public:
  explicit StoredHashes(std::vector<Hash> leaves) : levels_{std::move(leaves)} {
    while (levels_.back().size() > 1) {
      const std::vector<Hash>& below = levels_.back();
      std::vector<Hash> level;
      for (std::size_t i = 0; i + 1 < below.size(); i += 2) {
        level.push_back(node_hash(below[i], below[i + 1]));
      }
      levels_.push_back(std::move(level));
    }
  }

  HashReader reader() const {
    return [this](Subtree subtree) -> Result<Hash> {
      if (subtree.level >= levels_.size() || subtree.index >= levels_[subtree.level].size()) {
        return Error{Failure::corrupt, "no such perfect subtree"};
      }
      return levels_[subtree.level][subtree.index];
    };
  }
  std::span<const Hash> first(std::size_t count) const {
    return std::span(levels_[0]).first(count);
  }

 private:
  std::vector<std::vector<Hash>> levels_;
};

constexpr std::size_t small_tree_max = 130;  // past 128, so that every shape of small tree occurs

TEST(MerkleTree, HashesLeavesAndNodesAsPublished) {
  EXPECT_EQ(to_text(leaf_hash({})),
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
  EXPECT_EQ(to_text(leaf_hash(as_bytes("L123456"))),
            "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56");
  EXPECT_EQ(to_text(empty_root()),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_text(leaf_hash(as_bytes("record 0"))),
            "3b367d6db7bc51726d918b18e9a79e0fce53f867fbe38671f609e6bb59d46035");
}

TEST(MerkleTree, HasTheRootsOfThePublishedRecords) {
  const std::map<std::size_t, std::string_view> published = {
      {0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
      {1, "3b367d6db7bc51726d918b18e9a79e0fce53f867fbe38671f609e6bb59d46035"},
      {2, "5c34a11205877ecf2c4f28e25495d08301b33dbfb862419f7946fa6fdf8124ef"},
      {3, "11139f0ae3789cb227ab8c3e57d66e8925e3adb96c24d57311832150d6ac905b"},
      {4, "550726662d8f1330f57665133dc5acdcc04add0d95df6a656205e24f7dcaa611"},
      {7, "6650979f6c878aad85f380ec89c9e2a7af10d2a64aa96a8918aa7f507b20f98e"},
      {8, "036ed096a7d3f31b5e8368cd4965acaf828b50cbf464089db58dbbbffa6dec1f"},
      {255, "12d20e0393b2b10464b55a5269dd066f0b836ea9512a34f13e3ad5c72575f43b"},
      {256, "dc9349f9787ed0086da6d97f679c51a5198f98e456e95b1d87fa3abc012fec31"},
      {257, "7bc95338d9eb756fddd6fcde386a6cd7692116c13bf5abef15dfb7e5358e68ae"},
      {300, "830df5c90aea65909c10e3ebcd7f9ba72de727a4209e04ca9fc1b59b48badae5"}};
  const StoredHashes stored(example_leaves(300));
  for (const auto& [size, root] : published) {
    TreeEdge edge;
    edge.append(stored.first(size));
    EXPECT_EQ(to_text(edge.root()), root) << size;
    EXPECT_EQ(to_text(root_at(TreeSize{size}, stored.reader()).value()), root) << size;
  }
}

TEST(TreeEdge, GrowsToTheSameRootOneByOneAndInGroups) {
  const std::vector<Hash> leaves = example_leaves(small_tree_max);
  TreeEdge one_by_one;
  EXPECT_EQ(one_by_one.root(), empty_root());
  for (std::size_t size = 1; size <= leaves.size(); ++size) {
    one_by_one.append(std::span(leaves).subspan(size - 1, 1));
    const Hash root = naive_mth(std::span(leaves).first(size));
    EXPECT_EQ(one_by_one.head(), (TreeHead{TreeSize{size}, root}));
    TreeEdge groups;
    groups.append(std::span(leaves).first(size / 3));
    groups.append(std::span(leaves).subspan(size / 3, size - size / 3));
    EXPECT_EQ(groups.head(), one_by_one.head());
  }
}

TEST(TreeEdge, ACopyGrowsOnItsOwn) {
  const std::vector<Hash> leaves = example_leaves(10);
  TreeEdge kept;
  kept.append(std::span(leaves).first(6));
  TreeEdge ahead = kept;
  ahead.append(std::span(leaves).subspan(6));
  EXPECT_EQ(kept.root(), naive_mth(std::span(leaves).first(6)));
  EXPECT_EQ(ahead.root(), naive_mth(leaves));
}

TEST(TreeEdge, IsFoundAgainFromStoredHashesAtEverySize) {
  const StoredHashes stored(example_leaves(small_tree_max));
  for (std::size_t size = 0; size < small_tree_max; ++size) {
    Result<TreeEdge> edge = TreeEdge::at(TreeSize{size}, stored.reader());
    ASSERT_TRUE(edge);
    EXPECT_EQ(edge->root(), naive_mth(stored.first(size)));
    edge->append(stored.first(small_tree_max).subspan(size));
    EXPECT_EQ(edge->root(), naive_mth(stored.first(small_tree_max)));
  }
}

TEST(TreeEdge, ReportsEachTileHashOnceAsItCompletes) {
  const std::vector<Hash> leaves(65'536 + 600, leaf_hash(as_bytes("the same event")));
  const std::span<const Hash> all(leaves);
  TreeEdge edge;
  std::vector<SubtreeHash> completed;
  for (std::size_t begin = 0; begin < leaves.size(); begin += 1000) {
    const auto part =
        edge.append(all.subspan(begin, std::min<std::size_t>(1000, leaves.size() - begin)));
    completed.insert(completed.end(), part.begin(), part.end());
  }
  ASSERT_EQ(completed.size(), 256u + 1u + 2u);
  for (std::uint64_t index = 0; index < 256; ++index) {
    EXPECT_EQ(completed[index].subtree, (Subtree{8, index}));
    EXPECT_EQ(completed[index].hash, naive_mth(all.first(256)));
  }
  EXPECT_EQ(completed[256], (SubtreeHash{{16, 0}, naive_mth(all.first(65'536))}));
  EXPECT_EQ(completed[257].subtree, (Subtree{8, 256}));
  EXPECT_EQ(completed[258].subtree, (Subtree{8, 257}));
}

TEST(TreeEdge, ReportsNothingBetweenTiles) {
  const std::vector<Hash> leaves = example_leaves(300);
  TreeEdge edge;
  EXPECT_TRUE(edge.append({}).empty());
  EXPECT_TRUE(edge.append(std::span(leaves).first(255)).empty());
  EXPECT_EQ(edge.append(std::span(leaves).subspan(255, 1)).size(), 1u);
  EXPECT_TRUE(edge.append(std::span(leaves).subspan(256)).empty());
}

TEST(InclusionProof, IsRejectedAnywhereElse) {
  const std::uint64_t n = 37;
  const StoredHashes stored(example_leaves(n));
  const TreeHead head{TreeSize{n}, naive_mth(stored.first(n))};
  for (std::uint64_t i = 0; i < n; ++i) {
    const auto proof = prove_inclusion(Sequence{i}, TreeSize{n}, stored.reader()).value();
    const Hash leaf = stored.first(n)[i];
    for (std::uint64_t other = 0; other < 2 * n; ++other) {
      if (other == i) continue;
      EXPECT_FALSE(verify_inclusion(Sequence{other}, leaf, proof, head)) << i << " as " << other;
    }
    std::vector<Hash> longer = proof;
    longer.push_back(Hash{});
    EXPECT_FALSE(verify_inclusion(Sequence{i}, leaf, longer, head));
    if (proof.empty()) continue;
    EXPECT_FALSE(verify_inclusion(Sequence{i}, leaf, std::span(proof).subspan(1), head));
    EXPECT_FALSE(
        verify_inclusion(Sequence{i}, leaf, std::span(proof).first(proof.size() - 1), head));
  }
}

TEST(InclusionProof, IsRejectedWithAnyBitChanged) {
  const std::uint64_t n = 13;
  const StoredHashes stored(example_leaves(n));
  const TreeHead head{TreeSize{n}, naive_mth(stored.first(n))};
  for (std::uint64_t i = 0; i < n; ++i) {
    const auto proof = prove_inclusion(Sequence{i}, TreeSize{n}, stored.reader()).value();
    for (std::size_t bit = 0; bit < 256; ++bit) {
      const auto flip = [&](Hash hash) {
        hash.bytes[bit / 8] ^= static_cast<std::uint8_t>(1 << (bit % 8));
        return hash;
      };
      const Hash leaf = stored.first(n)[i];
      EXPECT_FALSE(verify_inclusion(Sequence{i}, flip(leaf), proof, head));
      EXPECT_FALSE(verify_inclusion(Sequence{i}, leaf, proof, {head.size, flip(head.root)}));
      for (std::size_t at = 0; at < proof.size(); ++at) {
        std::vector<Hash> changed = proof;
        changed[at] = flip(changed[at]);
        EXPECT_FALSE(verify_inclusion(Sequence{i}, leaf, changed, head));
      }
    }
  }
}

TEST(InclusionProof, IsNotGivenForALeafOutsideTheTree) {
  const StoredHashes stored(example_leaves(8));
  const auto failure = [&](std::uint64_t index, std::uint64_t size) {
    return prove_inclusion(Sequence{index}, TreeSize{size}, stored.reader()).error().failure;
  };
  EXPECT_EQ(failure(8, 8), Failure::invalid);
  EXPECT_EQ(failure(0, 0), Failure::invalid);
  EXPECT_EQ(failure(0, tree_size_max + 1), Failure::invalid);
  EXPECT_EQ(failure(0, 9), Failure::corrupt) << "the reader's own error is passed on";
}

TEST(ConsistencyProof, IsRejectedWithAnyBitChanged) {
  const std::uint64_t n = 11;
  const StoredHashes stored(example_leaves(n));
  const TreeHead second{TreeSize{n}, naive_mth(stored.first(n))};
  for (std::uint64_t m = 1; m <= n; ++m) {
    const TreeHead first{TreeSize{m}, naive_mth(stored.first(m))};
    const auto proof = prove_consistency(first.size, second.size, stored.reader()).value();
    for (std::size_t bit = 0; bit < 256; ++bit) {
      const auto flip = [&](Hash hash) {
        hash.bytes[bit / 8] ^= static_cast<std::uint8_t>(1 << (bit % 8));
        return hash;
      };
      EXPECT_FALSE(verify_consistency({first.size, flip(first.root)}, second, proof));
      EXPECT_FALSE(verify_consistency(first, {second.size, flip(second.root)}, proof));
      for (std::size_t at = 0; at < proof.size(); ++at) {
        std::vector<Hash> changed = proof;
        changed[at] = flip(changed[at]);
        EXPECT_FALSE(verify_consistency(first, second, changed)) << m << " hash " << at;
      }
    }
  }
}

TEST(ConsistencyProof, IsRejectedWithAHashTooManyOrTooFew) {
  const std::uint64_t n = 29;
  const StoredHashes stored(example_leaves(n));
  const TreeHead second{TreeSize{n}, naive_mth(stored.first(n))};
  for (std::uint64_t m = 1; m <= n; ++m) {
    const TreeHead first{TreeSize{m}, naive_mth(stored.first(m))};
    const auto proof = prove_consistency(first.size, second.size, stored.reader()).value();
    std::vector<Hash> longer = proof;
    longer.push_back(Hash{});
    EXPECT_FALSE(verify_consistency(first, second, longer));
    longer.insert(longer.begin(), longer.front());
    EXPECT_FALSE(verify_consistency(first, second, longer));
    if (proof.empty()) continue;
    EXPECT_FALSE(verify_consistency(first, second, std::span(proof).subspan(1)));
    EXPECT_FALSE(verify_consistency(first, second, std::span(proof).first(proof.size() - 1)));
  }
}

TEST(ConsistencyProof, SaysNothingAboutTheEmptyTree) {
  const StoredHashes stored(example_leaves(8));
  const TreeHead empty{TreeSize{0}, empty_root()};
  const TreeHead eight{TreeSize{8}, naive_mth(stored.first(8))};
  EXPECT_FALSE(verify_consistency(empty, eight, {}));
  EXPECT_FALSE(verify_consistency(empty, empty, {}));
  const auto failure = [&](std::uint64_t first, std::uint64_t second) {
    return prove_consistency(TreeSize{first}, TreeSize{second}, stored.reader()).error().failure;
  };
  EXPECT_EQ(failure(0, 8), Failure::invalid);
  EXPECT_EQ(failure(8, 7), Failure::invalid);
  EXPECT_EQ(failure(1, tree_size_max + 1), Failure::invalid);
}

TEST(MerkleTree, ProvesLeavesOfTheLargestTreeInSixtyThreeHashes) {
  // All leaves alike: the hash of a perfect subtree depends on its level alone.
  std::vector<Hash> of_level{leaf_hash(as_bytes("the same event"))};
  for (unsigned level = 1; level < 64; ++level) {
    of_level.push_back(node_hash(of_level.back(), of_level.back()));
  }
  const HashReader read = [&](Subtree subtree) -> Result<Hash> {
    EXPECT_LT(subtree.level, 63u);
    return of_level[subtree.level];
  };
  const TreeSize largest{tree_size_max};
  const TreeHead head{largest, root_at(largest, read).value()};
  EXPECT_EQ(TreeEdge::at(largest, read).value().head(), head);
  for (const std::uint64_t index :
       {std::uint64_t{0}, tree_size_max / 2, tree_size_max - 2, tree_size_max - 1}) {
    const auto proof = prove_inclusion(Sequence{index}, largest, read).value();
    EXPECT_LE(proof.size(), 63u);
    EXPECT_TRUE(verify_inclusion(Sequence{index}, of_level[0], proof, head));
  }
  for (const std::uint64_t size :
       {std::uint64_t{1}, std::uint64_t{1} << 62, tree_size_max - 2, tree_size_max}) {
    const TreeHead first{TreeSize{size}, root_at(TreeSize{size}, read).value()};
    const auto proof = prove_consistency(first.size, largest, read).value();
    EXPECT_LE(proof.size(), proof_hashes_max);
    EXPECT_TRUE(verify_consistency(first, head, proof)) << size;
  }
}

}  // namespace
}  // namespace kinledger::ledger

#include "ledger/leaves_proof.h"

#include <algorithm>
#include <bit>
#include <ranges>

namespace kinledger::ledger {
namespace {

/// Leaves [begin, end) of the tree: a node of it, so that `begin` is a multiple of every power of
/// two that is at most its width.
struct Node {
  std::uint64_t begin, end;

  std::uint64_t width() const { return end - begin; }
  bool is_perfect() const { return std::has_single_bit(width()); }
  Subtree subtree() const {
    const auto level = static_cast<unsigned>(std::countr_zero(width()));
    return {level, begin >> level};
  }
  /// Where RFC 6962 cuts it: the largest power of two below its width.
  std::uint64_t middle() const { return begin + std::bit_floor(width() - 1); }
  Node left() const { return {begin, middle()}; }
  Node right() const { return {middle(), end}; }
};

bool ascend_below(auto&& indexes, TreeSize size) {
  std::optional<Sequence> before;
  for (const Sequence index : indexes) {
    if (index.value >= size.value || (before && index <= *before)) return false;
    before = index;
  }
  return true;
}

class Prover {
 public:
  Prover(std::span<const Sequence> indexes, const HashReader& read)
      : indexes_(indexes), read_(read) {}

  Result<void> cover(const Node& node) {
    const auto first =
        std::ranges::lower_bound(indexes_, node.begin, {}, [](Sequence at) { return at.value; });
    const bool has_leaves = first != indexes_.end() && first->value < node.end;
    if (has_leaves && node.width() == 1) return {};
    if (!has_leaves && node.is_perfect()) {
      const auto hash = read_(node.subtree());
      if (!hash) return hash.error();
      proof.push_back(*hash);
      return {};
    }
    if (auto covered = cover(node.left()); !covered) return covered;
    return cover(node.right());
  }

  std::vector<Hash> proof;

 private:
  std::span<const Sequence> indexes_;
  const HashReader& read_;
};

/// Takes leaves and hashes off the front as it goes through the tree from left to right.
class Rebuilder {
 public:
  Rebuilder(std::span<const PlacedLeaf> leaves_are, std::span<const Hash> proof_is)
      : leaves(leaves_are), proof(proof_is) {}

  std::optional<Hash> root(const Node& node) {
    const bool has_leaves = !leaves.empty() && leaves.front().index.value < node.end;
    if (has_leaves && node.width() == 1) {
      const auto hash = leaves.front().hash;
      leaves = leaves.subspan(1);
      return hash;
    }
    if (!has_leaves && node.is_perfect()) {
      if (proof.empty()) return std::nullopt;
      const auto hash = proof.front();
      proof = proof.subspan(1);
      return hash;
    }
    const auto left = root(node.left());
    const auto right = left ? root(node.right()) : std::nullopt;
    if (!right) return std::nullopt;
    return node_hash(*left, *right);
  }

  std::span<const PlacedLeaf> leaves;
  std::span<const Hash> proof;
};

}  // namespace

Result<std::vector<Hash>> prove_leaves(std::span<const Sequence> indexes, TreeSize size,
                                       const HashReader& read) {
  if (size.value > tree_size_max || !ascend_below(indexes, size))
    return Error{Failure::invalid, "the leaves of a proof must ascend and be in the tree"};
  Prover prover(indexes, read);
  if (size.value == 0) return prover.proof;
  if (const auto covered = prover.cover({0, size.value}); !covered) return covered.error();
  return std::move(prover.proof);
}

std::optional<Hash> root_of_leaves(std::span<const PlacedLeaf> leaves, std::span<const Hash> proof,
                                   TreeSize size) {
  const auto index_of = [](const PlacedLeaf& leaf) { return leaf.index; };
  if (size.value > tree_size_max || !ascend_below(std::views::transform(leaves, index_of), size))
    return std::nullopt;
  if (size.value == 0) return proof.empty() ? std::optional(empty_root()) : std::nullopt;
  Rebuilder rebuilder(leaves, proof);
  const auto root = rebuilder.root({0, size.value});
  return rebuilder.proof.empty() ? root : std::nullopt;
}

}  // namespace kinledger::ledger

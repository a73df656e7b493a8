// The Merkle tree over the events, RFC 6962 section 2.1 (the same tree as RFC 9162 section 2.1),
// SHA-256. Pure functions: no storage, no clock. With D[n] the first n leaves and k the largest
// power of two smaller than n:
//
//   MTH({})   = SHA-256()
//   MTH(D[1]) = SHA-256(0x00 || leaf)                                      leaf_hash
//   MTH(D[n]) = SHA-256(0x01 || MTH(D[0:k]) || MTH(D[k:n]))                node_hash
//
// A subtree is *perfect* when it covers leaves [index * 2^level, (index + 1) * 2^level). Its hash
// never changes once its last leaf is there. Every root and every proof of every size is made of
// hashes of perfect subtrees, so a HashReader that knows those is all that the functions below ask
// for. Storing the ones at levels 8, 16, 24, ... (the tiles of C2SP tlog-tiles) keeps every other
// one at most 255 hashes away.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "ledger/result.h"
#include "ledger/types.h"

namespace kinledger::ledger {

/// A tree at one size: what a checkpoint states.
struct TreeHead {
  TreeSize size;
  Hash root;

  bool operator==(const TreeHead&) const = default;
};

/// Largest tree that is built or proven: sizes stay below the sign bit, as checkpoints require.
inline constexpr std::uint64_t tree_size_max = (std::uint64_t{1} << 63) - 1;
/// Longest proof that is looked at; a tree of `tree_size_max` leaves needs no longer one.
inline constexpr std::size_t proof_hashes_max = 64;
/// Levels between stored hashes: a tile is 2^8 hashes wide.
inline constexpr unsigned tile_height = 8;

Hash leaf_hash(ByteView leaf);
Hash node_hash(const Hash& left, const Hash& right);
/// MTH({}): the root of the tree without leaves.
Hash empty_root();

/// Names a perfect subtree: leaves [index << level, (index + 1) << level).
struct Subtree {
  unsigned level = 0;
  std::uint64_t index = 0;

  auto operator<=>(const Subtree&) const = default;
};

struct SubtreeHash {
  Subtree subtree;
  Hash hash;

  bool operator==(const SubtreeHash&) const = default;
};

/// The hash of a perfect subtree that lies inside the tree asked about. Its errors are passed on.
using HashReader = std::function<Result<Hash>(Subtree)>;

/// Root of a perfect subtree from hashes of one level. Precondition: a power of two of them.
Hash fold(std::vector<Hash> hashes);

/// The right edge of a growing tree: the perfect subtrees that its size is the sum of, at most 63
/// hashes. Enough to append and to give the root; a value, so a writer works on a copy and keeps
/// it once the storage has.
class TreeEdge {
 public:
  /// The empty tree.
  TreeEdge() = default;
  /// The edge of the tree's first `size` leaves, from stored hashes; asks `read` once for each
  /// perfect subtree. `invalid` above tree_size_max.
  static Result<TreeEdge> at(TreeSize size, const HashReader& read);

  TreeSize size() const { return size_; }
  /// MTH(D[size]); hashes at most 62 nodes.
  Hash root() const;
  TreeHead head() const { return {size_, root()}; }
  /// The hashes of its perfect subtrees, leftmost (largest) first: one for each 1 of the size.
  std::vector<Hash> hashes() const;

  /// Appends leaves given by their leaf_hash(). Returns the perfect subtrees of levels 8, 16,
  /// 24, ... (256, 65,536, 16,777,216 ... leaves) that became complete, in the order in which they
  /// did: what a journal stores for HashReader. One node hash a leaf on average.
  std::vector<SubtreeHash> append(std::span<const Hash> leaves);

 private:
  TreeSize size_;
  /// perfect_[l] is the hash of the edge's subtree of level l; meaningful iff bit l of size_ is 1.
  std::array<Hash, 63> perfect_;
};

/// MTH(D[size]) of a tree that may have grown since. `invalid` above tree_size_max.
Result<Hash> root_at(TreeSize size, const HashReader& read);

/// PATH(index, D[size]), leaf's sibling first; at most ceil(log2 size) hashes. `invalid` unless
/// index < size <= tree_size_max.
Result<std::vector<Hash>> prove_inclusion(Sequence index, TreeSize size, const HashReader& read);

/// PROOF(first, D[second]); at most ceil(log2 second) + 1 hashes. `invalid` unless
/// 0 < first <= second <= tree_size_max: nothing can be proven about the empty tree.
Result<std::vector<Hash>> prove_consistency(TreeSize first, TreeSize second,
                                            const HashReader& read);

/// Whether `proof` shows that the leaf hashed to `leaf` is number `index` of the tree `head`.
/// RFC 9162 section 2.1.3.2: a proof of any other length or order is rejected.
bool verify_inclusion(Sequence index, const Hash& leaf, std::span<const Hash> proof,
                      const TreeHead& head);

/// Whether `proof` shows that `first` is the tree of the first leaves of `second`. RFC 9162 section
/// 2.1.4.2; size 0 is rejected, because every tree begins with the empty one and nothing is shown.
bool verify_consistency(const TreeHead& first, const TreeHead& second, std::span<const Hash> proof);

}  // namespace kinledger::ledger

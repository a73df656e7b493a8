// Proof for many leaves at once (多叶证明): the same tree as in ledger/merkle.h, and the same root
// computed from its leaves; only that a hash which several inclusion proofs would share, or that
// follows from the leaves themselves, is not said twice.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "ledger/merkle.h"

namespace kinledger::ledger {

struct PlacedLeaf {
  Sequence index;
  Hash hash;

  bool operator==(const PlacedLeaf&) const = default;
};

/// Hashes of the largest perfect subtrees of D[size] that hold none of the leaves, left to right.
/// `invalid` unless the indexes ascend and lie below size <= tree_size_max.
Result<std::vector<Hash>> prove_leaves(std::span<const Sequence> indexes, TreeSize size,
                                       const HashReader& read);

/// MTH(D[size]) with these leaves and these hashes in the places between; nothing when the indexes
/// do not ascend below `size`, or when there is a hash too many or too few.
std::optional<Hash> root_of_leaves(std::span<const PlacedLeaf> leaves, std::span<const Hash> proof,
                                   TreeSize size);

}  // namespace kinledger::ledger

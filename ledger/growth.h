// Proof that the journal's tree of one size begins with that of another, read from the journal.
#pragma once

#include <vector>

#include "ledger/journal.h"
#include "ledger/merkle.h"

namespace kinledger::ledger {

/// PROOF(from, D[to]). Fails as prove_consistency() does; precondition: to <= journal.size().
inline Result<std::vector<Hash>> prove_growth(const Journal& journal, TreeSize from, TreeSize to) {
  return prove_consistency(from, to,
                           [&](Subtree subtree) { return journal.subtree_hash(subtree); });
}

}  // namespace kinledger::ledger

// Proof that the journal's tree of one size begins with that of another, read from the journal.
#pragma once

#include <vector>

#include "ledger/journal.h"
#include "ledger/merkle.h"

namespace kinledger::server {

/// PROOF(from, D[to]). Precondition: 0 < from <= to <= journal.size().
inline ledger::Result<std::vector<ledger::Hash>> prove_growth(const ledger::Journal& journal,
                                                              ledger::TreeSize from,
                                                              ledger::TreeSize to) {
  return ledger::prove_consistency(
      from, to, [&](ledger::Subtree subtree) { return journal.subtree_hash(subtree); });
}

}  // namespace kinledger::server

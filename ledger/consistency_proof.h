// Consistency proofs (一致性证明): that the tree of a checkpoint begins with an older one, as a
// file for whoever kept the older checkpoint. C2SP has no such file, but a request that says the
// same: behind its first line this is the body of `add-checkpoint` of C2SP tlog-witness.
//
//   kinledger.example/consistency-proof@v1
//   old 118
//   (base64 of each hash of PROOF(118, D[size]), RFC 6962 section 2.1.2)
//
//   (the checkpoint, a signed note as it is)
//
// The root of the older tree is not in it: it must come from the checkpoint that the reader kept.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/merkle.h"

namespace kinledger::ledger {

inline constexpr std::string_view consistency_proof_header =
    "kinledger.example/consistency-proof@v1\n";

struct ConsistencyProof {
  TreeSize old_size;         ///< not 0: nothing can be proven about the empty tree
  std::vector<Hash> hashes;  ///< as prove_consistency() gives them
  std::string checkpoint;    ///< the signed note as it is

  std::string to_text() const;
};
/// Nothing unless the text is exactly to_text() of a proof.
std::optional<ConsistencyProof> read_consistency_proof(std::string_view text);

/// Whether the proof is about `old`, and shows that `head`, of its checkpoint, begins with it.
bool continues(const ConsistencyProof& proof, const TreeHead& old, const TreeHead& head);

}  // namespace kinledger::ledger

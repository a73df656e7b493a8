// Checkpoints (检查点): the text by which a log states its size and root, C2SP tlog-checkpoint
// v1.0.0, and the proof that an event is in the tree of one, C2SP tlog-proof.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/merkle.h"
#include "ledger/signed_note.h"

namespace kinledger::ledger {

struct Checkpoint {
  std::string origin;
  TreeHead head;

  /// Three lines: origin, size, base64 of the root.
  std::string to_text() const;
};
/// Nothing unless the text is exactly to_text() of a checkpoint: no extension lines.
std::optional<Checkpoint> read_checkpoint(std::string_view text);

inline constexpr std::string_view inclusion_proof_header = "c2sp.org/tlog-proof@v1\n";
/// Longest data of an application in a proof; C2SP gives no limit.
inline constexpr std::size_t proof_extra_bytes_max = 64 * 1024;
/// Longest text of a proof: data of an application in base64, hashes, a checkpoint.
inline constexpr std::size_t proof_bytes_max = 2 * proof_extra_bytes_max + signed_note_bytes_max;

/// That a leaf is in the tree of a checkpoint; kept by whoever wants to prove it later.
struct InclusionProof {
  Sequence index;
  std::vector<Hash> hashes;  ///< the leaf's sibling first
  std::string checkpoint;    ///< the signed note as it is
  /// Data of an application; empty: no such line. Nothing proves it: never to be believed.
  Bytes extra = {};

  std::string to_text() const;
};
/// Nothing unless the text is exactly to_text() of a proof.
std::optional<InclusionProof> read_inclusion_proof(std::string_view text);

}  // namespace kinledger::ledger

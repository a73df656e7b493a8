// What a proof shows to whoever knows the log's key.
#pragma once

#include "ledger/checkpoint.h"
#include "ledger/merkle.h"
#include "ledger/signed_note.h"

namespace kinledger::ledger {

/// Whether the log of the verifier signed a tree with the leaf in it.
inline bool is_proven(const InclusionProof& proof, const Hash& leaf, const NoteVerifier& log) {
  const auto note = read_note(proof.checkpoint);
  if (!note || !is_signed_by(*note, log)) return false;
  const auto checkpoint = read_checkpoint(note->text);
  return checkpoint && checkpoint->origin == log.name &&
         verify_inclusion(proof.index, leaf, proof.hashes, checkpoint->head);
}

}  // namespace kinledger::ledger

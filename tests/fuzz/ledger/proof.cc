// Proofs as files, of an event and of an older tree: what is read is what its writer writes, and
// proves nothing that was not published.
#include "ledger/checkpoint.h"
#include "ledger/consistency_proof.h"
#include "tests/fuzz/published_log.h"
#include "tests/fuzz/target.h"
#include "tests/ledger/proven.h"

namespace kinledger::fuzz {
namespace {

using namespace ledger;

/// Leaf i of the published log is "record <i>".
bool is_published(const InclusionProof& proof) {
  const auto leaf = leaf_hash(as_bytes("record " + std::to_string(proof.index.value)));
  return is_proven(proof, leaf, published_log());
}

void read_inclusion(std::string_view text) {
  const auto proof = read_inclusion_proof(text);
  if (!proof) return;
  invariant(proof->to_text() == text);
  invariant(!is_published(*proof) || proof->index.value < 300);
  invariant(!is_proven(*proof, Hash{}, published_log()));
}

void read_consistency(std::string_view text) {
  const auto proof = read_consistency_proof(text);
  if (!proof) return;
  invariant(proof->to_text() == text && proof->old_size.value > 0);
  const auto note = read_note(proof->checkpoint);
  const auto checkpoint = note ? read_checkpoint(note->text) : std::nullopt;
  if (checkpoint) invariant(!continues(*proof, {proof->old_size, Hash{}}, checkpoint->head));
}

}  // namespace

void proof(ByteView input) {
  read_inclusion(as_text(input));
  read_consistency(as_text(input));
}

const Registered registered_proof({"proof", proof, 20'000});

}  // namespace kinledger::fuzz

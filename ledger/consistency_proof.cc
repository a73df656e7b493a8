#include "ledger/consistency_proof.h"

#include <utility>

#include "ledger/base64.h"
#include "ledger/checkpoint.h"
#include "ledger/log_lines.h"
#include "ledger/signed_note.h"

namespace kinledger::ledger {

std::string ConsistencyProof::to_text() const {
  std::string text(consistency_proof_header);
  text += "old " + std::to_string(old_size.value) + "\n";
  for (const auto& hash : hashes) text += to_base64(hash.bytes) + "\n";
  return text + "\n" + checkpoint;
}

std::optional<ConsistencyProof> read_consistency_proof(std::string_view text) {
  if (text.size() > proof_bytes_max || !text.starts_with(consistency_proof_header))
    return std::nullopt;
  text.remove_prefix(consistency_proof_header.size());
  const auto size = take_old_size(text);
  auto hashes = take_hashes(text, proof_hashes_max);
  if (!size || *size == 0 || !hashes || !read_note(text)) return std::nullopt;
  return ConsistencyProof{{*size}, std::move(*hashes), std::string(text)};
}

bool continues(const ConsistencyProof& proof, const TreeHead& old, const TreeHead& head) {
  return proof.old_size == old.size && verify_consistency(old, head, proof.hashes);
}

}  // namespace kinledger::ledger

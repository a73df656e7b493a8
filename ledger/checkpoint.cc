#include "ledger/checkpoint.h"

#include "ledger/base64.h"
#include "ledger/log_lines.h"

namespace kinledger::ledger {
namespace {

constexpr std::string_view proof_header = "c2sp.org/tlog-proof@v1\n";
constexpr std::string_view index_prefix = "index ";

}  // namespace

std::string Checkpoint::to_text() const {
  return origin + "\n" + std::to_string(head.size.value) + "\n" + to_base64(head.root.bytes) + "\n";
}

std::optional<Checkpoint> read_checkpoint(std::string_view text) {
  const auto origin = take_line(text);
  const auto size = take_line(text);
  const auto root = take_line(text);
  if (!origin || !size || !root || origin->empty() || !text.empty()) return std::nullopt;
  const auto count = read_decimal(*size);
  const auto hash = read_hash(*root);
  if (!count || !hash) return std::nullopt;
  return Checkpoint{std::string(*origin), {{*count}, *hash}};
}

std::string InclusionProof::to_text() const {
  std::string text(proof_header);
  text.append(index_prefix).append(std::to_string(index.value)).append("\n");
  for (const auto& hash : hashes) text += to_base64(hash.bytes) + "\n";
  return text + "\n" + checkpoint;
}

std::optional<InclusionProof> read_inclusion_proof(std::string_view text) {
  if (!text.starts_with(proof_header)) return std::nullopt;
  text.remove_prefix(proof_header.size());
  const auto first = take_line(text);
  if (!first || !first->starts_with(index_prefix)) return std::nullopt;
  const auto index = read_decimal(first->substr(index_prefix.size()));
  if (!index) return std::nullopt;
  InclusionProof proof{{*index}, {}, {}};
  for (;;) {
    const auto line = take_line(text);
    if (!line) return std::nullopt;
    if (line->empty()) break;
    const auto hash = read_hash(*line);
    if (!hash || proof.hashes.size() == proof_hashes_max) return std::nullopt;
    proof.hashes.push_back(*hash);
  }
  proof.checkpoint = text;
  if (!read_note(proof.checkpoint)) return std::nullopt;
  return proof;
}

bool is_proven(const InclusionProof& proof, const Hash& leaf, const NoteVerifier& log) {
  const auto note = read_note(proof.checkpoint);
  if (!note || !is_signed_by(*note, log)) return false;
  const auto checkpoint = read_checkpoint(note->text);
  return checkpoint && checkpoint->origin == log.name &&
         verify_inclusion(proof.index, leaf, proof.hashes, checkpoint->head);
}

}  // namespace kinledger::ledger

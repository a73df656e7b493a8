#include "ledger/checkpoint.h"

#include <algorithm>
#include <charconv>

#include "ledger/base64.h"

namespace kinledger::ledger {
namespace {

constexpr std::string_view proof_header = "c2sp.org/tlog-proof@v1\n";
constexpr std::string_view index_prefix = "index ";

/// A decimal without sign or leading zero, below 2^63.
std::optional<std::uint64_t> read_decimal(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value > tree_size_max ||
      std::to_string(value) != text)
    return std::nullopt;
  return value;
}

std::optional<Hash> read_hash(std::string_view text) {
  const auto bytes = from_base64(text);
  Hash hash;
  if (!bytes || bytes->size() != hash.bytes.size()) return std::nullopt;
  std::ranges::copy(*bytes, hash.bytes.begin());
  return hash;
}

/// Takes the next line off the text, without its line feed; nothing where there is none.
std::optional<std::string_view> take_line(std::string_view& text) {
  const auto end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const auto line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

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

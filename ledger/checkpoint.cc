#include "ledger/checkpoint.h"

#include <utility>

#include "ledger/base64.h"
#include "ledger/log_lines.h"

namespace kinledger::ledger {
namespace {

constexpr std::string_view extra_prefix = "extra ";
constexpr std::string_view index_prefix = "index ";

/// The data in an extra line; nothing when it is empty, too long, or not such a line.
std::optional<Bytes> read_extra(std::string_view line) {
  auto extra = from_base64(line.substr(extra_prefix.size()));
  if (!extra || extra->empty() || extra->size() > proof_extra_bytes_max) return std::nullopt;
  return extra;
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
  std::string text(inclusion_proof_header);
  if (!extra.empty()) text.append(extra_prefix).append(to_base64(extra)).append("\n");
  text.append(index_prefix).append(std::to_string(index.value)).append("\n");
  for (const auto& hash : hashes) text += to_base64(hash.bytes) + "\n";
  return text + "\n" + checkpoint;
}

std::optional<InclusionProof> read_inclusion_proof(std::string_view text) {
  if (text.size() > proof_bytes_max || !text.starts_with(inclusion_proof_header))
    return std::nullopt;
  text.remove_prefix(inclusion_proof_header.size());
  auto line = take_line(text);
  InclusionProof proof;
  if (line && line->starts_with(extra_prefix)) {
    auto extra = read_extra(*line);
    if (!extra) return std::nullopt;
    proof.extra = std::move(*extra);
    line = take_line(text);
  }
  if (!line || !line->starts_with(index_prefix)) return std::nullopt;
  const auto index = read_decimal(line->substr(index_prefix.size()));
  auto hashes = take_hashes(text, proof_hashes_max);
  if (!index || !hashes || !read_note(text)) return std::nullopt;
  proof.index = {*index};
  proof.hashes = std::move(*hashes);
  proof.checkpoint = text;
  return proof;
}

}  // namespace kinledger::ledger

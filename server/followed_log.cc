#include "server/followed_log.h"

#include <bit>

#include "ledger/base64.h"
#include "ledger/log_lines.h"

namespace kinledger::server {
namespace {

using ledger::Hash;
using ledger::TreeEdge;

constexpr std::string_view recorded_prefix = "recorded ";
constexpr std::size_t edge_hashes_max = 63;

/// The checkpoint, if any of the keys signed it.
std::optional<ledger::Checkpoint> read_checkpoint_of_any(std::string_view note,
                                                         std::span<const ledger::LogKey> keys) {
  for (const auto& key : keys)
    if (auto checkpoint = ledger::read_signed_checkpoint(note, {&key, 1})) return checkpoint;
  return std::nullopt;
}

}  // namespace

std::optional<TreeEdge> edge_of(ledger::TreeSize size, std::span<const Hash> hashes) {
  if (size.value > ledger::tree_size_max ||
      hashes.size() != static_cast<std::size_t>(std::popcount(size.value)))
    return std::nullopt;
  // Asked for from the smallest subtree on.
  auto left = hashes.size();
  const auto edge =
      TreeEdge::at(size, [&](ledger::Subtree) -> ledger::Result<Hash> { return hashes[--left]; });
  invariant(edge && left == 0);
  return *edge;
}

std::string FollowedLog::to_text() const {
  std::string text(followed_log_header);
  text.append(recorded_prefix).append(ledger::to_text(recorded_at)).append("\n");
  for (const auto& hash : edge.hashes()) text += ledger::to_base64(hash.bytes) + "\n";
  return text + "\n" + checkpoint;
}

std::optional<FollowedLog> read_followed_log(std::string_view text,
                                             std::span<const ledger::LogKey> keys) {
  if (text.size() > followed_log_bytes_max || !text.starts_with(followed_log_header))
    return std::nullopt;
  text.remove_prefix(followed_log_header.size());
  const auto line = ledger::take_line(text);
  if (!line || !line->starts_with(recorded_prefix)) return std::nullopt;
  const auto instant = line->substr(recorded_prefix.size());
  const auto recorded_at = ledger::parse_recorded_at(instant);
  if (!recorded_at || ledger::to_text(*recorded_at) != instant) return std::nullopt;
  const auto hashes = ledger::take_hashes(text, edge_hashes_max);
  const auto checkpoint = read_checkpoint_of_any(text, keys);
  if (!hashes || !checkpoint) return std::nullopt;
  const auto edge = edge_of(checkpoint->head.size, *hashes);
  if (!edge || edge->root() != checkpoint->head.root) return std::nullopt;
  return FollowedLog{*edge, *recorded_at, std::string(text)};
}

}  // namespace kinledger::server

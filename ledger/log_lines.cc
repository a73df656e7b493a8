#include "ledger/log_lines.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "ledger/base64.h"
#include "ledger/merkle.h"

namespace kinledger::ledger {

std::optional<std::string_view> take_line(std::string_view& text) {
  const auto end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const auto line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

std::optional<std::uint64_t> read_decimal(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value > tree_size_max ||
      std::to_string(value) != text)
    return std::nullopt;
  return value;
}

std::optional<std::uint64_t> take_old_size(std::string_view& text) {
  constexpr std::string_view prefix = "old ";
  const auto line = take_line(text);
  if (!line || !line->starts_with(prefix)) return std::nullopt;
  return read_decimal(line->substr(prefix.size()));
}

std::optional<Hash> read_hash(std::string_view text) {
  const auto bytes = from_base64(text);
  Hash hash;
  if (!bytes || bytes->size() != hash.bytes.size()) return std::nullopt;
  std::ranges::copy(*bytes, hash.bytes.begin());
  return hash;
}

std::optional<std::vector<Hash>> take_hashes(std::string_view& text, std::size_t most) {
  std::vector<Hash> hashes;
  for (;;) {
    const auto line = take_line(text);
    if (!line) return std::nullopt;
    if (line->empty()) return hashes;
    const auto hash = read_hash(*line);
    if (!hash || hashes.size() == most) return std::nullopt;
    hashes.push_back(*hash);
  }
}

}  // namespace kinledger::ledger

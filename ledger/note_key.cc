#include "ledger/note_key.h"

#include <algorithm>
#include <array>
#include <boost/endian/conversion.hpp>

#include "ledger/base64.h"
#include "ledger/crypto.h"
#include "ledger/text.h"

namespace kinledger::ledger {
namespace {

/// Base64 of the type and the key, and the '+' before it.
constexpr std::size_t key_text_characters = 45;

}  // namespace

bool is_note_name(std::string_view name) {
  return !name.empty() && is_utf8(name) && trimmed(name) == name &&
         std::ranges::none_of(
             name, [](char c) { return c == '+' || static_cast<unsigned char>(c) <= ' '; });
}

std::uint32_t note_key_id(std::string_view name, std::uint8_t type, const PublicKey& key) {
  const std::string typed{'\n', static_cast<char>(type)};
  return boost::endian::load_big_u32(sha256({as_bytes(name), as_bytes(typed), key}).bytes.data());
}

std::string NoteKey::to_text() const {
  std::array<std::uint8_t, 4> id;
  boost::endian::store_big_u32(id.data(), note_key_id(name, type, key));
  Bytes typed{type};
  typed.insert(typed.end(), key.begin(), key.end());
  return name + "+" + to_hex(id) + "+" + to_base64(typed);
}

std::optional<NoteKey> read_note_key(std::string_view text) {
  const auto tail = std::min(text.size(), key_text_characters);
  const auto second = text.rfind('+', text.size() - tail);
  if (second == std::string_view::npos || second == 0) return std::nullopt;
  const auto first = text.rfind('+', second - 1);
  if (first == std::string_view::npos) return std::nullopt;
  const auto typed = from_base64(text.substr(second + 1));
  NoteKey read{std::string(text.substr(0, first)), 0, {}};
  if (!is_note_name(read.name) || !typed || typed->size() != 1 + read.key.size())
    return std::nullopt;
  read.type = typed->front();
  std::copy(typed->begin() + 1, typed->end(), read.key.begin());
  if (read.to_text() != text) return std::nullopt;
  return read;
}

}  // namespace kinledger::ledger

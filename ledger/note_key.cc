#include "ledger/note_key.h"

#include <algorithm>
#include <array>
#include <boost/endian/conversion.hpp>
#include <utility>

#include "ledger/base64.h"
#include "ledger/crypto.h"
#include "ledger/text.h"

namespace kinledger::ledger {
namespace {

TypedNoteKey typed_key(std::string_view name, std::uint8_t type, const PublicKey& key) {
  TypedNoteKey out{std::string(name), {type}};
  out.typed.insert(out.typed.end(), key.begin(), key.end());
  return out;
}

}  // namespace

bool is_note_name(std::string_view name) {
  return !name.empty() && is_utf8(name) && trimmed(name) == name &&
         std::ranges::none_of(
             name, [](char c) { return c == '+' || static_cast<unsigned char>(c) <= ' '; });
}

std::uint32_t TypedNoteKey::key_id() const {
  const auto hash = sha256({as_bytes(name), as_bytes("\n"), typed});
  return boost::endian::load_big_u32(hash.bytes.data());
}

std::string TypedNoteKey::to_text() const {
  std::array<std::uint8_t, 4> id;
  boost::endian::store_big_u32(id.data(), key_id());
  return name + "+" + to_hex(id) + "+" + to_base64(typed);
}

std::optional<TypedNoteKey> read_typed_note_key(std::string_view text) {
  // Base64 may hold a '+' too, a name never does.
  const auto first = text.find('+');
  if (first == std::string_view::npos) return std::nullopt;
  const auto second = text.find('+', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  auto typed = from_base64(text.substr(second + 1));
  if (!typed || typed->empty()) return std::nullopt;
  TypedNoteKey read{std::string(text.substr(0, first)), std::move(*typed)};
  if (!is_note_name(read.name) || read.to_text() != text) return std::nullopt;
  return read;
}

std::uint32_t note_key_id(std::string_view name, std::uint8_t type, const PublicKey& key) {
  return typed_key(name, type, key).key_id();
}

std::string NoteKey::to_text() const { return typed_key(name, type, key).to_text(); }

std::optional<NoteKey> read_note_key(std::string_view text) {
  auto read = read_typed_note_key(text);
  NoteKey out;
  if (!read || read->typed.size() != 1 + out.key.size()) return std::nullopt;
  out.name = std::move(read->name);
  out.type = read->typed.front();
  std::copy(read->typed.begin() + 1, read->typed.end(), out.key.begin());
  return out;
}

}  // namespace kinledger::ledger

// Verifier keys (验证公钥) of signed notes, C2SP signed-note v1.0.0: a name, a type of signature
// and a public key. What the keys of a log and the key of a witness have in common.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ledger/signing_key.h"

namespace kinledger::ledger {

/// Whether a key may be called so: UTF-8, not empty, no spaces, no '+', no control characters.
bool is_note_name(std::string_view name);

/// A name, and the type of signature and the public key put end to end, whatever their lengths.
struct TypedNoteKey {
  std::string name;
  Bytes typed;

  /// First four bytes of SHA-256(name 0x0A type key), big endian.
  std::uint32_t key_id() const;
  /// "name+55556e00+base64"
  std::string to_text() const;
};
/// Nothing unless the text is exactly to_text() of a key.
std::optional<TypedNoteKey> read_typed_note_key(std::string_view text);

std::uint32_t note_key_id(std::string_view name, std::uint8_t type, const PublicKey& key);

/// A key of 32 bytes with a type of one byte: Ed25519.
struct NoteKey {
  std::string name;
  std::uint8_t type = 0;
  PublicKey key{};

  /// "name+55556e00+base64"
  std::string to_text() const;
};
/// Nothing unless the text is exactly to_text() of a key.
std::optional<NoteKey> read_note_key(std::string_view text);

}  // namespace kinledger::ledger

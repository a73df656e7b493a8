// Signed notes (签名文本): a text with signatures under it, C2SP signed-note v1.0.0. Strict: what
// was not written by to_text() of some note is refused, so that no byte of a note can be changed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/signing_key.h"
#include "ledger/types.h"

namespace kinledger::ledger {

inline constexpr std::size_t signed_note_bytes_max = 64 * 1024;
inline constexpr std::size_t signed_note_signatures_max = 100;

/// Signature types of the standard.
inline constexpr std::uint8_t note_ed25519 = 0x01;

/// Whose signatures are checked: a name and a public key.
struct NoteVerifier {
  std::string name;
  PublicKey key{};

  /// First four bytes of SHA-256(name 0x0A type key), big endian.
  std::uint32_t key_id() const;
  /// "name+55556e00+base64"
  std::string to_text() const;

  bool operator==(const NoteVerifier&) const = default;
};
/// Reads what to_text() writes; nothing else, and no other signature type.
std::optional<NoteVerifier> read_verifier(std::string_view text);

struct NoteSignature {
  std::string name;
  std::uint32_t key_id = 0;
  Bytes bytes;
};

struct SignedNote {
  std::string text;  ///< lines, each with its line feed
  std::vector<NoteSignature> signatures;

  std::string to_text() const;
};

/// Nothing unless the text is a note: UTF-8 without control characters, ending in at least one
/// signature line.
std::optional<SignedNote> read_note(std::string_view text);

/// Signs the text of a note. Precondition: the name has no space and no '+'.
NoteSignature sign_note(std::string_view text, std::string name, const Key256& seed);

/// Whether the verifier signed the note. A line of its name and key id that does not verify makes
/// it false, whatever the others say.
bool is_signed_by(const SignedNote& note, const NoteVerifier& verifier);

}  // namespace kinledger::ledger

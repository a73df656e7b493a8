// A second signature under a note (国密签名): SM2 with SM3 over the text of the note. C2SP knows no
// such type, so it is one of our own, 0xff and a name; verifiers that do not know it pass over the
// line, as they must. The bytes in the signature line are r and s, 32 each, big endian.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ledger/signed_note.h"
#include "ledger/sm2_key.h"

namespace kinledger::ledger {

/// In place of the one byte of the standard's types.
inline constexpr std::string_view note_sm2 = "\xffkinledger.example/sm2-sm3/v1\n";

/// Whose SM2 signatures are checked: a name and a public key.
struct Sm2Verifier {
  std::string name;
  Sm2PublicKey key{};

  /// First four bytes of SHA-256(name 0x0A type key), big endian.
  std::uint32_t key_id() const;
  /// "name+69613ca5+base64"
  std::string to_text() const;
  bool operator==(const Sm2Verifier&) const = default;
};
/// Reads what to_text() writes, if the key is a point of the curve; no other signature type.
std::optional<Sm2Verifier> read_sm2_verifier(std::string_view text);

/// Signs the text of a note, another way each time. Preconditions: the name is_note_name(), the key
/// is_sm2_key().
NoteSignature sm2_sign_note(std::string_view text, std::string name, const Key256& key);

/// Whether the verifier signed the note. A line of its name and key id that does not verify makes
/// it false, whatever the others say.
bool is_signed_by(const SignedNote& note, const Sm2Verifier& verifier);

}  // namespace kinledger::ledger

// Cosignatures (共同签名): a witness's statement that at some time a tree was the largest
// consistent one that it had seen of a log. C2SP tlog-cosignature v1, Ed25519, signature type 0x04.
// Signed are
//
//   cosignature/v1
//   time 1790000000
//   (the whole text of the note)
//
// and the bytes in the signature line are the time (u64, big endian) and the 64 of the signature.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ledger/signed_note.h"

namespace kinledger::ledger {

/// Signature type of the standard.
inline constexpr std::uint8_t note_cosignature = 0x04;

/// When a witness cosigned: seconds since 1970-01-01T00:00:00Z, not 0, below 2^63.
struct CosignedAt {
  std::uint64_t seconds = 0;
  auto operator<=>(const CosignedAt&) const = default;
};

/// By the system's clock.
CosignedAt cosigned_now();

/// When a cosignature must have been made to count; by default at any time. Old ones are good proof
/// of an old tree: how old one may be is for whoever wants to know what is there now.
struct CosignedWindow {
  CosignedAt from{};
  CosignedAt until{UINT64_MAX};

  /// Up to now, by the reader's clock, and no earlier than `age_seconds_max` before. Clocks differ:
  /// five minutes ahead are let pass.
  static CosignedWindow at(CosignedAt now, std::uint64_t age_seconds_max = UINT64_MAX);
  bool holds(CosignedAt at) const { return from <= at && at <= until; }
};

/// Whose cosignatures are checked: a name and a public key.
struct WitnessVerifier {
  std::string name;
  PublicKey key{};

  std::uint32_t key_id() const;
  /// "name+fbc88e04+base64"
  std::string to_text() const;
  bool operator==(const WitnessVerifier&) const = default;
};
/// Reads what to_text() writes; nothing else, and no other signature type.
std::optional<WitnessVerifier> read_witness_verifier(std::string_view text);

/// Cosigns the text of a note. Preconditions: the name is_note_name(), the time is one.
NoteSignature cosign_note(std::string_view text, std::string name, const Key256& seed,
                          CosignedAt at);

/// When the witness cosigned the note, the latest time if it did more than once; nothing when it
/// did not. A line of its name and key id that does not verify makes it nothing, whatever the
/// others say.
std::optional<CosignedAt> cosigned_at(const SignedNote& note, const WitnessVerifier& witness);

}  // namespace kinledger::ledger

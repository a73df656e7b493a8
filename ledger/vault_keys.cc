#include "ledger/vault_keys.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace kinledger::ledger {

namespace {

constexpr std::string_view salt = "kinledger/v1";

/// The first 16 bytes of a keyed hash.
template <class Id>
Id truncated(const Hash& hash) {
  Id id;
  std::copy_n(hash.bytes.begin(), id.bytes.size(), id.bytes.begin());
  return id;
}

}  // namespace

VaultKeys::VaultKeys(const KeyEncryptionKey& kek)
    : VaultKeys(HkdfSha256(kek.key.bytes(), as_bytes(salt))) {}

VaultKeys::VaultKeys(const HkdfSha256& kek)
    : wrap_(kek.derive(as_bytes("vault/wrap"))),
      note_(kek.derive(as_bytes("vault/note"))),
      blind_index_(kek.derive(as_bytes("vault/blind-index"))),
      source_digest_(kek.derive(as_bytes("vault/source-digest"))),
      submission_(kek.derive(as_bytes("vault/submission"))) {
  const Key256 check = kek.derive(as_bytes("vault/check"));
  std::copy(check.bytes().begin(), check.bytes().end(), check_value_.bytes.begin());
}

BlindIndex VaultKeys::blind_index(const IdentityNumber& identity) const {
  constexpr std::string_view domain{"kinledger/blind/v1\0", 19};
  constexpr std::array<std::uint8_t, 1> separator{0};
  return truncated<BlindIndex>(blind_index_(
      {as_bytes(domain), as_bytes(to_text(identity.type)), separator, as_bytes(identity.number)}));
}

Hash VaultKeys::source_digest(ByteView bytes) const {
  constexpr std::string_view domain{"kinledger/source/v1\0", 20};
  return source_digest_({as_bytes(domain), bytes});
}

SubmissionId VaultKeys::submission_id(std::string_view idempotency_key) const {
  constexpr std::string_view domain{"kinledger/submission/v1\0", 24};
  return truncated<SubmissionId>(submission_({as_bytes(domain), as_bytes(idempotency_key)}));
}

PersonKeys person_keys(const Key256& own_key) {
  const HkdfSha256 keys(own_key.bytes(), as_bytes(salt));
  return {keys.derive(as_bytes("enc")), keys.derive(as_bytes("commit"))};
}

}  // namespace kinledger::ledger

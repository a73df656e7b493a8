// The keys of the vault (身份保险箱). One key-encryption key (KEK, 密钥加密密钥) is kept by the
// operator outside the vault and its backups; every other key is derived from it or wrapped by it,
// so that the vault's files alone open nothing.
//
// Derivation: HKDF-SHA256 with salt "kinledger/v1", one info per purpose
// (never change one):
//
//   from the KEK                 info                     purpose
//   wrap key                     "vault/wrap"             wraps each person's own key
//   note key                     "vault/note"             seals notes: free text, file names
//   blind-index key              "vault/blind-index"      finds a person by identity number
//   source-digest key            "vault/source-digest"    digests of anything that holds identity
//   submission-commitment key    "vault/submission"       submission ids from idempotency keys
//   check value                  "vault/check"            tells a wrong KEK from a damaged vault
//
//   from a person's own key      info
//   sealing key                  "enc"                    seals the person's identities
//   commitment key               "commit"                 identity_commitment()
#pragma once

#include <string_view>

#include "ledger/crypto.h"
#include "ledger/identity_number.h"
#include "ledger/result.h"
#include "ledger/types.h"

namespace kinledger::ledger {

struct KeyEncryptionKey {
  Key256 key;
};

/// Where a person is found by identity number; says nothing without the blind-index key.
using BlindIndex = Id128<struct BlindIndexTag>;

/// The keys derived from the KEK. Any number of threads.
class VaultKeys {
 public:
  explicit VaultKeys(const KeyEncryptionKey& kek);

  const Key256& wrap() const { return wrap_; }
  const Key256& note() const { return note_; }
  const Hash& check_value() const { return check_value_; }

  /// HMAC-SHA256(key, "kinledger/blind/v1" || 0 || name of the id type || 0 || number)[0:16]
  BlindIndex blind_index(const IdentityNumber& identity) const;
  /// HMAC-SHA256(key, "kinledger/source/v1" || 0 || bytes)
  Hash source_digest(ByteView bytes) const;
  /// HMAC-SHA256(key, "kinledger/submission/v1" || 0 || idempotency key)[0:16]
  SubmissionId submission_id(std::string_view idempotency_key) const;

 private:
  explicit VaultKeys(const HkdfSha256& kek);

  Key256 wrap_;
  Key256 note_;
  HmacSha256 blind_index_;
  HmacSha256 source_digest_;
  HmacSha256 submission_;
  Hash check_value_;
};

/// The keys derived from one person's own key.
struct PersonKeys {
  Key256 sealing;
  Key256 commitment;
};

PersonKeys person_keys(const Key256& own_key);

}  // namespace kinledger::ledger

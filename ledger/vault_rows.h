// The bytes of the vault's rows. One column family; the first byte of a key says the kind (integers
// little endian; never renumber, never reuse a letter):
//
//   key                     value
//   'k' zeros (16)          version 1 | check value of the KEK (32)
//   'p' person id (16)      version 1 | sealed own key (60) | identities, oldest first, each:
//                             blind index (16) | length (2) | sealed canonical identity
//   'b' blind index (16)    person id (16)
//   's' submission id (16)  version 1 | what the pending submission stored, each:
//                             kind (1): 1 person, 2 further identity | person id (16) |
//                             blind index (16)
//   't' submission id (16)  sealed note
//   'd' submission id (16)  version 1 | ids (16 each) of the persons that the pending submission
//                           erases
//   'x' person id (16)      version 1: the person was erased
//   'w' zeros (16)          version 1 | size (8): erasures of the log below it are carried out
//
// Sealed bytes are nonce || ciphertext || tag (ledger/crypto.h) and are bound to their place:
//
//   sealed                  key            context
//   a person's own key      wrap key       'p' person id
//   a canonical identity    sealing key    'p' person id, blind index
//   a note                  note key       't' submission id
//
// A row that is not of this form decodes to nothing.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ledger/crypto.h"
#include "ledger/identity_record.h"
#include "ledger/types.h"
#include "ledger/vault_keys.h"

namespace kinledger::ledger {

enum class VaultRow : std::uint8_t {
  key_check = 'k',
  person = 'p',
  blind_index = 'b',
  pending = 's',
  note = 't',
  erasure = 'd',
  erased = 'x',
  erasures_done = 'w',
};

/// The kind of row and an id.
using VaultKey = std::array<std::uint8_t, 17>;
/// Documents of one person: a passport is renewed, a newborn gets a number; more is a mistake.
inline constexpr std::size_t identities_per_person_max = 64;

template <class Tag>
VaultKey vault_key(VaultRow kind, const Id128<Tag>& id) {
  VaultKey key;
  key[0] = static_cast<std::uint8_t>(kind);
  std::copy(id.bytes.begin(), id.bytes.end(), key.begin() + 1);
  return key;
}

/// The id in a value of exactly its size.
template <class Id>
std::optional<Id> read_id(ByteView bytes) {
  Id id;
  if (bytes.size() != id.bytes.size()) return std::nullopt;
  std::copy(bytes.begin(), bytes.end(), id.bytes.begin());
  return id;
}

/// One identity of a person as it is stored.
struct SealedIdentity {
  BlindIndex blind_index;
  Bytes sealed;
};

struct PersonRow {
  Bytes sealed_own_key;
  std::vector<SealedIdentity> identities;
};

Bytes encode_person(const PersonRow& row);
std::optional<PersonRow> decode_person(ByteView bytes);

Bytes seal_own_key(const VaultKeys& keys, const PersonId& person, const Key256& own_key,
                   Random& random);
std::optional<Key256> open_own_key(const VaultKeys& keys, const PersonId& person, ByteView sealed);

SealedIdentity seal_identity(const Key256& sealing_key, const PersonId& person,
                             const BlindIndex& blind_index, ByteView canonical, Random& random);
std::optional<IdentityRecord> open_identity(const Key256& sealing_key, const PersonId& person,
                                            const SealedIdentity& identity);

/// What a pending submission stored, so that it can be taken back.
struct PendingEntry {
  enum class Kind : std::uint8_t { person = 1, further_identity = 2 };
  Kind kind = Kind::person;
  PersonId person;
  BlindIndex blind_index;

  bool operator==(const PendingEntry&) const = default;
};

Bytes encode_pending(std::span<const PendingEntry> entries);
std::optional<std::vector<PendingEntry>> decode_pending(ByteView bytes);

Bytes encode_persons(std::span<const PersonId> persons);
std::optional<std::vector<PersonId>> decode_persons(ByteView bytes);

Bytes encode_erased();

Bytes encode_size(TreeSize size);
std::optional<TreeSize> decode_size(ByteView bytes);

Bytes encode_key_check(const VaultKeys& keys);

}  // namespace kinledger::ledger

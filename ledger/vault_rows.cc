#include "ledger/vault_rows.h"

#include <algorithm>
#include <array>

#include "ledger/result.h"

namespace kinledger::ledger {

namespace {

constexpr std::uint8_t rows_version = 1;
constexpr std::size_t id_bytes = 16;
constexpr std::size_t sealed_own_key_bytes = Key256::size_bytes + seal_overhead_bytes;
constexpr std::size_t pending_entry_bytes = 1 + 2 * id_bytes;

void append(Bytes& bytes, ByteView more) { bytes.insert(bytes.end(), more.begin(), more.end()); }

/// 'p' person id, blind index
std::array<std::uint8_t, sizeof(VaultKey) + id_bytes> identity_context(const PersonId& person,
                                                                       const BlindIndex& blind) {
  std::array<std::uint8_t, sizeof(VaultKey) + id_bytes> context;
  const auto key = vault_key(VaultRow::person, person);
  std::copy(key.begin(), key.end(), context.begin());
  std::copy(blind.bytes.begin(), blind.bytes.end(), context.begin() + sizeof(VaultKey));
  return context;
}

}  // namespace

Bytes encode_person(const PersonRow& row) {
  invariant(row.sealed_own_key.size() == sealed_own_key_bytes);
  invariant(!row.identities.empty() && row.identities.size() <= identities_per_person_max);
  Bytes bytes{rows_version};
  append(bytes, row.sealed_own_key);
  for (const SealedIdentity& identity : row.identities) {
    invariant(identity.sealed.size() <= UINT16_MAX);
    append(bytes, identity.blind_index.bytes);
    bytes.push_back(static_cast<std::uint8_t>(identity.sealed.size()));
    bytes.push_back(static_cast<std::uint8_t>(identity.sealed.size() >> 8));
    append(bytes, identity.sealed);
  }
  return bytes;
}

std::optional<PersonRow> decode_person(ByteView bytes) {
  if (bytes.size() < 1 + sealed_own_key_bytes || bytes[0] != rows_version) return std::nullopt;
  PersonRow row;
  const ByteView own_key = bytes.subspan(1, sealed_own_key_bytes);
  row.sealed_own_key.assign(own_key.begin(), own_key.end());
  ByteView rest = bytes.subspan(1 + sealed_own_key_bytes);
  while (!rest.empty()) {
    if (rest.size() < id_bytes + 2) return std::nullopt;
    const std::size_t size = rest[id_bytes] | std::size_t{rest[id_bytes + 1]} << 8;
    if (rest.size() - id_bytes - 2 < size) return std::nullopt;
    const ByteView sealed = rest.subspan(id_bytes + 2, size);
    row.identities.push_back(
        {*read_id<BlindIndex>(rest.first(id_bytes)), Bytes(sealed.begin(), sealed.end())});
    rest = rest.subspan(id_bytes + 2 + size);
  }
  if (row.identities.empty() || row.identities.size() > identities_per_person_max) {
    return std::nullopt;
  }
  return row;
}

Bytes seal_own_key(const VaultKeys& keys, const PersonId& person, const Key256& own_key,
                   Random& random) {
  return seal(keys.wrap(), vault_key(VaultRow::person, person), own_key.bytes(), random);
}

std::optional<Key256> open_own_key(const VaultKeys& keys, const PersonId& person, ByteView sealed) {
  std::optional<Bytes> opened =
      open_sealed(keys.wrap(), vault_key(VaultRow::person, person), sealed);
  if (!opened || opened->size() != Key256::size_bytes) return std::nullopt;
  Key256 own_key{std::span<const std::uint8_t, Key256::size_bytes>(*opened)};
  wipe(*opened);
  return own_key;
}

SealedIdentity seal_identity(const Key256& sealing_key, const PersonId& person,
                             const BlindIndex& blind_index, ByteView canonical, Random& random) {
  return {blind_index, seal(sealing_key, identity_context(person, blind_index), canonical, random)};
}

std::optional<IdentityRecord> open_identity(const Key256& sealing_key, const PersonId& person,
                                            const SealedIdentity& identity) {
  std::optional<Bytes> canonical =
      open_sealed(sealing_key, identity_context(person, identity.blind_index), identity.sealed);
  if (!canonical) return std::nullopt;
  std::optional<IdentityRecord> record = read_canonical_identity(*canonical);
  wipe(*canonical);
  return record;
}

Bytes encode_pending(std::span<const PendingEntry> entries) {
  Bytes bytes;
  bytes.reserve(1 + entries.size() * pending_entry_bytes);
  bytes.push_back(rows_version);
  for (const PendingEntry& entry : entries) {
    bytes.push_back(static_cast<std::uint8_t>(entry.kind));
    append(bytes, entry.person.bytes);
    append(bytes, entry.blind_index.bytes);
  }
  return bytes;
}

std::optional<std::vector<PendingEntry>> decode_pending(ByteView bytes) {
  if (bytes.empty() || bytes[0] != rows_version || (bytes.size() - 1) % pending_entry_bytes != 0) {
    return std::nullopt;
  }
  std::vector<PendingEntry> entries;
  for (ByteView rest = bytes.subspan(1); !rest.empty(); rest = rest.subspan(pending_entry_bytes)) {
    const auto kind = static_cast<PendingEntry::Kind>(rest[0]);
    if (kind != PendingEntry::Kind::person && kind != PendingEntry::Kind::further_identity) {
      return std::nullopt;
    }
    entries.push_back({kind, *read_id<PersonId>(rest.subspan(1, id_bytes)),
                       *read_id<BlindIndex>(rest.subspan(1 + id_bytes, id_bytes))});
  }
  return entries;
}

Bytes encode_persons(std::span<const PersonId> persons) {
  Bytes bytes{rows_version};
  bytes.reserve(1 + persons.size() * id_bytes);
  for (const PersonId& person : persons) append(bytes, person.bytes);
  return bytes;
}

std::optional<std::vector<PersonId>> decode_persons(ByteView bytes) {
  if (bytes.empty() || bytes[0] != rows_version || (bytes.size() - 1) % id_bytes != 0) {
    return std::nullopt;
  }
  std::vector<PersonId> persons;
  for (ByteView rest = bytes.subspan(1); !rest.empty(); rest = rest.subspan(id_bytes)) {
    persons.push_back(*read_id<PersonId>(rest.first(id_bytes)));
  }
  return persons;
}

Bytes encode_erased() { return {rows_version}; }

Bytes encode_size(TreeSize size) {
  Bytes bytes{rows_version};
  for (unsigned shift = 0; shift < 64; shift += 8) {
    bytes.push_back(static_cast<std::uint8_t>(size.value >> shift & 0xff));
  }
  return bytes;
}

std::optional<TreeSize> decode_size(ByteView bytes) {
  TreeSize size;
  if (bytes.size() != 1 + sizeof size.value || bytes[0] != rows_version) return std::nullopt;
  for (std::size_t i = 0; i < sizeof size.value; ++i) {
    size.value |= std::uint64_t{bytes[1 + i]} << 8 * i;
  }
  return size;
}

Bytes encode_key_check(const VaultKeys& keys) {
  Bytes bytes{rows_version};
  append(bytes, keys.check_value().bytes);
  return bytes;
}

}  // namespace kinledger::ledger

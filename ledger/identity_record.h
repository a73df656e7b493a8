// Who a person is (身份信息), as the vault keeps it and as an event commits to it. The canonical
// bytes are what is sealed and what is committed to; two equal records are equal bytes.
//
//   offset  bytes  content (integers little endian; never renumber)
//        0      1  version, 1
//        1      1  IdType (ledger/identity_number.h)
//        2      1  sex: 0 not recorded, 1 male, 2 female
//        3      4  birth date, days since 1970-01-01, signed
//        7    2+n  identity number: length in bytes, then UTF-8
//      9+n    2+m  name: length in bytes, then UTF-8
//
// Pure functions; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "ledger/calendar.h"
#include "ledger/crypto.h"
#include "ledger/identity_number.h"
#include "ledger/text.h"
#include "ledger/types.h"

namespace kinledger::ledger {

/// Stored in the vault and committed to: never renumber.
enum class Sex : std::uint8_t { male = 1, female = 2 };

/// One document of a person. The parts were accepted by parse_identity_number, accept_name and
/// parse_date.
struct IdentityRecord {
  IdentityNumber identity;
  std::string name;
  Date birth_date;
  std::optional<Sex> sex;

  bool operator==(const IdentityRecord&) const = default;
};

/// A code point takes at most 4 bytes in UTF-8.
inline constexpr std::size_t name_bytes_max = name_characters_max * 4;

Bytes canonical_identity(const IdentityRecord& record);
/// The record again; nothing unless the bytes are exactly what canonical_identity gives for it.
std::optional<IdentityRecord> read_canonical_identity(ByteView canonical);

/// HMAC-SHA256(commitment key, "kinledger/identity/v1" || 0x00 || canonical identity): what
/// PersonRegistered carries. Says nothing about the identity to anyone without the key; with the
/// key and the canonical bytes anyone can compare.
Hash identity_commitment(const Key256& commitment_key, ByteView canonical);

}  // namespace kinledger::ledger

// The identifiers and numbers of the ledger, each a type of its own, so that a person cannot be
// passed where a unit is meant, nor a sequence where a size is meant.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/refusal.h"

namespace kinledger::ledger {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Position of an event in the ledger, dense from 0; also its leaf index in the Merkle tree.
/// It is not stored in the event.
struct Sequence {
  std::uint64_t value = 0;
  auto operator<=>(const Sequence&) const = default;
};

/// Number of events in a tree. As a basis, "as known at size n" sees sequences 0 .. n-1.
struct TreeSize {
  std::uint64_t value = 0;
  auto operator<=>(const TreeSize&) const = default;
};

/// Instant of the ledger's own clock: microseconds since 1970-01-01T00:00:00Z.
struct RecordedAt {
  std::int64_t microseconds = 0;
  auto operator<=>(const RecordedAt&) const = default;
};

/// 128 bits, random unless its maker says otherwise. `Tag` keeps the kinds of id apart.
/// Text form: 32 lower-case hexadecimal digits.
template <class Tag>
struct Id128 {
  std::array<std::uint8_t, 16> bytes{};

  auto operator<=>(const Id128&) const = default;
  bool is_zero() const { return *this == Id128{}; }
};

using PersonId = Id128<struct PersonTag>;  ///< pseudonym of a person; identity is in the vault
using UnitId = Id128<struct UnitTag>;      ///< a unit, school, agency, bank or other organisation
using FactId = Id128<struct FactTag>;      ///< one fact; its corrections carry the same id
using ActorId = Id128<struct ActorTag>;    ///< who handed a submission in; zero is the ledger
using LedgerId = Id128<struct LedgerTag>;  ///< one ledger, drawn when it is made
/// One submission: a keyed commitment to its idempotency key (ledger/vault.h).
using SubmissionId = Id128<struct SubmissionTag>;

/// Administrative division by GB/T 2260, six digits as a number; 0 is none.
struct Area {
  std::uint32_t code = 0;
  auto operator<=>(const Area&) const = default;
};

/// SHA-256 output.
struct Hash {
  std::array<std::uint8_t, 32> bytes{};

  auto operator<=>(const Hash&) const = default;
};

std::string to_hex(ByteView bytes);
/// Exactly `out.size() * 2` lower- or upper-case hexadecimal digits, else false and `out` is
/// unspecified.
bool from_hex(std::string_view text, std::span<std::uint8_t> out);

template <class Tag>
std::string to_text(const Id128<Tag>& id) {
  return to_hex(id.bytes);
}
inline std::string to_text(const Hash& hash) { return to_hex(hash.bytes); }

/// RFC 3339 in UTC with six decimals: 2021-04-05T01:02:03.000000Z.
std::string to_text(RecordedAt at);
/// RFC 3339 with any offset and up to six decimals; years 1970 to 2262.
Parsed<RecordedAt> parse_recorded_at(std::string_view text);

}  // namespace kinledger::ledger

template <class Tag>
struct std::hash<kinledger::ledger::Id128<Tag>> {
  std::size_t operator()(const kinledger::ledger::Id128<Tag>& id) const noexcept {
    std::size_t value;
    std::memcpy(&value, id.bytes.data(), sizeof value);
    return value;
  }
};

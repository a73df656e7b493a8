#include "ledger/identity_record.h"

#include <string_view>

#include "ledger/result.h"

namespace kinledger::ledger {

namespace {

constexpr std::uint8_t record_version = 1;
constexpr std::size_t fixed_bytes = 7;

void append_text(Bytes& bytes, std::string_view text) {
  bytes.push_back(static_cast<std::uint8_t>(text.size()));
  bytes.push_back(static_cast<std::uint8_t>(text.size() >> 8));
  bytes.insert(bytes.end(), text.begin(), text.end());
}

/// Takes a text off the front of `bytes`.
std::optional<std::string> take_text(ByteView& bytes, std::size_t bytes_max) {
  if (bytes.size() < 2) return std::nullopt;
  const std::size_t size = bytes[0] | std::size_t{bytes[1]} << 8;
  if (size > bytes_max || bytes.size() - 2 < size) return std::nullopt;
  std::string text(as_text(bytes.subspan(2, size)));
  bytes = bytes.subspan(2 + size);
  return text;
}

}  // namespace

Bytes canonical_identity(const IdentityRecord& record) {
  invariant(record.identity.number.size() <= identity_number_bytes_max);
  invariant(record.name.size() <= name_bytes_max);
  Bytes bytes;
  bytes.reserve(fixed_bytes + 4 + record.identity.number.size() + record.name.size());
  bytes.push_back(record_version);
  bytes.push_back(static_cast<std::uint8_t>(record.identity.type));
  bytes.push_back(record.sex ? static_cast<std::uint8_t>(*record.sex) : std::uint8_t{0});
  const auto days = static_cast<std::uint32_t>(record.birth_date.days);
  for (unsigned i = 0; i < 4; ++i) bytes.push_back(static_cast<std::uint8_t>(days >> (8 * i)));
  append_text(bytes, record.identity.number);
  append_text(bytes, record.name);
  return bytes;
}

std::optional<IdentityRecord> read_canonical_identity(ByteView canonical) {
  if (canonical.size() < fixed_bytes || canonical[0] != record_version) return std::nullopt;
  const std::optional<IdType> type = id_type_numbered(canonical[1]);
  if (!type || canonical[2] > static_cast<std::uint8_t>(Sex::female)) return std::nullopt;
  IdentityRecord record;
  record.identity.type = *type;
  if (canonical[2] != 0) record.sex = static_cast<Sex>(canonical[2]);
  std::uint32_t days = 0;
  for (unsigned i = 0; i < 4; ++i) days |= std::uint32_t{canonical[3 + i]} << (8 * i);
  record.birth_date.days = static_cast<std::int32_t>(days);
  if (!is_in_range(record.birth_date)) return std::nullopt;

  ByteView rest = canonical.subspan(fixed_bytes);
  std::optional<std::string> number = take_text(rest, identity_number_bytes_max);
  if (!number) return std::nullopt;
  std::optional<std::string> name = take_text(rest, name_bytes_max);
  if (!name || !rest.empty()) return std::nullopt;
  record.identity.number = std::move(*number);
  record.name = std::move(*name);
  return record;
}

Hash identity_commitment(const Key256& commitment_key, ByteView canonical) {
  constexpr std::string_view domain{"kinledger/identity/v1\0", 22};
  return HmacSha256(commitment_key)({as_bytes(domain), canonical});
}

}  // namespace kinledger::ledger

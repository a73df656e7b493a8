#include "server/idempotency_key.h"

#include <algorithm>

#include "ledger/text.h"
#include "server/target.h"

namespace kinledger::server {

std::string read_idempotency_key(std::string_view field) {
  auto key = ledger::trimmed(field);
  const bool is_encoded = key.starts_with("%\"");
  if (is_encoded) key.remove_prefix(1);
  if (key.size() >= 2 && key.starts_with('"') && key.ends_with('"')) {
    key.remove_prefix(1);
    key.remove_suffix(1);
  }
  if (!is_encoded) return std::string(key);
  // What cannot be decoded is a key like any other, and matches none.
  return decode_component(key).value_or(std::string(key));
}

HttpField idempotency_field(std::string_view key) {
  constexpr std::string_view digits = "0123456789abcdef";
  const bool is_plain = std::ranges::all_of(
      key, [](char byte) { return byte >= ' ' && byte <= '~' && byte != '"' && byte != '\\'; });
  if (is_plain) return {"Idempotency-Key", '"' + std::string(key) + '"'};
  std::string encoded;
  for (const char byte : key) {
    const bool stands_for_itself = byte >= ' ' && byte <= '~' && byte != '"' && byte != '%';
    if (stands_for_itself) {
      encoded += byte;
      continue;
    }
    const auto value = static_cast<unsigned char>(byte);
    encoded += '%';
    encoded += digits[value >> 4];
    encoded += digits[value & 15];
  }
  return {"Idempotency-Key", "%\"" + encoded + "\""};
}

}  // namespace kinledger::server

// Integers with their first byte first, so that keys sort as numbers do.
#pragma once

#include <cstdint>
#include <string>

namespace kinledger::ledger {

inline void append_big_endian(std::string& key, std::uint64_t value) {
  value = __builtin_bswap64(value);
  key.append(reinterpret_cast<const char*>(&value), sizeof value);
}

}  // namespace kinledger::ledger

// Damage at rest.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>

namespace kinledger {

/// Bit 7 is the highest of the byte.
inline void flip_bit(const std::filesystem::path& file, std::uint64_t at, std::uint64_t bit) {
  std::fstream bytes(file, std::ios::binary | std::ios::in | std::ios::out);
  bytes.seekg(static_cast<std::streamoff>(at));
  const auto byte = static_cast<char>(bytes.get() ^ (1 << bit));
  bytes.seekp(static_cast<std::streamoff>(at));
  bytes.put(byte);
}

}  // namespace kinledger

#include "ledger/table_check.h"

#include <array>
#include <cstdint>
#include <fstream>
#include <system_error>

namespace kinledger::ledger {
namespace {

// A table ends: properties block, its trailer, metaindex block, its trailer, footer. The footer is
// one byte, where the metaindex block begins as a varint, and what is not needed here.
constexpr std::uint64_t footer_bytes = 53;
constexpr std::uint64_t trailer_bytes = 5;
constexpr std::size_t varint_bytes_max = 10;
// The last four bytes of a block are the number of its restarts, with the highest bit for the
// index.
constexpr std::uint8_t hash_index_bit = 0x80;

std::optional<std::uint64_t> varint(const std::array<char, varint_bytes_max>& bytes) {
  std::uint64_t value = 0;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    const auto byte = static_cast<std::uint8_t>(bytes[at]);
    value |= std::uint64_t{byte & 0x7fU} << (7 * at);
    if ((byte & 0x80U) == 0) return value;
  }
  return std::nullopt;
}

bool has_hash_index_in_properties(const std::filesystem::path& table) {
  std::ifstream in(table, std::ios::binary | std::ios::ate);
  const auto size = static_cast<std::uint64_t>(in.tellg());
  if (!in || size < footer_bytes) return false;
  std::array<char, varint_bytes_max> handle;
  in.seekg(static_cast<std::streamoff>(size - footer_bytes + 1));
  in.read(handle.data(), handle.size());
  const auto metaindex = varint(handle);
  if (!in || !metaindex || *metaindex <= trailer_bytes || *metaindex > size - footer_bytes)
    return false;
  in.seekg(static_cast<std::streamoff>(*metaindex - trailer_bytes - 1));
  const auto last_byte = static_cast<std::uint8_t>(in.get());
  return in && (last_byte & hash_index_bit) != 0;
}

}  // namespace

std::optional<std::filesystem::path> unreadable_table(const std::filesystem::path& database) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(database, error))
    if (entry.path().extension() == ".sst" && has_hash_index_in_properties(entry.path()))
      return entry.path();
  return std::nullopt;
}

}  // namespace kinledger::ledger

#include "ledger/table_check.h"

#include <array>
#include <cstring>
#include <fstream>
#include <string_view>
#include <system_error>

namespace kinledger::ledger {
namespace {

// A table ends: properties block, its trailer, metaindex block, its trailer, footer. The footer is
// the kind of checksum (1), where the metaindex block begins as a varint, what is not needed here,
// the version of the format (4), and a number that every table has. A crash may leave one without
// its end, which nobody reads.
constexpr std::size_t footer_bytes = 53;
constexpr std::string_view table_magic = "\xf7\xcf\xf4\x85\xb7\x41\xe2\x88";
constexpr char xxh3 = 4;
constexpr std::uint64_t trailer_bytes = 5;
// The last four bytes of a block are the number of its restarts, with the highest bit for the
// index.
constexpr std::uint8_t hash_index_bit = 0x80;

using Footer = std::array<char, footer_bytes>;

/// Nothing when it does not end where another part of the footer begins.
std::optional<std::uint64_t> metaindex_of(const Footer& footer) {
  std::uint64_t value = 0;
  constexpr std::size_t varint_bytes_max = 10;
  for (std::size_t i = 0; i < varint_bytes_max; ++i) {
    const auto byte = static_cast<std::uint8_t>(footer[1 + i]);
    value |= std::uint64_t{byte & 0x7fU} << (7 * i);
    if ((byte & 0x80U) == 0) return value;
  }
  return std::nullopt;
}

std::uint32_t version_of(const Footer& footer) {
  std::uint32_t version;
  std::memcpy(&version, footer.end() - table_magic.size() - sizeof version, sizeof version);
  return version;
}

bool is_misread(const std::filesystem::path& table) {
  std::ifstream in(table, std::ios::binary | std::ios::ate);
  const auto size = static_cast<std::uint64_t>(in.tellg());
  if (!in || size < footer_bytes) return false;
  Footer footer;
  in.seekg(static_cast<std::streamoff>(size - footer_bytes));
  in.read(footer.data(), footer.size());
  const auto metaindex = metaindex_of(footer);
  if (!in || !std::string_view(footer.data(), footer.size()).ends_with(table_magic)) return false;
  if (footer.front() != xxh3 || version_of(footer) != table_format_version) return true;
  if (!metaindex || *metaindex <= trailer_bytes || *metaindex > size - footer_bytes) return false;
  in.seekg(static_cast<std::streamoff>(*metaindex - trailer_bytes - 1));
  const auto last_of_properties = static_cast<std::uint8_t>(in.get());
  return in && (last_of_properties & hash_index_bit) != 0;
}

}  // namespace

std::optional<std::filesystem::path> find_misread_table(const std::filesystem::path& database) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(database, error))
    if (entry.path().extension() == ".sst" && is_misread(entry.path())) return entry.path();
  return std::nullopt;
}

}  // namespace kinledger::ledger

// What has to be looked at before RocksDB 7.8.3 opens a table, at its end, of which no checksum is
// verified first:
//
// The properties of a table are read before their checksum is verified, for a number in those of an
// ingested table is changed afterwards. Where a damaged bit there says that the block has a hash
// index, which no block of properties has, an assertion ends the process, and no file is named.
//
// The footer says which format the table has, and which checksums. One damaged bit makes another
// format of it that RocksDB reads too, so that blocks do not unpack and again no file is named, or
// says that there are no checksums, so that no other damage would be seen.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace kinledger::ledger {

/// Of all tables.
inline constexpr std::uint32_t table_format_version = 5;

/// A table of this database that has such a bit.
std::optional<std::filesystem::path> find_misread_table(const std::filesystem::path& database);

}  // namespace kinledger::ledger

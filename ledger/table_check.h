// What has to be looked at before RocksDB 7.8.3 opens a table. It reads the properties of a table
// before it verifies their checksum, for a number in those of an ingested table is changed
// afterwards; and where a damaged bit there says that the block has a hash index, which no block of
// properties has, an assertion ends the process, and no file is named.
#pragma once

#include <filesystem>
#include <optional>

namespace kinledger::ledger {

/// A table of this database that has such a bit.
std::optional<std::filesystem::path> find_stopping_table(const std::filesystem::path& database);

}  // namespace kinledger::ledger

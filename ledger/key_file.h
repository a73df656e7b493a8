// A key file (密钥文件): 64 lower-case hexadecimal digits and a line feed, mode 0600.
#pragma once

#include <filesystem>

#include "ledger/crypto.h"
#include "ledger/result.h"

namespace kinledger::ledger {

/// Writes the file of a key, durably. `conflict` when there is a file already.
Result<void> write_key_file(const std::filesystem::path& path, const Key256& key);

/// Draws a key and writes its file, durably. `conflict` when there is a file already.
Result<Key256> create_key_file(const std::filesystem::path& path, Random& random);

/// `invalid` when there is no file, when it is not of the form above, or when anybody but its owner
/// may read or write it; the text says which and what to do. Else `unavailable`.
Result<Key256> read_key_file(const std::filesystem::path& path);

}  // namespace kinledger::ledger

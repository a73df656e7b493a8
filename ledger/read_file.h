// Reads a file that may not be there.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

#include "ledger/result.h"

namespace kinledger::ledger {

/// The whole file; nothing where there is none. Of one with more than `bytes_max` bytes one byte
/// more is given, so that no form takes it for whole. `unavailable` when it cannot be read.
Result<std::optional<std::string>> read_file(const std::filesystem::path& path,
                                             std::size_t bytes_max);

}  // namespace kinledger::ledger

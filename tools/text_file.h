// A file that is read whole.
#pragma once

#include <cstddef>
#include <string>

#include "ledger/refusal.h"

namespace kinledger::tools {

/// Refused: FILE_UNREADABLE, FILE_EMPTY, and FILE_TOO_LARGE above `bytes_max`.
ledger::Parsed<std::string> read_text_file(const std::string& path, std::size_t bytes_max);

}  // namespace kinledger::tools

// Files that are read or written whole.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "ledger/refusal.h"
#include "ledger/result.h"

namespace kinledger::tools {

/// Refused: FILE_UNREADABLE, FILE_EMPTY, and FILE_TOO_LARGE above `bytes_max`.
ledger::Parsed<std::string> read_text_file(const std::string& path, std::size_t bytes_max);

/// The file is there with all of the bytes, durable, or as it was before. Fails as WholeFile does.
ledger::Result<void> write_whole(const std::string& path, std::string_view bytes);

/// What this process writes from here on only its owner can read: files that say who people are.
void write_privately();

}  // namespace kinledger::tools

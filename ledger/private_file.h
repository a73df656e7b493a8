// Small files that only their owner may read and that must be there after a power cut: the mark,
// the key-encryption key.
#pragma once

#include <filesystem>

#include "ledger/result.h"
#include "ledger/types.h"

namespace kinledger::ledger {

/// Makes a file of mode 0600 with these bytes, durable together with its directory entry when it
/// returns. `conflict` when there is one already: it is never replaced. `unavailable` on any other
/// error, and then no file stays behind.
Result<void> create_private_file(const std::filesystem::path& path, ByteView bytes);

/// Puts a file of mode 0600 in the place of another one, or of none: after a crash there is the old
/// one or the new one, whole.
Result<void> replace_private_file(const std::filesystem::path& path, ByteView bytes);

/// Makes the entry of a file or directory in its parent survive a power cut.
Result<void> sync_directory_of(const std::filesystem::path& path);

}  // namespace kinledger::ledger

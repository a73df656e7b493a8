// The lock of a directory, of a ledger or of a witness: one process at a time. RocksDB refuses a
// second process too, but at once and without saying who holds it.
#pragma once

#include <filesystem>
#include <memory>

#include "ledger/result.h"

namespace kinledger::ledger {

/// How long a command waits for another process to close a ledger.
inline constexpr int ledger_wait_ms = 10'000;

/// Held as long as the object lives; the kernel gives it up when the process dies.
class DirectoryLock {
 public:
  /// Waits up to `wait_ms` for another holder. `unavailable`, naming the holder's process, when it
  /// does not let go.
  static Result<std::unique_ptr<DirectoryLock>> acquire(const std::filesystem::path& file,
                                                        int wait_ms);
  ~DirectoryLock();
  DirectoryLock(const DirectoryLock&) = delete;
  DirectoryLock& operator=(const DirectoryLock&) = delete;

 private:
  explicit DirectoryLock(int file) : file_(file) {}
  const int file_;
};

}  // namespace kinledger::ledger

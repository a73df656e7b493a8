// Directories (目录): private ones, empty ones, ones that are needed for a moment, and what is in
// them.
#pragma once

#include <cstdint>
#include <filesystem>

#include "ledger/result.h"

namespace kinledger::ledger {

/// Makes a directory that only its owner may enter (mode 0700), and such ones above it where there
/// are none, durable with their entries. One that is there becomes so; those above it stay.
Result<void> make_private_directory(const std::filesystem::path& path);

/// `unavailable`: why a file cannot be opened for writing. Says what to do, in both languages,
/// where the file system is read-only or the rights are missing.
Error cannot_open_for_writing(const std::filesystem::path& path, int error_number);

/// There is nothing, or a directory with nothing in it. One that cannot be read holds something.
bool holds_nothing(const std::filesystem::path& path);

/// Of the files in it, without those in directories below; 0 where it cannot be read.
std::uint64_t bytes_in(const std::filesystem::path& directory);

/// The place of a directory that is needed for a moment: what is there is removed now, as an
/// interrupted run may have left it, and at the end.
class ScratchDirectory {
 public:
  explicit ScratchDirectory(std::filesystem::path path);
  ~ScratchDirectory();
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  void remove();
  const std::filesystem::path path_;
};

}  // namespace kinledger::ledger

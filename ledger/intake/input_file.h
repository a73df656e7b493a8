// An ordinary file read from front to back, no further than its size when it was opened.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "ledger/intake/row_source.h"
#include "ledger/refusal.h"

namespace kinledger::ledger::intake {

/// Owns an open file. One thread at a time.
class InputFile {
 public:
  /// Refused: FILE_UNREADABLE, FILE_EMPTY, FILE_TOO_LARGE above `bytes_max` (see
  /// ledger/intake/row_source.h). Throws std::system_error where the system has no file handle or
  /// memory left, as `new` throws for want of memory.
  static Parsed<std::unique_ptr<InputFile>> open(const std::filesystem::path& path,
                                                 std::uint64_t bytes_max = table_file_bytes_max);

  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;
  ~InputFile();

  std::uint64_t remaining_bytes() const { return size_bytes_ - read_bytes_; }

  /// Fills `bytes` unless the end comes first; answers how many were read, 0 at the end. Refused:
  /// FILE_UNREADABLE, also if the file has become shorter meanwhile.
  Parsed<std::size_t> read(std::span<char> bytes);

 private:
  InputFile(int descriptor, std::uint64_t size_bytes)
      : descriptor_(descriptor), size_bytes_(size_bytes) {}

  int descriptor_;
  std::uint64_t size_bytes_;
  std::uint64_t read_bytes_ = 0;
};

}  // namespace kinledger::ledger::intake

// A file that is in memory alone (内存文件): what is uploaded names persons, and never comes onto a
// disk unsealed.
#pragma once

#include <string>
#include <string_view>

#include "ledger/result.h"

namespace kinledger::server {

class MemoryFile {
 public:
  /// `unavailable` when there is no room.
  static ledger::Result<MemoryFile> holding(std::string_view bytes);
  ~MemoryFile();
  MemoryFile(MemoryFile&& other) noexcept;
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  /// Opens it, as long as this object lives.
  std::string path() const;

 private:
  explicit MemoryFile(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace kinledger::server

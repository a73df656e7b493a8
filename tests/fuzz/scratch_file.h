// An input as a file in memory, for readers that take a path.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "ledger/result.h"
#include "ledger/types.h"

namespace kinledger::fuzz {

class ScratchFile {
 public:
  ScratchFile() : descriptor_(::memfd_create("kinledger-fuzz", MFD_CLOEXEC)) {
    invariant(descriptor_ >= 0);
  }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  ~ScratchFile() { ::close(descriptor_); }

  /// Replaces what it held.
  void put(ledger::ByteView bytes) const {
    invariant(::ftruncate(descriptor_, 0) == 0);
    const auto written = ::pwrite(descriptor_, bytes.data(), bytes.size(), 0);
    invariant(written == static_cast<ssize_t>(bytes.size()));
  }
  std::filesystem::path path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

}  // namespace kinledger::fuzz

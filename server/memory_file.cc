#include "server/memory_file.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace kinledger::server {

ledger::Result<MemoryFile> MemoryFile::holding(std::string_view bytes) {
  const auto failed = [] {
    return ledger::Error{ledger::Failure::unavailable,
                         "no memory for an upload: " + std::generic_category().message(errno)};
  };
  MemoryFile file(::memfd_create("upload", MFD_CLOEXEC));
  if (file.descriptor_ < 0) return failed();
  while (!bytes.empty()) {
    const auto written = ::write(file.descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return failed();
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return file;
}

MemoryFile::MemoryFile(MemoryFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

MemoryFile::~MemoryFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::string MemoryFile::path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

}  // namespace kinledger::server

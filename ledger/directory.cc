#include "ledger/directory.h"

#include <system_error>
#include <utility>

#include "ledger/private_file.h"

namespace kinledger::ledger {

namespace fs = std::filesystem;

Result<void> make_private_directory(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (!error) fs::permissions(path, fs::perms::owner_all, error);
  if (error)
    return Error{Failure::unavailable, path.string() + " cannot be made: " + error.message()};
  return sync_directory_of(path);
}

bool holds_nothing(const fs::path& path) {
  std::error_code error;
  return !fs::exists(path, error) || fs::is_empty(path, error);
}

std::uint64_t bytes_in(const fs::path& directory) {
  std::uint64_t bytes = 0;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory, error))
    if (entry.is_regular_file(error)) bytes += entry.file_size(error);
  return bytes;
}

ScratchDirectory::ScratchDirectory(fs::path path) : path_(std::move(path)) { remove(); }

ScratchDirectory::~ScratchDirectory() { remove(); }

void ScratchDirectory::remove() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

}  // namespace kinledger::ledger

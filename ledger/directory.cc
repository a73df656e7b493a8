#include "ledger/directory.h"

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "ledger/private_file.h"

namespace kinledger::ledger {

namespace fs = std::filesystem;

Result<void> make_private_directory(const fs::path& path) {
  std::error_code error;
  // One by one: each is durable when the directory above it has been synced.
  const auto above = path.parent_path();
  if (!above.empty() && !fs::is_directory(above, error))
    if (const auto made = make_private_directory(above); !made) return made.error();
  fs::create_directories(path, error);
  if (!error) fs::permissions(path, fs::perms::owner_all, error);
  if (error)
    return Error{Failure::unavailable, path.string() + " cannot be made: " + error.message()};
  return sync_directory_of(path);
}

Error cannot_open_for_writing(const fs::path& path, int error_number) {
  const auto why = path.string() + " cannot be opened: " + std::strerror(error_number);
  if (error_number != EROFS && error_number != EACCES && error_number != EPERM)
    return {Failure::unavailable, why};
  return {Failure::unavailable,
          why +
              "; nothing was changed. Also to be read it has to be writable: run this as its "
              "owner, on a file system that is mounted for writing",
          path.string() + " 无法打开：" + std::strerror(error_number) +
              "；未作任何改动。即使只读取也须可写：请以其所有者运行，并以可写方式挂载文件系统"};
}

bool holds_nothing(const fs::path& path) {
  std::error_code error;
  const bool is_there = fs::exists(path, error);
  return !error && (!is_there || fs::is_empty(path, error));
}

std::uint64_t bytes_in(const fs::path& directory) {
  std::uint64_t bytes = 0;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    if (!entry.is_regular_file(error)) continue;
    const auto size = entry.file_size(error);
    if (!error) bytes += size;  // else it was removed meanwhile
  }
  return bytes;
}

ScratchDirectory::ScratchDirectory(fs::path path) : path_(std::move(path)) { remove(); }

ScratchDirectory::~ScratchDirectory() { remove(); }

void ScratchDirectory::remove() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

}  // namespace kinledger::ledger

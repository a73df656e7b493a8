#include "ledger/private_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace kinledger::ledger {

namespace {

bool write_all(int file, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

bool sync_parent(const std::filesystem::path& path) {
  const std::filesystem::path directory = path.has_parent_path() ? path.parent_path() : ".";
  const int file = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return false;
  const bool synced = ::fsync(file) == 0;
  const int number = errno;
  ::close(file);
  errno = number;
  return synced;
}

}  // namespace

Result<void> sync_directory_of(const std::filesystem::path& path) {
  if (sync_parent(path)) return {};
  return Error{Failure::unavailable,
               "the directory of " + path.string() + " cannot be synced: " + std::strerror(errno)};
}

Result<void> create_private_file(const std::filesystem::path& path, ByteView bytes) {
  const auto error = [&path](Failure failure, int number) {
    return Error{failure, "cannot create " + path.string() + ": " + std::strerror(number)};
  };
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return error(errno == EEXIST ? Failure::conflict : Failure::unavailable, errno);

  const bool durable = write_all(file, bytes) && ::fsync(file) == 0 && sync_parent(path);
  const int number = errno;
  ::close(file);
  if (durable) return {};
  ::unlink(path.c_str());
  return error(Failure::unavailable, number);
}

Result<void> replace_private_file(const std::filesystem::path& path, ByteView bytes) {
  auto aside = path;
  aside += ".new";
  std::error_code error;
  std::filesystem::remove(aside, error);  // of a crash before
  if (const auto created = create_private_file(aside, bytes); !created) return created.error();
  std::filesystem::rename(aside, path, error);
  if (error)
    return Error{Failure::unavailable, "cannot replace " + path.string() + ": " + error.message()};
  return sync_directory_of(path);
}

}  // namespace kinledger::ledger

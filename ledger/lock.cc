#include "ledger/lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <thread>

#include "ledger/directory.h"

namespace kinledger::ledger {
namespace {

constexpr auto poll_interval = std::chrono::milliseconds(20);

std::string holder(int file) {
  std::array<char, 32> text{};
  const auto bytes = pread(file, text.data(), text.size() - 1, 0);
  return bytes > 0 ? "process " + std::string(text.data(), static_cast<std::size_t>(bytes))
                   : std::string("another process");
}

}  // namespace

Result<std::unique_ptr<DirectoryLock>> DirectoryLock::acquire(const std::filesystem::path& path,
                                                              int wait_ms) {
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return cannot_open_for_writing(path, errno);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(wait_ms);
  while (flock(file, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) {  // no locks on this file system, say
      auto error = cannot_open_for_writing(path, errno);
      close(file);
      return error;
    }
    if (std::chrono::steady_clock::now() >= deadline) {
      Error error{Failure::unavailable, path.parent_path().string() + " is in use by " +
                                            holder(file) + "; wait for it to end"};
      close(file);
      return error;
    }
    std::this_thread::sleep_for(poll_interval);
  }
  const auto self = std::to_string(getpid());
  if (ftruncate(file, 0) != 0 ||
      pwrite(file, self.data(), self.size(), 0) != static_cast<ssize_t>(self.size())) {
    close(file);
    return Error{Failure::unavailable, path.string() + " cannot be written"};
  }
  return std::unique_ptr<DirectoryLock>(new DirectoryLock(file));
}

DirectoryLock::~DirectoryLock() { close(file_); }

}  // namespace kinledger::ledger

#include "ledger/intake/input_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "ledger/result.h"

namespace kinledger::ledger::intake {

Parsed<std::unique_ptr<InputFile>> InputFile::open(const std::filesystem::path& path,
                                                   std::uint64_t bytes_max) {
  // Not blocking, so that a pipe is refused instead of waited for.
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  // Nothing is wrong with the file then, and nobody can mend it.
  if (descriptor < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOMEM))
    throw std::system_error(errno, std::generic_category(), path.string());
  if (descriptor < 0) return file_unreadable();
  struct stat found {};
  const bool described = ::fstat(descriptor, &found) == 0;
  const auto size_bytes = static_cast<std::uint64_t>(found.st_size);
  std::unique_ptr<InputFile> file(new InputFile(descriptor, size_bytes));
  if (!described || !S_ISREG(found.st_mode)) return file_unreadable();
  if (size_bytes == 0) return file_empty();
  if (size_bytes > bytes_max) return file_too_large();
  return file;
}

InputFile::~InputFile() { ::close(descriptor_); }

Parsed<std::size_t> InputFile::read(std::span<char> bytes) {
  const auto wanted =
      static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), remaining_bytes()));
  std::size_t got = 0;
  while (got < wanted) {
    const ssize_t step = ::read(descriptor_, bytes.data() + got, wanted - got);
    if (step < 0 && errno == EINTR) continue;
    if (step <= 0) return file_unreadable();
    got += static_cast<std::size_t>(step);
  }
  read_bytes_ += got;
  invariant(read_bytes_ <= size_bytes_);
  return got;
}

}  // namespace kinledger::ledger::intake

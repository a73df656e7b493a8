#include "ledger/intake/whole_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "ledger/private_file.h"

namespace kinledger::ledger::intake {
namespace {

constexpr std::size_t buffer_bytes_max = std::size_t{1} << 16;
/// Names tried for the partial file; others belong to writers at work or killed.
constexpr int partial_names_max = 100;

/// `code` is an errno.
Error failed(std::string_view what, int code) {
  const bool retry = code == ENOSPC || code == EDQUOT || code == EFBIG || code == EIO ||
                     code == EMFILE || code == ENFILE || code == ENOMEM;
  return {retry ? Failure::unavailable : Failure::invalid,
          std::string(what) + ": " + std::generic_category().message(code) + "."};
}

std::filesystem::path directory_of(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

}  // namespace

Result<std::unique_ptr<WholeFile>> WholeFile::create(const std::filesystem::path& path) {
  std::error_code code;
  std::filesystem::path target = path;
  if (const auto found = std::filesystem::status(path, code); std::filesystem::exists(found)) {
    // A device or pipe must not be replaced by a file.
    if (!std::filesystem::is_regular_file(found)) {
      return Error{Failure::invalid, "The output path is not an ordinary file."};
    }
    target = std::filesystem::canonical(path, code);
    if (code) return failed("The output path cannot be resolved", code.value());
  }
  for (int i = 0; i < partial_names_max; ++i) {
    const std::string name =
        ".kinledger-" + std::to_string(::getpid()) + "-" + std::to_string(i) + ".partial";
    std::filesystem::path partial = directory_of(target) / name;
    const int descriptor = ::open(partial.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor >= 0) {
      return std::unique_ptr<WholeFile>(
          new WholeFile(descriptor, std::move(partial), std::move(target)));
    }
    if (errno != EEXIST) return failed("The output file cannot be created", errno);
  }
  return Error{Failure::unavailable, "The directory of the output file is full of partial files."};
}

WholeFile::~WholeFile() {
  ::close(descriptor_);
  if (!kept_) ::unlink(partial_.c_str());
}

Result<void> WholeFile::write(std::string_view bytes) {
  buffer_ += bytes;
  return buffer_.size() < buffer_bytes_max ? Result<void>() : flush();
}

Result<void> WholeFile::flush() {
  for (std::string_view rest = buffer_; !rest.empty();) {
    const ssize_t step = ::write(descriptor_, rest.data(), rest.size());
    if (step < 0 && errno == EINTR) continue;
    if (step < 0) return failed("The output file cannot be written", errno);
    rest.remove_prefix(static_cast<std::size_t>(step));
  }
  buffer_.clear();
  return {};
}

Result<void> WholeFile::keep() {
  invariant(!kept_);
  if (auto flushed = flush(); flushed.has_error()) return flushed;
  if (::fsync(descriptor_) != 0) return failed("The output file cannot be made durable", errno);
  if (::rename(partial_.c_str(), path_.c_str()) != 0) {
    return failed("The output file cannot be given its name", errno);
  }
  kept_ = true;
  return sync_directory_of(path_);
}

}  // namespace kinledger::ledger::intake

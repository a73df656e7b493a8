#include "ledger/read_file.h"

#include <algorithm>
#include <fstream>

namespace kinledger::ledger {

Result<std::optional<std::string>> read_file(const std::filesystem::path& path,
                                             std::size_t bytes_max) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (error == std::errc::no_such_file_or_directory) return std::optional<std::string>{};
  std::ifstream in(path, std::ios::binary);
  // Room for one byte more than is expected: a file that grows is seen to.
  std::string text(static_cast<std::size_t>(std::min<std::uintmax_t>(size, bytes_max)) + 1, '\0');
  if (!error) in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (error || in.bad() || (in.fail() && !in.eof()))
    return Error{Failure::unavailable, path.string() + " cannot be read"};
  text.resize(static_cast<std::size_t>(in.gcount()));
  return std::optional(std::move(text));
}

}  // namespace kinledger::ledger

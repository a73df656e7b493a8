#include "ledger/key_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>

#include "ledger/private_file.h"

namespace kinledger::ledger {
namespace {

constexpr std::size_t key_file_bytes = 2 * Key256::size_bytes + 1;

Error refused(const std::filesystem::path& path, const std::string& why) {
  return {Failure::invalid, "the key file " + path.string() + " " + why};
}

/// What the open file holds, if it is a key file that only its owner can read.
Result<Key256> read_key(int file, const std::filesystem::path& path) {
  struct stat status {};
  if (::fstat(file, &status) != 0) {
    return Error{Failure::unavailable, "cannot read " + path.string()};
  }
  if (!S_ISREG(status.st_mode)) return refused(path, "is not a regular file");
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return refused(path,
                   "can be read or written by others than its owner: chmod 600 it, and find out "
                   "who read it");
  }
  std::array<std::uint8_t, key_file_bytes + 1> text{};
  const ssize_t read = ::read(file, text.data(), text.size());
  std::array<std::uint8_t, Key256::size_bytes> key{};
  const bool well_formed = read == static_cast<ssize_t>(key_file_bytes) &&
                           text[key_file_bytes - 1] == '\n' &&
                           from_hex(as_text(ByteView(text).first(2 * key.size())), key);
  Result<Key256> result = refused(
      path, "does not hold 64 hexadecimal digits and a line feed: restore it from its backup");
  if (well_formed) result = Key256(key);
  wipe(text);
  wipe(key);
  return result;
}

}  // namespace

Result<void> write_key_file(const std::filesystem::path& path, const Key256& key) {
  std::string text;
  text.reserve(key_file_bytes);  // growing would leave the digits behind
  auto digits = to_hex(key.bytes());
  text.append(digits).push_back('\n');
  wipe({reinterpret_cast<std::uint8_t*>(digits.data()), digits.size()});
  invariant(text.size() == key_file_bytes);
  auto created = create_private_file(path, as_bytes(text));
  wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
  return created;
}

Result<Key256> create_key_file(const std::filesystem::path& path, Random& random) {
  Key256 key = Key256::random(random);
  if (const auto written = write_key_file(path, key); !written) return written.error();
  return key;
}

Result<Key256> read_key_file(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0 && errno == ENOENT) return refused(path, "does not exist");
  if (file < 0) {
    return Error{Failure::unavailable,
                 "cannot open the key file " + path.string() + ": " + std::strerror(errno)};
  }
  Result<Key256> result = read_key(file, path);
  ::close(file);
  return result;
}

}  // namespace kinledger::ledger

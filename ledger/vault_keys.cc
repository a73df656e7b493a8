#include "ledger/vault_keys.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "ledger/private_file.h"

namespace kinledger::ledger {

namespace {

constexpr std::size_t key_file_bytes = 2 * Key256::size_bytes + 1;
constexpr std::string_view salt = "kinledger/v1";

/// The first 16 bytes of a keyed hash.
template <class Id>
Id truncated(const Hash& hash) {
  Id id;
  std::copy_n(hash.bytes.begin(), id.bytes.size(), id.bytes.begin());
  return id;
}

Error refused(const std::filesystem::path& path, const std::string& why) {
  return {Failure::invalid, "the key file " + path.string() + " " + why};
}

/// What the open file holds, if it is a key file that only its owner can read.
Result<KeyEncryptionKey> read_key(int file, const std::filesystem::path& path) {
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
  Result<KeyEncryptionKey> result = refused(
      path, "does not hold 64 hexadecimal digits and a line feed: restore it from its backup");
  if (well_formed) result = KeyEncryptionKey{Key256(key)};
  wipe(text);
  wipe(key);
  return result;
}

}  // namespace

Result<void> create_key_file(const std::filesystem::path& path, Random& random) {
  const Key256 key = Key256::random(random);
  std::string text = to_hex(key.bytes()) + "\n";
  invariant(text.size() == key_file_bytes);
  Result<void> created = create_private_file(path, as_bytes(text));
  wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
  return created;
}

Result<KeyEncryptionKey> read_key_file(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0 && errno == ENOENT) return refused(path, "does not exist");
  if (file < 0) {
    return Error{Failure::unavailable,
                 "cannot open the key file " + path.string() + ": " + std::strerror(errno)};
  }
  Result<KeyEncryptionKey> result = read_key(file, path);
  ::close(file);
  return result;
}

VaultKeys::VaultKeys(const KeyEncryptionKey& kek)
    : VaultKeys(HkdfSha256(kek.key.bytes(), as_bytes(salt))) {}

VaultKeys::VaultKeys(const HkdfSha256& kek)
    : wrap_(kek.derive(as_bytes("vault/wrap"))),
      note_(kek.derive(as_bytes("vault/note"))),
      blind_index_(kek.derive(as_bytes("vault/blind-index"))),
      source_digest_(kek.derive(as_bytes("vault/source-digest"))),
      submission_(kek.derive(as_bytes("vault/submission"))) {
  const Key256 check = kek.derive(as_bytes("vault/check"));
  std::copy(check.bytes().begin(), check.bytes().end(), check_value_.bytes.begin());
}

BlindIndex VaultKeys::blind_index(const IdentityNumber& identity) const {
  constexpr std::string_view domain{"kinledger/blind/v1\0", 19};
  constexpr std::array<std::uint8_t, 1> separator{0};
  return truncated<BlindIndex>(blind_index_(
      {as_bytes(domain), as_bytes(to_text(identity.type)), separator, as_bytes(identity.number)}));
}

Hash VaultKeys::source_digest(ByteView bytes) const {
  constexpr std::string_view domain{"kinledger/source/v1\0", 20};
  return source_digest_({as_bytes(domain), bytes});
}

SubmissionId VaultKeys::submission_id(std::string_view idempotency_key) const {
  constexpr std::string_view domain{"kinledger/submission/v1\0", 24};
  return truncated<SubmissionId>(submission_({as_bytes(domain), as_bytes(idempotency_key)}));
}

PersonKeys person_keys(const Key256& own_key) {
  const HkdfSha256 keys(own_key.bytes(), as_bytes(salt));
  return {keys.derive(as_bytes("enc")), keys.derive(as_bytes("commit"))};
}

}  // namespace kinledger::ledger

#include "ledger/log_key_files.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "ledger/key_file.h"
#include "ledger/private_file.h"

namespace kinledger::ledger {
namespace {

namespace fs = std::filesystem;

/// Also where it is a link to nowhere, which reading it then names.
bool is_there(const fs::path& file) {
  std::error_code error;
  return fs::symlink_status(file, error).type() != fs::file_type::not_found;
}

Result<void> rename_durably(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::rename(from, to, error);
  if (error)
    return Error{Failure::unavailable,
                 "cannot rename " + from.string() + " to " + to.string() + ": " + error.message()};
  return sync_directory_of(to);
}

Result<SigningKey> read_signing_key(const fs::path& file, const std::string& origin) {
  auto seed = read_key_file(file);
  if (!seed) return seed.error();
  NoteVerifier verifier{origin, ed25519_public_key(*seed)};
  return SigningKey{std::move(verifier), std::move(*seed)};
}

bool is_former(const StatedKeys& stated, const PublicKey& key) {
  const auto& all = stated.all();
  return std::any_of(all.begin(), all.end() - 1,
                     [&](const NoteVerifier& before) { return before.key == key; });
}

/// Puts the next key into its place, and the one that is there aside. Precondition: it is in force.
Result<void> take_up_next_key(const Paths& paths, const StatedKeys& stated) {
  if (is_there(paths.signing_key())) {
    const auto before = read_signing_key(paths.signing_key(), stated.origin());
    if (!before) return before.error();
    if (!is_former(stated, before->verifier.key))
      return Error{Failure::invalid, paths.signing_key().string() +
                                         " is not a key that the ledger ever signed with: move it "
                                         "away"};
    const auto aside = rename_durably(paths.signing_key(), paths.former_signing_key());
    if (!aside) return aside.error();
  }
  return rename_durably(paths.next_signing_key(), paths.signing_key());
}

}  // namespace

Result<LogKeyFiles> open_log_key_files(const Paths& paths, const StatedKeys& stated) {
  if (is_there(paths.next_signing_key())) {
    const auto next = read_signing_key(paths.next_signing_key(), stated.origin());
    if (!next) return next.error();
    if (next->verifier.key == stated.in_force().key)
      if (const auto taken = take_up_next_key(paths, stated); !taken) return taken.error();
  }
  auto key = read_signing_key(paths.signing_key(), stated.origin());
  if (!key) return key.error();
  if (key->verifier.key != stated.in_force().key)
    return Error{Failure::invalid, paths.signing_key().string() +
                                       " is not the key that the ledger signs with: restore it "
                                       "from its backup"};
  LogKeyFiles files{std::move(*key), std::nullopt};
  if (!is_there(paths.former_signing_key())) return files;
  auto former = read_signing_key(paths.former_signing_key(), stated.origin());
  if (!former) return former.error();
  if (!is_former(stated, former->verifier.key))
    return Error{Failure::invalid, paths.former_signing_key().string() +
                                       " is not a key that the ledger signed with before: move it "
                                       "away"};
  files.former = std::move(*former);
  return files;
}

Result<PublicKey> draw_next_key(const Paths& paths, Random& random) {
  if (is_there(paths.former_signing_key()) && is_there(paths.signing_key()))
    return Error{Failure::conflict,
                 "the key before still signs too (" + paths.former_signing_key().string() +
                     "): retire it first, when everybody knows the one that is in force",
                 "上一把密钥仍在一同签名（" + paths.former_signing_key().string() +
                     "）：待各方都有现行公钥后，先停用它"};
  const auto file = paths.next_signing_key();
  const auto key = is_there(file) ? read_key_file(file) : create_key_file(file, random);
  if (!key) return key.error();
  return ed25519_public_key(*key);
}

Result<void> retire_former_key(const Paths& paths) {
  const auto file = paths.former_signing_key();
  std::error_code error;
  const bool was_there = fs::remove(file, error);
  if (error)
    return Error{Failure::unavailable, "cannot remove " + file.string() + ": " + error.message()};
  if (!was_there)
    return Error{Failure::conflict, "there is no key to retire: one key signs",
                 "没有可停用的密钥：只有一把密钥签名"};
  return sync_directory_of(file);
}

}  // namespace kinledger::ledger

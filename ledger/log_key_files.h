// The key of Ed25519 in the state directory, and how another one comes into its place (轮换):
//
//   signing.key          signs
//   signing.key.next     drawn to be the next one; from the moment on that KeyRotated is recorded
//   it
//                        is the one that signs, and the next start puts it in its place
//   signing.key.former   was the one before, and signs too until it is retired: so that whoever
//                        knows only that one has time to learn of the new one
//
// Whichever step a crash comes between, the key in force is in one of the first two files.
#pragma once

#include <optional>

#include "ledger/crypto.h"
#include "ledger/paths.h"
#include "ledger/stated_keys.h"

namespace kinledger::ledger {

struct SigningKey {
  NoteVerifier verifier;
  Key256 seed;
};

struct LogKeyFiles {
  SigningKey in_force;
  std::optional<SigningKey> former;
};

/// Reads them, and finishes a rotation that was recorded. `invalid` when the one in force is in
/// neither file, or a file is open to others, not of its form or of a key that the log never had.
Result<LogKeyFiles> open_log_key_files(const Paths& paths, const StatedKeys& stated);

/// The next key, drawn or, when that was done before, read again. `conflict` while two keys sign:
/// the former one is to be retired first. Where the one in force is lost the former one stays.
Result<PublicKey> draw_next_key(const Paths& paths, Random& random);

/// Removes the former key, durably. `conflict` when there is none.
Result<void> retire_former_key(const Paths& paths);

}  // namespace kinledger::ledger

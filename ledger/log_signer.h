// Signs the checkpoints of one ledger, and never two that disagree. The last one is kept in the
// state directory, apart from the events, and so is the newest one that witnesses cosigned: a new
// one is signed only when the journal proves that it continues both. A ledger that was restored
// from a backup, or whose history was rewritten, is told so instead.
//
// With Ed25519; also with the key before that one, as long as it is not retired; and where the
// state directory has an SM2 key, with that too, in this order.
//
// One process at a time: the caller holds the ledger's lock. One thread at a time.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "ledger/checkpoint.h"
#include "ledger/journal.h"
#include "ledger/log_key_files.h"
#include "ledger/paths.h"
#include "ledger/sm2_note.h"

namespace kinledger::ledger {

class LogSigner {
 public:
  /// `invalid` when a key file is open to others or not of its form, or when the one of Ed25519 is
  /// missing or not the one that the log says is in force.
  static Result<std::unique_ptr<LogSigner>> open(const Paths& paths, StatedKeys stated);

  /// The signed checkpoint of the head, durable before it is given out; the same text as before
  /// for the same head, with the cosignatures that it has got since, though SM2 signs another way
  /// each time. `corrupt` when the journal does not continue what was signed last; `invalid` when
  /// that was signed with an SM2 key that is gone.
  Result<std::string> sign(const Journal& journal, const TreeHead& head);

  /// The key in force.
  const NoteVerifier& verifier() const { return keys_.in_force.verifier; }
  /// The one before it, as long as it signs too.
  std::optional<NoteVerifier> former_verifier() const;
  /// Nothing when there is no SM2 key.
  std::optional<Sm2Verifier> sm2_verifier() const;

  /// Makes the SM2 key where there is none, or where it was lost, and signs the last checkpoint
  /// again with it. `conflict` when there is one, and the last checkpoint is signed with it.
  Result<Sm2Verifier> add_sm2_key(Random& random);

 private:
  struct Sm2Signer {
    Sm2Verifier verifier;
    Key256 key;
  };

  LogSigner(const Paths& paths, StatedKeys stated, LogKeyFiles keys)
      : last_(paths.checkpoint()),
        cosigned_(paths.cosigned()),
        sm2_file_(paths.sm2_key()),
        stated_(std::move(stated)),
        keys_(std::move(keys)) {}

  struct Signed;
  /// What this log signed and the file holds; nothing where there is no file.
  Result<std::optional<Signed>> read_signed(const std::filesystem::path& file) const;
  Result<void> open_sm2();
  Result<void> check_sm2(const SignedNote& last) const;
  SignedNote sign_text(std::string text) const;

  std::filesystem::path last_;      ///< file of the last checkpoint
  std::filesystem::path cosigned_;  ///< and of the newest that witnesses cosigned
  std::filesystem::path sm2_file_;
  StatedKeys stated_;
  LogKeyFiles keys_;
  std::optional<Sm2Signer> sm2_;
};

/// The newest checkpoint in the state directory that the log signed and that the journal continues;
/// nothing where there is none. Signs nothing and needs no key file.
struct SignedHead {
  TreeHead head;
  std::string note;
};
Result<std::optional<SignedHead>> last_signed(const Paths& paths, const StatedKeys& log,
                                              const Journal& journal);

/// The newest cosigned checkpoint of the ledger, which is kept in its state directory; nothing
/// where there is none. `corrupt` when the file holds something else.
Result<std::optional<SignedNote>> read_cosigned(const Paths& paths);

/// Keeps a cosigned checkpoint, durably, unless a larger one is kept. Preconditions: the log signed
/// it; the caller holds the ledger's lock.
Result<void> keep_cosigned(const Paths& paths, const SignedNote& note);

/// Keeps, in the place of the newest, a checkpoint that a witness holds and that the ledger does
/// not continue: nothing more is signed until the ledger does. Preconditions: as above.
Result<void> keep_contradicting(const Paths& paths, const SignedNote& note);

}  // namespace kinledger::ledger

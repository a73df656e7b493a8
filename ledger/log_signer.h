// Signs the checkpoints of one ledger, and never two that disagree. The last one is kept in the
// state directory, apart from the events: a new one is signed only when the journal proves that it
// continues that one. A ledger that was restored from a backup, or whose history was rewritten,
// is told so instead.
//
// One process at a time: the caller holds the ledger's lock. One thread at a time.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "ledger/checkpoint.h"
#include "ledger/journal.h"
#include "ledger/paths.h"

namespace kinledger::ledger {

class LogSigner {
 public:
  /// `invalid` when the key file is missing, open to others, or not that of `expected`.
  static Result<std::unique_ptr<LogSigner>> open(const Paths& paths, std::string origin,
                                                 const PublicKey& expected);

  /// The signed checkpoint of the head, durable before it is given out; the same text as before
  /// for the same head. `corrupt` when the journal does not continue what was signed last.
  Result<std::string> sign(const Journal& journal, const TreeHead& head);

  const NoteVerifier& verifier() const { return verifier_; }

 private:
  LogSigner(std::filesystem::path last, NoteVerifier verifier, Key256 seed)
      : last_(std::move(last)), verifier_(std::move(verifier)), seed_(std::move(seed)) {}

  std::filesystem::path last_;  ///< file of the last checkpoint
  NoteVerifier verifier_;
  Key256 seed_;
};

}  // namespace kinledger::ledger

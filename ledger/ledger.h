// The ledger (账本) as its users see it: one directory with journal and vault, and beside it the
// state directory with the keys and the durable mark.
//
//   LEDGER/lock               held while a process has the ledger open; names the holder
//   LEDGER/journal/           events (ledger/journal.h)
//   LEDGER/vault/             identities (ledger/vault.h)
//   LEDGER/projections/       derived, disposable (projections/)
//   LEDGER.state/ledger.id    32 hexadecimal digits
//   LEDGER.state/mark         durable mark (ledger/mark.h)
//   LEDGER.state/vault.key    key-encryption key, mode 0600
//   LEDGER.state/signing.key  Ed25519 key of the checkpoints, mode 0600; others beside it while it
//                             is rotated (ledger/log_key_files.h)
//   LEDGER.state/sm2.key      SM2 key that signs them too, mode 0600; optional
//
// Keep the two apart: on another disk, with other backups. Without the state directory, or with one
// that disagrees, the ledger can be read only: see LedgerOptions::may_be_read_only.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ledger/checkpoint.h"
#include "ledger/commit_figures.h"
#include "ledger/crypto.h"
#include "ledger/free_space.h"
#include "ledger/journal.h"
#include "ledger/lock.h"
#include "ledger/log_signer.h"
#include "ledger/sm2_note.h"
#include "ledger/stated_keys.h"
#include "ledger/submission.h"
#include "ledger/vault.h"

namespace kinledger::ledger {

/// The ledger's only source of time. A simulated one is allowed on origins ending in ".invalid".
using Clock = std::function<RecordedAt()>;
RecordedAt system_clock_now();

/// Whether a code belongs to a code list, as far as the adopted packs declare it.
class Vocabulary {
 public:
  virtual ~Vocabulary() = default;
  enum class Known { yes, no, list_not_declared };
  virtual Known knows(std::string_view code_list, std::string_view code) const = 0;
  /// The codes of a list as a refusal lists them: "少儿医保（children）、…" and "children, …".
  /// Empty when the list is not declared.
  struct Codes {
    std::string zh;
    std::string en;
  };
  virtual Codes codes(std::string_view code_list) const = 0;
};

struct LedgerOptions {
  std::filesystem::path directory;
  std::filesystem::path state;  ///< empty: directory + ".state"
  Clock clock = system_clock_now;
  int lock_wait_ms = ledger_wait_ms;
  rocksdb::Env* env = nullptr;  ///< of the databases, outlives the ledger; null: the system's
  RoomLimit room = {};          ///< below it submit() records nothing
  /// Where the state directory keeps the ledger from being opened (it is missing, another ledger's,
  /// or says that the journal lost or changed something), open it to be read: see
  /// Ledger::read_only(). Nothing is written below `directory` then, but the lock.
  bool may_be_read_only = false;
};

struct LedgerIdentity {
  LedgerId id;
  std::string origin;  ///< name of the log: "kinledger.example/330100"
  Area jurisdiction;
  bool simulated = false;
};

/// Such a ledger may be given the time; it is for trials and tests.
bool is_simulated_origin(std::string_view origin);

/// Thread rule: submit() and the readers from any thread.
class Ledger {
 public:
  /// Makes directories, keys, journal and vault, and records LedgerCreated as sequence 0.
  static Result<std::unique_ptr<Ledger>> create(const LedgerOptions& options, std::string origin,
                                                Area jurisdiction, Random& random);
  /// Opens and checks: the tree at the mark must have the mark's root. `unavailable` when another
  /// process holds the lock for longer than lock_wait_ms, naming it; `corrupt` when the journal
  /// shrank or changed.
  static Result<std::unique_ptr<Ledger>> open(const LedgerOptions& options, Random& random);
  ~Ledger();
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  const LedgerIdentity& identity() const;
  /// Why the ledger can be read only, for its operator; nothing when it is as it should be. Whoever
  /// would record, sign or back up is refused then (`unavailable`); checkpoint() gives the newest
  /// that was signed, and what the vault cannot tell without its key it refuses when it is asked.
  const std::optional<Error>& read_only() const;

  /// Records the submission, durably, or says why not. An Error `conflict` means: the key was used
  /// for other content, or a version to be replaced was replaced by somebody else. `unavailable`:
  /// it was not recorded because the disk is nearly full, the clock is outside date_min .. date_max
  /// or the storage failed before, or whether it was recorded is unknown; the same key may be
  /// handed in again, after a restart in the last two cases.
  Result<Outcome> submit(const Submission& submission, const Vocabulary& vocabulary);
  /// All checks of submit(), and the events that it would record, without recording them.
  Result<Preview> preview(const Submission& submission, const Vocabulary& vocabulary);

  /// The ledger's clock.
  RecordedAt now() const;
  /// What has been acknowledged; readers look no further.
  TreeHead durable() const;
  CommitFigures commit_figures() const;
  /// The storage failed: nothing is recorded any more until the ledger is opened again.
  bool has_failed() const;
  FreeSpace::Figures free_space() const;
  const Journal& journal() const;
  const Vault& vault() const;

  /// The key in force, that checkpoints are checked with; the file that holds it is there.
  Result<NoteVerifier> verifier();
  /// The one before, as long as it signs too.
  Result<std::optional<NoteVerifier>> former_verifier();
  /// All that the ledger ever signed with.
  StatedKeys stated_keys() const;
  /// The second key, SM2; nothing when the ledger has none.
  Result<std::optional<Sm2Verifier>> sm2_verifier();
  /// Makes the second key: see LogSigner.
  Result<Sm2Verifier> add_sm2_key();
  /// The submission that gives the log another key: recorded with submit(), the next checkpoint is
  /// signed with the new key, and with the one before until that is retired. Called again before
  /// it is recorded: the same one. `conflict` while the key before is not retired, and when the key
  /// is said to be lost but a file is in its place; `invalid` when it is said to be there and is
  /// not.
  enum class KeyInForce { is_there, is_lost };
  Result<Submission> key_rotation(KeyInForce said);
  /// From now on only the key in force signs; the file of the one before is removed.
  Result<void> retire_key();
  /// Signs what has been acknowledged: see LogSigner.
  Result<SignedHead> checkpoint();
  /// Proof that the event is in the tree of that checkpoint. `invalid` when there is no such event
  /// in it.
  Result<InclusionProof> prove(Sequence event);

  /// Copies journal and vault, as they are at one moment, into `journal` and `vault` below a
  /// directory on the same file system; what was there is removed. Hard links: nothing is recorded
  /// for some milliseconds only. Not durable. Returns the tree that the copy holds.
  Result<TreeHead> link_to(const std::filesystem::path& directory);
  /// A place for such a copy. It holds the vault's rows: whoever uses it removes it.
  std::filesystem::path link_scratch() const;

  /// Erases again in the vault whoever the log says was erased, and gives how many were still
  /// there: for a vault that was put together from backups. A start does so for what was recorded
  /// since the vault's own moment, so that an older vault under this journal brings nobody back.
  /// Of an erasure that the journal lost nothing is known here: see accept_loss().
  Result<std::uint64_t> apply_erasures();
  /// How many the start of this ledger found still there.
  std::uint64_t erased_at_start() const;

  /// Where derived data may be kept.
  std::filesystem::path projections_directory() const;

 private:
  struct Parts;
  explicit Ledger(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace kinledger::ledger

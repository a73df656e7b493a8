// The sequencer (定序器): the one writer. It gives every event its sequence and its instant, joins
// the submissions that are waiting into one commit, and acknowledges them only when the commit is
// durable in the journal and the mark has moved behind it.
//
// It has no threads of its own: the callers do its work. Of those who wait one makes a group, which
// stores new identities in the vault and hashes the commit, and then writes and syncs it; meanwhile
// another one makes the next group. So a single caller is not handed from thread to thread, and the
// next group is hashed while the last one is on its way to the disk.
//
// Fail-stop: after any storage error nothing is acknowledged any more. Every caller who waits is
// told that the outcome is unknown, every later one that the storage failed before. The process is
// then expected to end; a start finds out what is there.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "ledger/commit_figures.h"
#include "ledger/journal.h"
#include "ledger/mark.h"
#include "ledger/submission.h"
#include "ledger/vault.h"

namespace kinledger::ledger {

/// Limits of one commit; a submission larger than that has a commit of its own.
inline constexpr std::size_t commit_events_max = 16'384;
inline constexpr std::size_t commit_bytes_max = std::size_t{8} << 20;
/// Bytes of events that may wait or be on their way; further callers wait for room.
inline constexpr std::size_t waiting_bytes_max = std::size_t{128} << 20;

/// A submission as events, ready but for sequence and instant.
struct Prepared {
  SubmissionId id;
  Hash content;
  Bytes events;                     ///< encoded, one behind the other, recordedAt zero
  std::vector<std::uint32_t> ends;  ///< end of each event in `events`
  /// Versions that events of this submission replace, with the ordinal of the replacing event.
  std::vector<std::pair<Sequence, std::uint32_t>> replaces;
  std::vector<std::pair<UnitId, std::uint32_t>> units_recorded;
  std::vector<std::uint32_t> key_rotations;  ///< ordinals of events that give the log another key
  /// Persons that this submission introduces.
  std::vector<NewPerson> persons;
  std::string note;
  /// Persons whose erasure it records: destroyed in the vault once that is durable.
  std::vector<PersonId> erased;
};

/// Somebody else registered one of the persons first: prepare the submission again.
struct Overtaken {};

using Sequenced = std::variant<Receipt, Overtaken>;

class Sequencer {
 public:
  /// The parts must outlive the sequencer. The mark must already be at the journal's tail.
  static Result<std::unique_ptr<Sequencer>> start(Journal& journal, Vault& vault, Mark& mark,
                                                  std::function<RecordedAt()> clock,
                                                  RecordedAt last_recorded_at);
  /// Nobody may be in submit().
  ~Sequencer();
  Sequencer(const Sequencer&) = delete;
  Sequencer& operator=(const Sequencer&) = delete;

  /// Waits until the submission is durable. Any thread. `conflict` when its key was used for other
  /// content or a version that it replaces was replaced already; `unavailable` when the outcome is
  /// unknown, or when nothing of the submission was tried: the storage failed before, or the clock
  /// is outside date_min .. date_max. The receipt has no key: the caller knows it.
  Result<Sequenced> submit(Prepared prepared);

  /// Calls `work` while nothing is being committed: the journal then ends where the mark is.
  /// `unavailable` when the storage failed before.
  Result<TreeHead> hold(const std::function<Result<void>()>& work);

  /// What has been acknowledged.
  TreeHead durable() const;
  /// Waits until a tree of that size has been. `unavailable` when it never will be by this process.
  Result<TreeHead> wait_durable(TreeSize size) const;
  CommitFigures figures() const;
  /// Nothing is acknowledged any more by this process.
  bool has_failed() const;

 private:
  struct Work;
  explicit Sequencer(std::unique_ptr<Work> work);
  std::unique_ptr<Work> work_;
};

}  // namespace kinledger::ledger

// One side of a difference (对比的一方): what is known at a basis, perhaps with an overlay, and the
// date that is asked about.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "projections/archive.h"
#include "projections/difference/overlay.h"

namespace kinledger::projections {

/// Borrows the archive, and the overlay where there is one. Any thread.
class Side {
 public:
  static ledger::Result<Side> of(Archive& archive, ledger::TreeSize basis, ledger::Date on,
                                 const Overlay* overlay = nullptr);

  const Basis& basis() const { return basis_; }
  ledger::Date on() const { return on_; }
  const Overlay* overlay() const { return overlay_; }
  /// Events that one side knows and this one does not have these sequences from here on.
  ledger::TreeSize end() const;

  /// For one thread. Borrows this side.
  Knowledge knowledge() const;
  /// As if one record did not exist. It is none of the region's. For one thread. Borrows this side.
  Knowledge knowledge_without(ledger::Sequence left_out) const;
  /// For questions about one subject.
  Asking asking(Knowledge& knowledge) const;
  /// See ShareRunner; the subjects that the ledger has, with what this side knows of them.
  ledger::Result<void> shares(
      Subject::Kind kind,
      const std::function<void(unsigned share, Knowledge& knowledge, const Subject&)>& visit) const;
  /// Every sequence of the subject that this side knows, from `from` on, ascending.
  ledger::Result<std::vector<ledger::Sequence>> sequences(const Subject& subject,
                                                          ledger::Sequence from) const;

 private:
  /// What this side knows of the subject, but for the record with that sequence, if any.
  ledger::Result<Dossier> load(const Subject& subject, Extent extent,
                               std::optional<ledger::Sequence> left_out = {}) const;

  Side(Archive& archive, Basis basis, ledger::Date on)
      : archive_(&archive), basis_(std::move(basis)), on_(on) {}

  Archive* archive_;
  Basis basis_;
  ledger::Date on_;
  std::shared_ptr<const Rulebook> rules_;
  const Overlay* overlay_ = nullptr;
};

/// What one side knows, for the threads of a pass over many subjects: each has a knowledge of its
/// own, which goes from one subject to the next, so that memory is bounded as in the pass itself.
/// Any thread. Borrows the side.
class KnowledgeByThread {
 public:
  explicit KnowledgeByThread(const Side& side) : side_(side) {}

  /// That of the thread which asks, made small: to be asked once for each subject.
  Knowledge& of_this_thread();

 private:
  const Side& side_;
  std::mutex mutex_;  // guards the map
  std::map<std::thread::id, Knowledge> of_threads_;
};

}  // namespace kinledger::projections

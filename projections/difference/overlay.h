// An overlay (假设): events that are not recorded, as a ledger would know them beside what it
// knows: those of a submission that is only tried, or of a pack that is not adopted.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <vector>

#include "ledger/event.h"
#include "ledger/submission.h"
#include "projections/dossier.h"
#include "projections/pack.h"
#include "projections/rows.h"

namespace kinledger::projections {

/// Immutable once made; any thread.
class Overlay {
 public:
  /// The events of previews, as if recorded one behind the other behind the basis at that instant.
  /// Fails with `corrupt` where an event cannot be read.
  static ledger::Result<Overlay> of(std::span<const ledger::Preview> previews,
                                    ledger::TreeSize basis, ledger::RecordedAt at);
  /// The pack, as if adopted. Fails like compile().
  static ledger::Result<Overlay> of(const Pack& pack, ledger::TreeSize basis,
                                    ledger::RecordedAt at);

  bool names(const Subject& subject) const;
  /// Every event, each once.
  std::vector<ledger::EventView> events() const;
  std::vector<Subject> subjects() const;
  /// Adds the events of the subject to its dossier, but for that with the sequence, if any.
  void add_to(DossierBuilder& builder, const SubjectEvents& of,
              std::optional<ledger::Sequence> left_out) const;
  /// Sequences that the events of the subject would have.
  std::vector<ledger::Sequence> sequences(const Subject& subject) const;

 private:
  struct Entry {
    ledger::Sequence sequence;
    ledger::ByteView event;
  };

  ledger::Result<void> read(std::span<const std::size_t> ends, ledger::TreeSize basis,
                            ledger::RecordedAt at);

  ledger::Bytes bytes_;
  std::map<SubjectEvents, std::vector<Entry>> entries_;  // into bytes_
};

}  // namespace kinledger::projections

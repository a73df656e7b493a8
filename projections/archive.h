// The archive (档案库): a ledger together with its projections and rules, as every front end uses
// it: hand something in, adopt a pack, resolve a basis, ask a question at it.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>

#include "ledger/ledger.h"
#include "projections/bundle.h"
#include "projections/projector.h"
#include "projections/questions.h"
#include "projections/recorded_rows.h"
#include "projections/rulebook.h"
#include "projections/subject_map_store.h"
#include "projections/views.h"

namespace kinledger::projections {

/// Events that a submission leaves unprojected at most: projecting many at once costs less for
/// each, but the next question has to wait for it.
inline constexpr std::uint64_t unprojected_events_max = 500'000;

/// Thread rule: any thread.
class Archive {
 public:
  static ledger::Result<std::unique_ptr<Archive>> create(const ledger::LedgerOptions& options,
                                                         std::string origin,
                                                         ledger::Area jurisdiction,
                                                         ledger::Random& random);
  static ledger::Result<std::unique_ptr<Archive>> open(const ledger::LedgerOptions& options,
                                                       ledger::Random& random);

  ledger::Ledger& ledger() { return *ledger_; }
  Projector& projector() { return *projector_; }
  Views& views() { return views_; }

  /// Ledger::submit with the vocabulary of the packs adopted so far through this archive; what is
  /// said of findings must hold too (checks/finding_gate.h).
  ledger::Result<ledger::Outcome> submit(const ledger::Submission& submission);
  /// Ledger::preview with the same vocabulary.
  ledger::Result<ledger::Preview> preview(const ledger::Submission& submission);
  /// The rows of a preview that say what is recorded already (projections/recorded_rows.h).
  ledger::Result<std::vector<RecordedRow>> recorded_rows(const ledger::Preview& preview);
  /// Adopts a policy pack given as the text of its file. The same text again adds nothing and says
  /// so; refusals carry the line as row.
  ledger::Result<ledger::Outcome> adopt(std::string_view pack_text);

  /// What a user writes for a basis: "latest", a tree size, an RFC 3339 instant, or a civil date
  /// (the end of that day, UTC+8). Refused: BASIS_FORMAT, BASIS_BEFORE_LEDGER, BASIS_AHEAD,
  /// BASIS_FUTURE.
  ledger::Result<ledger::Parsed<ledger::TreeSize>> resolve_basis(std::string_view text);

  /// As those of Views (projections/views.h).
  ledger::Result<Basis> basis(ledger::TreeSize size) { return views_.basis(size); }
  ledger::Result<void> reach(ledger::TreeSize basis) { return views_.reach(basis); }
  ledger::Result<std::shared_ptr<const Rulebook>> rulebook(ledger::TreeSize basis) {
    return views_.rulebook(basis);
  }
  ledger::Result<View> view(ledger::TreeSize basis) { return views_.view(basis); }
  /// Borrows from the view and the archive.
  Asking asking(const View& known) const { return views_.asking(known); }
  ledger::Result<ledger::Parsed<Answer>> ask(const Question& question, const Arguments& arguments,
                                             ledger::TreeSize basis);
  /// The answer with its proof. Records the root of the subject map unless it is recorded.
  /// Refused besides: BUNDLE_EVERYONE, a question about all persons or units.
  ledger::Result<ledger::Parsed<Bundle>> prove(const Question& question, const Arguments& arguments,
                                               ledger::TreeSize basis);
  /// The person's dossier as it is now.
  ledger::Result<Dossier> dossier_of(const ledger::PersonId& person);
  /// Adds to a bundle the identity of the person that it is about. `invalid` when it is about none,
  /// or the vault does not have the person. Refused: what identity_withheld() says.
  ledger::Result<ledger::Parsed<void>> open_identity(Bundle& bundle);
  /// Records the root of the subject map, unless nothing but such roots was recorded since the
  /// last one.
  ledger::Result<void> commit_subject_map();
  /// Throws the stored map away; the next proof makes it again.
  ledger::Result<void> discard_subject_map();

 private:
  Archive(std::unique_ptr<ledger::Ledger> ledger, std::unique_ptr<Projector> projector);
  static ledger::Result<std::unique_ptr<Archive>> join(std::unique_ptr<ledger::Ledger> ledger);
  /// The map, opened when it is first needed, and caught up. Precondition: proving_ is held.
  ledger::Result<SubjectMap*> subject_map(ledger::TreeSize size);
  /// A root in the log: the event that records it, and the size of the map.
  struct MapRoot {
    ledger::Sequence event;
    ledger::TreeSize size;
  };
  /// The last recorded root, if nothing but such roots has been recorded since the map's size.
  static std::optional<MapRoot> recorded_already(const Dossier& region, ledger::TreeSize durable);
  /// commit_subject_map(), and which root it is. Precondition: proving_ is held.
  ledger::Result<MapRoot> record_subject_map();
  ledger::Result<std::shared_ptr<const Rulebook>> vocabulary();
  /// submit() of what nothing further is asked of.
  ledger::Result<ledger::Outcome> record(const ledger::Submission& submission,
                                         const ledger::Vocabulary& vocabulary);
  /// submit() of what is said of findings (checks/finding_gate.h).
  ledger::Result<ledger::Outcome> record_alone(const ledger::Submission& submission,
                                               const ledger::Vocabulary& vocabulary);

  std::unique_ptr<ledger::Ledger> ledger_;
  std::unique_ptr<Projector> projector_;
  Views views_;

  std::mutex proving_;  // guards the subject map
  std::unique_ptr<SubjectMap> subject_map_;

  // Submissions share it. One about findings has it alone, so that nothing is recorded between what
  // was found out about them and what rests on that.
  std::shared_mutex recording_;
  std::mutex turn_;  // to wait for it: those who share it would else go on for ever

  std::mutex mutex_;  // guards the vocabulary
  // What submissions are checked against; null when one has been recorded since that may have
  // changed it.
  std::shared_ptr<const Rulebook> vocabulary_;
};

}  // namespace kinledger::projections

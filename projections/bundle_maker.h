// Makes bundles (projections/bundle.h) from an archive's parts.
#pragma once

#include "ledger/ledger.h"
#include "projections/bundle.h"
#include "projections/projector.h"
#include "projections/subject_map_store.h"

namespace kinledger::projections {

/// Remembers what a judgment looks at, and loads it.
class WatchedLoader {
 public:
  WatchedLoader(const Projector& projector, ledger::TreeSize basis)
      : projector_(projector), basis_(basis) {}

  ledger::Result<Dossier> load(const Subject& subject, Extent extent);
  /// Ascending, each once.
  std::vector<SubjectEvents> seen() const;

 private:
  const Projector& projector_;
  ledger::TreeSize basis_;
  std::vector<SubjectEvents> seen_;
};

/// From what a bundle is made, besides the answer.
struct BundleSources {
  ledger::Ledger& ledger;
  const Projector& projector;
  const SubjectMap& map;      ///< caught up with the size that `recorded` states
  ledger::Sequence recorded;  ///< the event that records its root
};

/// The bundle of an answer that looked at these subjects. `invalid` when it would hold more than
/// bundle_events_max events.
ledger::Result<Bundle> make_bundle(const BundleSources& sources, const Answer& answer,
                                   const Arguments& arguments,
                                   const std::vector<SubjectEvents>& seen);

}  // namespace kinledger::projections

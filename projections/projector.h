// The projector (投影器): follows the journal and keeps every person's, unit's and the region's
// facts together, so that a judgment reads one contiguous run of rows. Everything here is derived
// and may be deleted; a rebuild from the journal gives the same rows.
//
// The rows are in a database of their own (projections/row_store.h). Keys (big endian; never
// renumber without raising the format):
//
//   'f' ...   the events of one subject, see projections/rows.h
//   'p'       format (1), position (8)
//
// Rows of another format are thrown away and made again.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "ledger/journal.h"
#include "projections/dossier.h"
#include "projections/row_store.h"
#include "projections/rows.h"

namespace kinledger::projections {

/// Subjects are split by the first bits of their ids, which are random, into shares of about one
/// size; one share after the other holds them in the order of their keys.
inline constexpr unsigned subject_shares = 16;

/// Thread rule: catch_up and rebuild from one thread; everything else from any thread.
class Projector {
 public:
  /// Opens, or makes, the projections of the journal, which must outlive it. Projections that are
  /// ahead of the journal, or of another format, are thrown away.
  static ledger::Result<std::unique_ptr<Projector>> open(const std::filesystem::path& directory,
                                                         const ledger::Journal& journal);
  /// The same of a ledger that can be read only. Writes nothing there: where the rows are not at
  /// the journal's end they are made in a directory that goes away with the projector.
  static ledger::Result<std::unique_ptr<Projector>> open_to_read(
      const std::filesystem::path& directory, const ledger::Journal& journal);
  ~Projector();
  Projector(const Projector&) = delete;
  Projector& operator=(const Projector&) = delete;

  /// How far the rows reach.
  ledger::TreeSize position() const;
  /// Projects everything that the journal holds. Where that is most of it, by a rebuild.
  ledger::Result<void> catch_up();
  /// Throws the rows away and projects the journal again. `progress` is called with events done and
  /// in all; returning false cancels and leaves the old rows in place.
  using Progress = RowStore::Progress;
  ledger::Result<void> rebuild(const Progress& progress);
  /// SHA-256 over all events under their keys in order: equal for equal journals, however the rows
  /// came to be.
  ledger::Result<ledger::Hash> digest() const;

  /// Facts of the subject as known at the basis. `invalid` when the basis is ahead of position().
  ledger::Result<Dossier> load(const Subject& subject, ledger::TreeSize basis,
                               Extent extent = Extent::whole) const;
  /// The stored events of a subject that are known at the basis, each once, in order. `invalid`
  /// when the basis is ahead of position() or there are more than dossier_events_max.
  using Events = std::map<ledger::Sequence, ledger::Bytes>;
  ledger::Result<Events> events(const SubjectEvents& of, ledger::TreeSize basis) const;
  /// Calls `visit` with every subject of a kind that has facts below the basis, until it returns
  /// false.
  ledger::Result<void> subjects(Subject::Kind kind, ledger::TreeSize basis,
                                const std::function<bool(const Subject&)>& visit) const;
  /// Calls `visit` with the subjects of one share, as above, and with their whole dossiers: one
  /// pass over the rows instead of a search for each.
  using DossierVisitor = std::function<void(const Subject&, Dossier)>;
  ledger::Result<void> dossiers(const Subjects& subjects, unsigned share, ledger::TreeSize basis,
                                const DossierVisitor& visit) const;

 private:
  Projector(std::unique_ptr<RowStore> rows, const ledger::Journal& journal);
  ledger::Result<void> project(ledger::TreeSize until);

  const std::unique_ptr<RowStore> rows_;
  const ledger::Journal& journal_;
};

}  // namespace kinledger::projections

// The dossier (卷宗) of a finding: bundles, one a line, in this order.
//
//   findings        the finding with its steps; of one that names no unit also for each unit that
//                   took steps by the date
//   CHK-nn          the check that it names, on the day on which it was opened, as known then
//   history         of every person and unit of whom a step put a fact right: all records, with
//                   the corrections
//   CHK-nn          the check now
//
// The check is about the unit that the finding names; of a finding without a unit it is about each
// of those whose history there is. Without a check there are the findings and histories alone.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "projections/archive.h"
#include "projections/checks/finding_gate.h"

namespace kinledger::projections {

/// Persons and units whose histories one dossier holds at most.
inline constexpr std::size_t dossier_subjects_max = 200;

struct DossierRequest {
  std::string finding;
  ledger::Date on;
  ledger::TreeSize known;
  LinkedCheck linked = {};  ///< what find_for_dossier() gave
};

/// Refused: FINDING_UNKNOWN.
ledger::Result<ledger::Parsed<LinkedCheck>> find_for_dossier(Archive& archive,
                                                             const DossierRequest& request);

ledger::Reason finding_unknown(const std::string& number);

/// Whose records are in a dossier.
struct DossierSubjects {
  std::set<ledger::UnitId> step_takers;  ///< of a finding that names no unit
  std::set<Subject> put_right;           ///< the persons and units whose facts steps put right

  std::vector<ledger::PersonId> persons() const;
};

/// Before anything is proven or recorded. Refused: what the question `findings` refuses, and
/// DOSSIER_LARGE.
ledger::Result<ledger::Parsed<DossierSubjects>> find_dossier_subjects(Archive& archive,
                                                                      const DossierRequest& asked);

/// The text of the dossier about whom find_dossier_subjects() gave. Records a root of the subject
/// map like Archive::prove. Refused besides what that refuses: DOSSIER_LARGE.
ledger::Result<ledger::Parsed<std::string>> make_dossier(Archive& archive,
                                                         const DossierRequest& asked,
                                                         const DossierSubjects& subjects);

}  // namespace kinledger::projections

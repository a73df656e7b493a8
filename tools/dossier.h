// The dossier (卷宗) of a finding: bundles, one a line, in this order.
//
//   findings        the finding with its steps; of one that names no unit also for each unit that
//                   took steps
//   CHK-nn          the check that it names, on the day on which it was opened, as known then
//   history         of every person and unit of whom a step put a fact right: all records, with
//                   the corrections
//   CHK-nn          the check now
//
// The check is about the unit that the finding names; of a finding without a unit it is about each
// of those whose history there is. Without a check there are the findings and histories alone.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "projections/archive.h"
#include "projections/checks/finding_gate.h"

namespace kinledger::tools {

/// Persons and units whose histories one dossier holds at most.
inline constexpr std::size_t dossier_subjects_max = 200;

struct DossierOf {
  std::string finding;
  projections::LinkedCheck linked;
  ledger::Date on;
  ledger::TreeSize known;
};

/// Nothing where there is no such finding.
ledger::Result<std::optional<projections::LinkedCheck>> find_finding(projections::Archive& archive,
                                                                     const std::string& number,
                                                                     ledger::TreeSize known);

struct Dossier {
  std::string text;
  std::vector<ledger::PersonId> persons;  ///< whose records are in it, as far as steps name them
};

/// Records a root of the subject map like Archive::prove. Refused besides what that
/// refuses: DOSSIER_LARGE.
ledger::Result<ledger::Parsed<Dossier>> make_dossier(projections::Archive& archive,
                                                     const DossierOf& asked);

}  // namespace kinledger::tools

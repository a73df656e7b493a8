// Audit findings (审计问题) and their rectification (整改): steps, closing, deadline.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ledger/calendar.h"
#include "ledger/types.h"
#include "projections/judgments/grounds.h"
#include "projections/knowledge.h"

namespace kinledger::projections {

struct RectificationStep {
  ledger::Sequence sequence;
  ledger::Date on;
  ledger::ActorId by;  ///< who handed it in; zero is the ledger
  std::optional<ledger::UnitId> unit;
  std::string action;
  std::optional<bool> done;
  std::optional<ledger::FactId> corrected;  ///< the fact that was put right
  std::vector<ledger::Hash> evidence;       ///< digests of what shows it
};

struct AuditFinding {
  std::string number;
  ledger::Sequence opened;  ///< the record that opened it, whatever corrected that since
  std::string authority;    ///< may be empty
  std::string statement;
  std::string check;  ///< number of the check that reported it; may be empty
  std::optional<ledger::UnitId> unit;
  std::optional<ledger::Area> area;
  ledger::Date opened_on;
  std::vector<ledger::Hash> evidence;  ///< digests of what the auditor has of it
  Judged<ledger::Date> due_to;         ///< inclusive: as stated with the finding, else by rule
  std::vector<RectificationStep> steps;
  std::optional<ledger::Date> closed_on;
  std::string result;
  std::optional<bool> met;  ///< closed in time; nothing while it is open and not due
  std::int32_t days_late = 0;
  Backing met_backing;
  Steps reasons;
};

/// The first record of a fact (FindingOpened) that the dossier has, whatever corrected it since.
ledger::Sequence first_record_of(const Dossier& dossier, const Fact& fact);
/// The findings that a dossier of the region or of a unit names, as of a date, by number.
std::vector<AuditFinding> audit_findings(const Rulebook& rules, const Dossier& dossier,
                                         ledger::Date on);
/// Adds the steps that a dossier records for a finding and that are not among its steps yet: the
/// record of a step can name another unit than the finding, or none.
void add_steps(const Dossier& dossier, ledger::Date on, AuditFinding& finding);

}  // namespace kinledger::projections

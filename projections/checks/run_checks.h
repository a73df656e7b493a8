// Running checks (检查) over one person, one unit with its people, a division, or everyone: one
// pass over the dossiers, whatever the number of checks.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "ledger/result.h"
#include "projections/checks/check.h"
#include "projections/checks/inspection.h"
#include "projections/pass_progress.h"
#include "projections/questions.h"

namespace kinledger::projections {

/// Whom to check: everyone, where nothing is set.
struct CheckScope {
  std::optional<ledger::PersonId> person;
  /// The unit, and the persons that records about it name.
  std::optional<ledger::UnitId> unit;
  bool without_people = false;  ///< the unit alone
  /// What lies in a division of GB/T 2260: units recorded there, persons by their unit or by what
  /// is recorded of where they live, learn or were treated.
  std::optional<ledger::Area> area;
};

/// Rows of each check that a run keeps. With more there are none of that check at all, so that the
/// result does not hang on which came first; the counts hold (CheckResult::rows_left_out).
inline constexpr std::uint64_t check_rows_max = 20'000;

struct CheckResult {
  const Check* check = nullptr;
  /// Whether a rule that it judges by governs any of the subjects, or it needs none.
  bool applies = false;
  std::uint64_t found = 0;
  std::uint64_t undecided = 0;
  bool rows_left_out = false;
  /// Cells of irregularity_columns, then of the check; by subject.
  std::vector<Row> irregularities;
  std::vector<Row> undecided_rows;  ///< cells of undecided_columns
};

/// Subject, rule with its period, severity, certainty, records and points of an irregularity.
std::span<const Heading> irregularity_columns();
std::span<const Heading> undecided_columns();

struct CheckRun {
  std::vector<const Check*> checks;  ///< in the order of the results
  CheckScope scope;
  ledger::Date on;
  bool keep_rows = true;
  std::uint64_t rows_max = check_rows_max;  ///< of each check
  PassProgress* progress = nullptr;         ///< for whoever shows it
};

/// Fails only with a fault of the store.
ledger::Result<std::vector<CheckResult>> run_checks(Asking& asking, const CheckRun& run);

}  // namespace kinledger::projections

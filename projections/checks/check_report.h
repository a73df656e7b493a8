// What a run of checks found (检查结果), as the command line and the server give it.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include "projections/answer.h"
#include "projections/checks/run_checks.h"

namespace kinledger::projections {

struct CheckReport {
  Basis basis;
  std::string program;
  ledger::Date on;
  CheckScope scope;
  std::vector<CheckResult> results;
  /// Numbers by which the units of the rows are known.
  std::vector<std::pair<ledger::UnitId, std::string>> unit_numbers;

  /// Irregularities of all checks.
  std::uint64_t found() const;
};

/// Runs the checks and puts their results together. Fails only with a fault of the store.
ledger::Result<CheckReport> report_of(Asking& asking, const CheckRun& run);

/// basis, program, on, scope, found, undecided, and for each check: check, zh, en, severity,
/// applies, found, undecided, rowsLeftOut, irregularities, notDecidable. Same bytes for the same
/// question at the same basis.
boost::json::object to_json(const CheckReport& report);

/// One line for each check that finds something or cannot tell; below, for `with_rows`, its rows.
std::string to_table(const CheckReport& report, Language language, bool with_rows);

/// The list of all checks with their columns.
boost::json::object to_json(const Check& check);
/// docs/CHECKS.md below its line "# The checks by number".
std::string checks_markdown();

}  // namespace kinledger::projections

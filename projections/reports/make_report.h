// Makes a report: its rows in canonical form with their manifest, and beside them, where it is
// asked for, who the persons are.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ledger/refusal.h"
#include "ledger/result.h"
#include "ledger/vault.h"
#include "projections/reports/manifest.h"
#include "projections/reports/report.h"
#include "projections/reports/row_book.h"

namespace kinledger::projections {

struct MadeReport {
  Manifest manifest;
  std::vector<std::string> rows;  ///< canonical; see row_book.h
  /// For each row, for each of Manifest::identities, a name and a number; empty where there is
  /// none.
  std::vector<std::vector<std::string>> identities;
};

/// Titles of the columns that hold MadeReport::identities, two for each column of persons.
std::vector<Label> identity_titles(const Manifest& manifest);

/// The outer result is a fault of the store, the inner one a refusal:
///   those of ask() (projections/questions.h) for the arguments
///   REPORT_TOO_LARGE   more than report_rows_max rows, or a total out of range
/// Precondition: the report has rows of its own to make.
ledger::Result<ledger::Parsed<MadeReport>> make_report(const Report& report,
                                                       const Arguments& arguments, Asking& asking);
/// The same of rows that were made elsewhere.
ledger::Result<ledger::Parsed<MadeReport>> make_report(const Report& report,
                                                       const Arguments& arguments, Asking& asking,
                                                       RowBook rows, const JournalState& journal);

/// Everyone whom the rows name in a column of persons, each once, ascending.
std::vector<ledger::PersonId> persons_in(const MadeReport& made);
/// Fills in who the persons of the rows are, as far as the vault knows and it may be told. Whoever
/// calls it has left a record of it in the access journal before.
using MayBeTold = std::function<ledger::Result<bool>(const ledger::PersonId&)>;
ledger::Result<void> add_identities(MadeReport& made, const ledger::Vault& vault,
                                    const MayBeTold& may_be_told);

}  // namespace kinledger::projections

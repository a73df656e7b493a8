// Reimbursements that were paid, against the answer that they were paid on (结算复核): a later
// correction may change that answer, and then something is to be recovered, or more to be paid.
//
// The answer an act was based on is that of the basis before the submission that recorded it.
#pragma once

#include <boost/json/fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "projections/archive.h"
#include "projections/judgments/grounds.h"

namespace kinledger::projections {

struct SettledAct {
  ledger::Sequence act;  ///< the SubsidyReimbursed in force
  ledger::PersonId child;
  ledger::Date paid_on;
  ledger::Fen amount;  ///< net of what was paid back
  ledger::TreeSize based_on;
  Judged<ledger::Fen> eligible_then;
  Judged<ledger::Fen> eligible_now;
  bool is_changed = false;  ///< the two differ
  /// Of the child's year in all, told with its last act alone.
  ledger::Fen recover;
  ledger::Fen pay_more;
  /// Records about the child that came since, other than payments and their reversals.
  std::vector<ledger::Sequence> since;
};

struct SettledActs {
  Basis basis;
  std::string program;
  ledger::UnitId unit;
  ledger::Year settlement_year;
  ledger::Date on;
  std::vector<SettledAct> acts;  ///< by child, then by date
  ledger::Fen recover;
  ledger::Fen pay_more;
  std::uint64_t changed = 0;
};

/// Fails only with a fault of the store.
ledger::Result<SettledActs> review_settlement(Archive& archive, const ledger::UnitId& unit,
                                              ledger::Year settlement_year, ledger::Date on,
                                              ledger::TreeSize basis);

boost::json::object to_json(const SettledActs& acts);
std::string to_table(const SettledActs& acts, Language language);

}  // namespace kinledger::projections

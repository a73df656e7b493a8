// Reimbursements that were paid, against the answer that they were paid on (结算复核): a later
// correction may change that answer, and then something is to be recovered, or more to be paid.
//
// The answer an act was based on is that of the basis before the submission that recorded it.
#pragma once

#include <boost/json/fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "projections/archive.h"
#include "projections/judgments/grounds.h"

namespace kinledger::projections {

/// Whose acts are held against their answers: those of one unit, of the units of a division, or of
/// every unit.
struct ReviewAsked {
  std::optional<ledger::UnitId> unit;
  std::optional<ledger::Area> area;
  ledger::Year settlement_year;
  ledger::Date on;
  ledger::TreeSize basis;
};

struct SettledAct {
  ledger::UnitId unit;
  ledger::Sequence act;  ///< the SubsidyReimbursed in force
  ledger::PersonId child;
  ledger::Date paid_on;
  ledger::Fen amount;  ///< net of what was paid back
  ledger::TreeSize based_on;
  Judged<ledger::Fen> eligible_then;
  Judged<ledger::Fen> eligible_now;
  bool is_changed = false;  ///< the two differ
  /// Of the child's year in all, whichever units paid: told once, with its last act of the first
  /// unit.
  ledger::Fen recover;
  ledger::Fen pay_more;
  /// Records about the child that came since, other than payments and their reversals.
  std::vector<ledger::Sequence> since;
};

struct SettledActs {
  Basis basis;
  std::string program;
  ReviewAsked asked;
  std::vector<SettledAct> acts;  ///< by unit, then by child, then by date
  ledger::Fen recover;
  ledger::Fen pay_more;
  std::uint64_t changed = 0;
  std::vector<std::pair<ledger::UnitId, std::string>> unit_numbers;

  /// Whether nothing is to be recovered or paid.
  bool is_settled() const { return recover.value == 0 && pay_more.value == 0; }
};

/// Fails only with a fault of the store.
ledger::Result<SettledActs> review_settlement(Archive& archive, const ReviewAsked& asked);

boost::json::object to_json(const SettledActs& acts);
std::string to_table(const SettledActs& acts, Language language);

}  // namespace kinledger::projections

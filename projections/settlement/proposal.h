// The annual settlement (年度结算) of a unit as facts and rules have it: what each child can still
// be reimbursed, how much of it the channel bears and how much finance, and the surplus of the year
// before that goes back. A proposal: the operator reviews it and hands it in; it records nothing.
#pragma once

#include <boost/json/fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "projections/judgments/channel_account.h"
#include "projections/judgments/grounds.h"
#include "projections/questions.h"

namespace kinledger::projections {

struct ProposedPayment {
  ledger::PersonId child;
  ledger::Fen amount;
  ledger::Fen eligible;    ///< of the year
  ledger::Fen reimbursed;  ///< of it already
  /// Nothing where the channel's amount is open.
  std::optional<ledger::Fen> from_channel;
  std::optional<ledger::Fen> from_fiscal;
  Backing backing;
};

/// A child that may have something coming, and why no amount can be proposed.
struct Unsettled {
  ledger::PersonId child;
  Undetermined why;
};

struct SettlementProposal {
  Basis basis;
  std::string program;
  ledger::UnitId unit;
  std::string unit_number;   ///< may be empty
  std::string fiscal_level;  ///< may be empty
  ledger::Area jurisdiction;
  ledger::Year settlement_year;
  ledger::Year fund_year;  ///< that pays, by convention
  ledger::Date on;
  Judged<ledger::Interval> window;        ///< in which the year is reimbursed
  bool in_window = true;                  ///< not where the window is known and `on` outside
  std::vector<ProposedPayment> payments;  ///< by child
  std::vector<Unsettled> unsettled;       ///< by child
  ledger::Fen total;
  Judged<ledger::Fen> channel_left;  ///< of the fund year, before these payments
  /// What finance has to add for these payments, beyond what it added already; open like the
  /// channel.
  Judged<ledger::Fen> top_up;
  ledger::Year surplus_year;    ///< the fund year before
  Judged<ledger::Fen> surplus;  ///< of what was allocated for it, not recovered yet
};

/// `asking` must be able to reach the unit's people. Fails only with a fault of the store.
ledger::Result<SettlementProposal> propose_settlement(Asking& asking, const ledger::UnitId& unit,
                                                      ledger::Year settlement_year,
                                                      ledger::Date on);

/// Why nothing can be proposed for the year on that day: SETTLEMENT_WINDOW, SETTLEMENT_YEAR.
std::optional<ledger::Reason> refusal_of(const SettlementProposal& proposal);
/// Whether there is anything to record.
bool proposes_anything(const SettlementProposal& proposal);
/// SETTLEMENT_NOTHING
ledger::Reason nothing_to_settle();
/// The submission that would record it: reimbursements, then the top-up, then the surplus. Its key
/// names unit, years and basis, so that it is recorded once.
boost::json::object submission_of(const SettlementProposal& proposal);
boost::json::object to_json(const SettlementProposal& proposal);
std::string to_table(const SettlementProposal& proposal, Language language);

}  // namespace kinledger::projections

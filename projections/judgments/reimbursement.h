// Reimbursement (报销) of a child's settlement year by the parent's unit: what can still be paid,
// in which window, and what was paid. No share of an expense is ever computed (O-03): the
// settlement states the eligible amount, and the deductible stays with the family.
#pragma once

#include <optional>
#include <vector>

#include "ledger/calendar.h"
#include "ledger/money.h"
#include "projections/judgments/grounds.h"
#include "projections/judgments/subsidy.h"
#include "projections/knowledge.h"

namespace kinledger::projections {

/// One reimbursement net of what was paid back.
struct Reimbursement {
  ledger::Sequence sequence;
  ledger::PersonId child;
  ledger::UnitId unit;
  ledger::Date paid_on;
  ledger::Year settlement_year;
  std::optional<ledger::Year> fund_year;
  ledger::Fen amount;
  std::optional<ledger::Fen> from_channel;  ///< as stated
  std::optional<ledger::Fen> from_fiscal;
  ledger::Fen paid_back;
  std::vector<ledger::Sequence> reversals;
  bool in_window = true;
};

struct ReimbursementJudgment {
  SubsidyJudgment subsidy;
  Judged<ledger::Fen> eligible;  ///< of the annual settlement, else of the covered services
  ledger::Fen excluded;          ///< of services outside the coverage
  std::optional<ledger::Fen> deductible;  ///< stays with the family
  ledger::Fen reimbursed;                 ///< net
  Judged<ledger::Fen> reimbursable;       ///< eligible less reimbursed, never below zero
  ledger::Fen excess;                     ///< reimbursed above eligible
  Judged<ledger::Interval> window;
  std::vector<Reimbursement> reimbursements;  ///< by day of payment
  Backing excess_backing;
  Steps steps;
};
ReimbursementJudgment judge_reimbursement(Knowledge& knowledge, const SettlementCase& asked);

/// Reimbursements in a dossier (of a child or a unit) up to the date, by day of payment; reversals
/// up to it are taken off.
std::vector<Reimbursement> reimbursements_of(const Dossier& dossier, ledger::Date on);

/// The settlement information (年度结算信息) of the child's year: retrieved on or before the date;
/// a later one replaces it. Null when there is none. Points into the dossier.
const Fact* annual_settlement(const Dossier& child, ledger::Area jurisdiction, ledger::Year year,
                              ledger::Date on);

/// The window of a settlement year.
Judged<ledger::Interval> reimbursement_window(const Rulebook& rules, ledger::Area jurisdiction,
                                              ledger::Year settlement_year, Steps& steps);

}  // namespace kinledger::projections

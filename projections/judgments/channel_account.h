// The account of a unit's former legacy-pooling channel (原子女统筹筹资渠道) for a fund year: what
// it should hold, what it paid, what finance tops up (财政补助), what goes back (结余收回).
//
//   expected   rate x child-months of the eligible bound children, or by another headcount (O-05)
//   channel    the allocations recorded, else the expected amount
//   used       reimbursements charged to the fund year, net of what was paid back
//   top-up     what `used` exceeds the channel by;   surplus   what the channel exceeds `used` by
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "ledger/calendar.h"
#include "ledger/money.h"
#include "projections/judgments/grounds.h"
#include "projections/knowledge.h"

namespace kinledger::projections {

/// A child counts for a month when it is bound to the unit on the month's last day and has the
/// subsidy for the year.
struct ChildMonths {
  std::array<std::int32_t, 12> by_month{};
  std::int32_t children = 0;      ///< with at least one month
  std::int32_t undetermined = 0;  ///< children whose subsidy the documents leave open
  Backing backing;

  std::int32_t total() const;
};

struct ChannelAccount {
  ledger::Year fund_year;
  std::string fiscal_level;
  ChildMonths months;
  Judged<ledger::Fen> rate;
  Judged<ledger::Fen> expected;
  std::vector<std::pair<std::string, ledger::Fen>> expected_alternatives;  ///< by headcount choice
  std::optional<ledger::Fen> allocated;
  Judged<ledger::Fen> over_allocated;  ///< allocated less expected; negative: too little
  /// The excess is what employees paid on top in the legacy pooling, which is not the channel's.
  bool personal_share_included = false;
  Judged<ledger::Fen> channel;
  ledger::Fen reimbursed;
  ledger::Fen paid_back;
  ledger::Fen used;
  /// What the reimbursements say that they took from the channel and from finance, at the least:
  /// what was paid back is taken off both.
  ledger::Fen stated_from_channel;
  ledger::Fen stated_from_fiscal;
  Backing used_backing;
  Judged<ledger::Fen> from_channel;
  Judged<ledger::Fen> top_up_needed;
  ledger::Fen topped_up;
  /// What finance granted, or what reimbursements say that they took from it, beyond what was
  /// needed.
  Judged<ledger::Fen> improper_top_up;
  Judged<ledger::Fen> surplus;
  ledger::Fen recovered;
  Judged<ledger::Fen> outstanding;  ///< surplus not recovered yet; negative: too much recovered
  Judged<ledger::Date> recover_by;
  Steps steps;
};

/// A unit's fund year.
struct ChannelCase {
  ledger::UnitId unit;
  ledger::Area jurisdiction;
  ledger::Year fund_year;
  /// Later allocations, payments and recoveries have not happened; the headcount is that of the
  /// whole year.
  ledger::Date on = ledger::date_max;
};

/// Reads the dossiers of every child that was ever bound to the unit and lets go of them again:
/// references to dossiers that the caller holds are invalid afterwards.
ChannelAccount judge_channel_account(Knowledge& knowledge, const ChannelCase& asked);

/// Children ever bound to the unit or linked to it in the legacy pooling, ascending.
std::vector<ledger::PersonId> children_of(const Dossier& unit);

/// Reads and lets go of dossiers like judge_channel_account.
ChildMonths count_child_months(Knowledge& knowledge, const ledger::UnitId& unit,
                               ledger::Area jurisdiction, ledger::Year year);

/// One level of finance: the sum over its units.
struct FinanceLevel {
  std::string fiscal_level = {};  ///< empty: units whose level is not recorded
  std::int32_t units = 0;
  std::int32_t undetermined =
      0;  ///< units with an open channel: only their used, topped-up and recovered sums count
  ledger::Fen channel;
  ledger::Fen used;
  ledger::Fen top_up_needed;
  ledger::Fen topped_up;
  ledger::Fen improper_top_up;
  ledger::Fen surplus;
  ledger::Fen recovered;
  ledger::Fen outstanding;
  Backing backing;
};
/// Adds one unit's account to its level; levels stay ordered by code.
void add_to_levels(std::vector<FinanceLevel>& levels, const ChannelAccount& account);

}  // namespace kinledger::projections

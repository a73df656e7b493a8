// The layers of a person's settlement year (待遇层次): what the basic insurance pays of inpatient
// costs up to the ceiling, what is paid above it, whether the person may have hardship assistance;
// fixed shares of special diseases. Rules are those of the last service date of the year (I-09).
//
// Percentages of whole fen; where a share is none, the rounding is open.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ledger/calendar.h"
#include "ledger/money.h"
#include "projections/judgments/grounds.h"
#include "projections/knowledge.h"

namespace kinledger::projections {

struct SettlementYear {
  ledger::PersonId person;
  ledger::Area jurisdiction;
  ledger::Year year;
  std::string_view scheme;  ///< empty: that of the settlements
  /// Care after this day does not count; rules of this day where nothing was settled.
  ledger::Date on;
};

/// A part of the costs between two amounts.
struct CostBand {
  ledger::Fen from = {};
  std::optional<ledger::Fen> to = {};
  ledger::Fen amount = {};
  std::optional<BasisPoints> ratio = {};
  std::optional<Undetermined> open = {};
};

/// What a person bears of a class of care that a fund takes on.
struct RoutedCost {
  std::string fund;
  ledger::Fen amount;
  std::optional<Undetermined> rate;
};

struct SettlementLayers {
  std::string scheme;
  ledger::Date service_on;
  ledger::Fen in_scope;
  ledger::Fen deductible;
  Judged<ledger::Fen> ceiling;
  Judged<ledger::Fen> excess;  ///< in scope above the ceiling
  std::vector<CostBand> bands;
  Backing bands_backing;
  Judged<ledger::Fen> fund_payment;  ///< up to the ceiling
  Judged<ledger::Fen> above_payment;
  std::optional<ledger::Fen> above_at_least;
  std::string above_payer;  ///< code of list fund
  ledger::Fen burden;       ///< what the person bears in scope
  Judged<ledger::Fen> hardship_threshold;
  Ruling hardship;
  std::optional<std::pair<BasisPoints, BasisPoints>> hardship_range;
  std::optional<Undetermined> hardship_share_open;  ///< assisted, but no range is stated
  Codes layers;
  Backing layers_backing;
  std::vector<RoutedCost> routed;
  Steps steps;
};
SettlementLayers judge_settlement(Knowledge& knowledge, const SettlementYear& asked);

/// One settlement of a disease with a fixed share.
struct FixedShareCase {
  ledger::Sequence settlement = {};
  ledger::Date service_on = {};
  ledger::Fen in_scope = {};
  ledger::Fen insured = {};  ///< paid by basic and serious-illness insurance
  Ruling designated = {};    ///< the institution has the designation
  Judged<ledger::Fen> personal = {};
  Judged<ledger::Fen> assistance = {};
  std::optional<ledger::Fen> recorded_personal = {};
  std::optional<ledger::Fen> recorded_assistance = {};
  Steps steps = {};
};
std::vector<FixedShareCase> fixed_shares(Knowledge& knowledge, const SettlementYear& asked);

/// The year that a settlement, or what is paid for one, is for: that of its day unless it says.
ledger::Year settlement_year_of(const Fact& fact);
/// The share of an amount, if it is whole fen.
std::optional<ledger::Fen> share_of(ledger::Fen amount, BasisPoints share);
/// "70%"
std::string percent_text(BasisPoints share);

}  // namespace kinledger::projections

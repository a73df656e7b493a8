// The layers of a person's settlement year (待遇层次): what the basic insurance pays of inpatient
// costs up to the ceiling, what is paid above it, whether the person may have hardship assistance;
// fixed shares of special diseases. Rules are those of the last service date of the year (I-09);
// who came under them on a part of the service dates only has no answer.
//
// An amount that a settlement does not record is not zero: what hangs on it is undetermined. The
// exception is what serious-illness insurance paid: it pays in few cases, so that nothing recorded
// means that it paid nothing. Percentages of whole fen; where a share is none, the rounding is
// open (shares.h).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ledger/calendar.h"
#include "ledger/money.h"
#include "projections/judgments/grounds.h"
#include "projections/judgments/shares.h"
#include "projections/knowledge.h"

namespace kinledger::projections {

struct SettlementYear {
  ledger::PersonId person;
  ledger::Area jurisdiction;
  ledger::Year year;
  std::string_view scheme;  ///< empty: that of the settlements, which must have one in common
  /// Care after this day does not count; rules of this day where nothing was settled.
  ledger::Date on;
};

/// A part of the costs between two amounts.
struct CostBand {
  Judged<ledger::Fen> from = {};
  std::optional<ledger::Fen> to = {};
  Judged<ledger::Fen> amount = {};
  std::optional<BasisPoints> ratio = {};
  std::optional<Undetermined> open = {};  ///< why the ratio, or the end of the band, is not known
};

/// What a person bears of a class of care that a fund takes on.
struct RoutedCost {
  std::string fund;
  Judged<ledger::Fen> amount;
  std::optional<Undetermined> rate;
};

/// Sums are of what is recorded; where the member beside a sum says why, that is not the whole.
struct SettlementLayers {
  std::string scheme;  ///< empty: no settlements, or open
  std::optional<Undetermined> scheme_open;
  ledger::Date service_on;
  ledger::Fen in_scope;
  std::optional<Undetermined> in_scope_open;
  ledger::Fen deductible;
  std::optional<Undetermined> deductible_open;
  Judged<ledger::Fen> ceiling;
  Judged<ledger::Fen> excess;  ///< in scope above the ceiling
  std::vector<CostBand> bands;
  Backing bands_backing;
  Judged<ledger::Fen> fund_payment;  ///< up to the ceiling
  Judged<ledger::Fen> above_payment;
  Judged<Rounded> above_share;  ///< the same where only the rounding of a share is open
  std::optional<Rounded> above_at_least;
  /// Also of a floor that is no whole fen. Neither: no floor is stated.
  std::optional<Undetermined> above_at_least_open;
  Judged<std::string> above_payer;  ///< code of list fund
  ledger::Fen burden;  ///< what the person bears in scope of the care that counts for hardship
  std::optional<Undetermined> burden_open;
  Judged<ledger::Fen> hardship_threshold;
  Ruling hardship;
  std::optional<std::pair<BasisPoints, BasisPoints>> hardship_range;
  std::optional<Undetermined> hardship_share_open;  ///< assisted, but no range is stated
  /// Of whoever is assisted: the burden above the threshold, and what the range makes of it.
  Judged<ledger::Fen> hardship_excess;
  Judged<ledger::Fen> hardship_at_least;
  Judged<ledger::Fen> hardship_at_most;
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
  std::optional<Undetermined> in_scope_open = {};
  ledger::Fen insured = {};  ///< paid by basic and serious-illness insurance
  std::optional<Undetermined> insured_open = {};
  Ruling designated = {};  ///< the institution has the designation
  Judged<ledger::Fen> personal = {};
  Judged<ledger::Fen> assistance = {};
  /// The same where only the rounding of the share is open.
  Judged<Rounded> personal_share = {};
  Judged<Rounded> assistance_share = {};
  std::optional<ledger::Fen> recorded_personal = {};
  std::optional<ledger::Fen> recorded_assistance = {};
  Steps steps = {};
};
/// None for care of another class; a case of the class has an answer, if only an open one: also on
/// a day on which no rule speaks of it, which has no steps.
std::vector<FixedShareCase> fixed_shares(Knowledge& knowledge, const SettlementYear& asked);

/// The settlements of the year that are of the scheme, or do not say of which they are.
std::vector<const Fact*> settlements_of(const Dossier& person, const SettlementYear& asked);
/// Adds the amount of a settlement to the sum, or says that it is not recorded.
std::optional<Undetermined> add_recorded(const Fact& settlement, ledger::Field field,
                                         ledger::Fen& sum, const Rulebook& rules,
                                         ledger::Area jurisdiction);
/// That a settlement does not record a field.
Undetermined not_recorded_by_settlement(ledger::Field field, const Rulebook& rules,
                                        ledger::Area jurisdiction);
/// The sum, unless it is not the whole.
inline Judged<ledger::Fen> whole(ledger::Fen sum, const std::optional<Undetermined>& open) {
  return open ? Judged<ledger::Fen>::open(*open) : Judged<ledger::Fen>::of(sum, {});
}

/// The year that a settlement, or what is paid for one, is for: that of its day unless it says.
ledger::Year settlement_year_of(const Fact& fact);
/// "70%"
std::string percent_text(BasisPoints share);

}  // namespace kinledger::projections

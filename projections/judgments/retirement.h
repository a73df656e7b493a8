// Contributions at retirement (退休缴费年限): the months that somebody is short of, and from when
// the lump sum that makes them up gives the benefits of a retiree.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "ledger/calendar.h"
#include "projections/judgments/grounds.h"
#include "projections/knowledge.h"

namespace kinledger::projections {

/// Scheme of retirees: packs declare it in the list scheme.
inline constexpr std::string_view retiree_scheme = "employeeRetiree";

/// The record of a state (code of list personStatus) that holds on the date: the last to begin of
/// those that have not ended. Null where there is none, or where it says that the state is not so.
const Fact* state_of(const Dossier& person, std::string_view kind, ledger::Date on);
/// The record of the retirement (医保退休) that holds on the date, or null.
const Fact* retirement_of(const Dossier& person, ledger::Date on);

struct ContributionQuestion {
  ledger::PersonId person;
  ledger::Area jurisdiction;
  ledger::Date on;  ///< of the retirement: its rule and its months count, not later ones
  ledger::Date topped_up_by = ledger::date_max;  ///< lump sums up to this day, inclusive
};

struct RetirementContributions {
  const Rule* rule = nullptr;                ///< null: none governs the day and is for the person
  std::optional<std::int64_t> months;        ///< as recorded
  Judged<std::int64_t> shortfall;            ///< months; undetermined without rule or record
  std::optional<ledger::Date> topped_up_on;  ///< day of the last lump sum that was not paid back
  /// First day of a retiree's benefits of who was short and topped up; not before the retirement.
  std::optional<ledger::Date> benefits_from;
  /// Of the day of the lump sum, which may be another than that of the retirement; null where no
  /// lump sum is needed or paid.
  const Rule* lump_sum_rule = nullptr;
  Backing start_backing;
  /// Nothing is lacking for the benefits of a retiree, and no document says from when they are.
  std::optional<Undetermined> start_open;
  Steps steps;
};
RetirementContributions judge_retirement_contributions(Knowledge& knowledge,
                                                       const ContributionQuestion& question);

}  // namespace kinledger::projections

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

/// The latest record of a state (code of list personStatus) that began by the date, or null.
const Fact* state_of(const Dossier& person, std::string_view kind, ledger::Date on);
/// The record of the retirement (医保退休) by the date, or null.
const Fact* retirement_of(const Dossier& person, ledger::Date on);

struct ContributionQuestion {
  ledger::PersonId person;
  ledger::Area jurisdiction;
  ledger::Date on;                               ///< the rule and the months as of that day
  ledger::Date topped_up_by = ledger::date_max;  ///< lump sums up to this day, inclusive
};

struct RetirementContributions {
  const Rule* rule = nullptr;                ///< null: none governs the day
  std::optional<std::int64_t> months;        ///< as recorded
  Judged<std::int64_t> shortfall;            ///< months; undetermined without rule or record
  std::optional<ledger::Date> topped_up_on;  ///< day of the last lump sum
  /// First day of a retiree's benefits of who was short and topped up.
  std::optional<ledger::Date> benefits_from;
  Steps steps;
};
RetirementContributions judge_retirement_contributions(Knowledge& knowledge,
                                                       const ContributionQuestion& question);

}  // namespace kinledger::projections

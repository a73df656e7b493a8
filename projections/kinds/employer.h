// Parameters of the rules about employers' contributions and the funds. One struct per kind of
// rule; meaning and format of every parameter: projections/kinds/employer.cc and docs/RULES.md.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "projections/amount.h"
#include "projections/declarations.h"

namespace kinledger::projections {

/// An employee's contribution base: the own average wage, held between two shares of an announced
/// average.
struct WageBase {
  std::string average;  ///< code of list parameter
  std::int32_t at_least_basis_points = 0;
  std::int32_t at_most_basis_points = 0;
  std::string open_point;          ///< where the bound is no whole fen
  std::string open_point_average;  ///< until the average is announced
  std::string total_rule;  ///< id of the rule that makes the wage total of the bases; may be empty
};

/// What follows when an employer does not pay on time and in full.
struct Arrears {
  Codes schemes;                             ///< whose members have the benefits suspended
  std::int32_t suspended_natural_month = 2;  ///< of the arrears month
  std::int32_t limit_days_max = 60;          ///< from the decision, its day not counted
  std::int32_t restored_natural_month = 2;   ///< of the full payment inside the limit
  std::string open_point_counting;
  std::string open_point_late;  ///< restoration after a payment past the limit
  // Ids of the rules whose text says it, where that is another one; each may be empty.
  std::string limit_rule;
  std::string restored_rule;
  std::string employer_rule;
};

/// The level at which funds are kept.
struct FundLevel {
  Codes funds;
  std::string level;  ///< code of list fiscalLevel
  Label required;
};

/// Areas that hand their funds over, and what the handover holds.
struct FundHandover {
  /// Packs ask for the first four; the last is what a record itself states not to be done.
  enum class Part : std::uint8_t { audit, debts, arrears, balance, completion };
  std::vector<AreaSet> areas;
  std::vector<Part> parts;
};

}  // namespace kinledger::projections

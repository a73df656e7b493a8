// Parameters of the rules about working life and retirement. One struct per kind of rule; meaning
// and format of every parameter: projections/kinds/retirement.cc and docs/RULES.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ledger/calendar.h"
#include "projections/condition.h"

namespace kinledger::projections {

/// Points by which an interruption of the contributions lowers the fund's share after retirement.
struct InterruptionReduction {
  struct Band {
    std::int32_t months_from = 0;  ///< inclusive
    std::int32_t points = 0;       ///< percentage points
  };
  std::optional<Condition> population;
  std::vector<Band> bands;  ///< ascending; below the first: nothing
  /// Of those who retired under the rule, for care after its end.
  std::string open_point_after;
};

/// Months of contributions that retiree benefits need; the rest is paid as a lump sum.
struct RetirementContribution {
  std::optional<Condition> population;
  std::int32_t months = 0;
  std::optional<std::int32_t> starts_natural_month;  ///< of the payment; absent: not stated
  std::string open_point_start;                      ///< of a start that no lump sum gives
  std::string open_point_amount;
};

/// Who joins pension and medical insurance together, and who may join the latter alone.
struct JointParticipation {
  std::string scheme;
  Condition alone;
};

}  // namespace kinledger::projections

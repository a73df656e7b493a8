// The unit medical subsidy (单位医疗补助): who has it for a settlement year, and on which condition
// it fails. Tested at the enrollment, or at the end of the year, as the rule says; holds for the
// whole year.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ledger/calendar.h"
#include "projections/judgments/bindings.h"
#include "projections/judgments/coverage.h"
#include "projections/judgments/grounds.h"
#include "projections/knowledge.h"

namespace kinledger::projections {

/// One condition of the subsidy: "eligibility", "scheme", "payment", "unit", "late_binding",
/// "condition".
struct SubsidyCondition {
  std::string code;
  Ruling ruling;
};

struct SubsidyJudgment {
  Ruling ruling = {};
  std::vector<SubsidyCondition> conditions = {};  ///< in the order of the rule
  std::optional<Failing> failing = {};            ///< of those that fail the surest
  std::string scheme = {};                        ///< of the child in that year; empty: none
  ReimbursingUnit unit = {};
};
/// The day of asking matters only before the end of the year: the unit is then the one bound on it.
/// `timeline` is that of the child.
SubsidyJudgment judge_subsidy(Knowledge& knowledge, const SettlementCase& asked,
                              const Timeline& timeline);
SubsidyJudgment judge_subsidy(Knowledge& knowledge, const SettlementCase& asked);

}  // namespace kinledger::projections

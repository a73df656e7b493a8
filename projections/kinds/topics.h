// The kinds of rule by topic; projections/rule_format.cc puts them together.
#pragma once

#include <span>

#include "projections/rule_format.h"

namespace kinledger::projections::kinds {

std::span<const RuleKindInfo> subsidy_kinds();
std::span<const RuleKindInfo> enrollment_kinds();
std::span<const RuleKindInfo> handling_kinds();
std::span<const RuleKindInfo> card_kinds();
std::span<const RuleKindInfo> benefit_kinds();
std::span<const RuleKindInfo> retirement_kinds();
std::span<const RuleKindInfo> employer_kinds();
std::span<const RuleKindInfo> policy_kinds();

}  // namespace kinledger::projections::kinds

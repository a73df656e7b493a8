// Kinds of rule about working life and retirement.
#include "projections/kinds/retirement.h"

#include "projections/kinds/members.h"
#include "projections/kinds/topics.h"

namespace kinledger::projections::kinds {
namespace {

constexpr std::array interruption_band_members{
    Member{"months_from", Shape::count, required, "中断月数自（含）", "from so many months on"},
    Member{"points", Shape::rank, required, "降低的百分点", "percentage points"},
};
constexpr std::array interruption_reduction{
    population,
    Member{"bands",
           Shape::table,
           required_list,
           "各档，由低到高",
           "bands, ascending",
           {},
           interruption_band_members},
    Member{"open_point_after", Shape::open_point, optional, "此前退休者在规则废止后",
           "of those who retired under the rule, after its end"},
};
constexpr std::array retirement_contribution{
    population,
    Member{"months", Shape::count, required, "须缴费月数", "months of contributions needed"},
    Member{"starts_natural_month", Shape::count, optional,
           "补缴后第几个自然月起享受（不填为未规定）",
           "natural month of the payment from which benefits are given; absent: not stated"},
    Member{"open_point_start", Shape::open_point, optional, "待遇起始未规定（如无须补缴）",
           "where the documents give no start of the benefits, as for who is not short"},
    Member{"open_point_amount", Shape::open_point, optional, "补缴金额未规定",
           "where the documents give no amount"},
};
constexpr std::array joint_participation{
    scheme,
    Member{"alone", Shape::person_condition, required, "可单独参加医保者",
           "who may join medical insurance alone"},
};

RuleParameters read_interruption_reduction(const RuleReader& reader) {
  const auto band = [](const RuleReader& each) -> InterruptionReduction::Band {
    return {*each.count("months_from"), *each.count("points")};
  };
  return InterruptionReduction{reader.condition("population"),
                               reader.each<InterruptionReduction::Band>("bands", band),
                               reader.text("open_point_after")};
}

RuleParameters read_retirement_contribution(const RuleReader& reader) {
  return RetirementContribution{reader.condition("population"), *reader.count("months"),
                                reader.count("starts_natural_month"),
                                reader.text("open_point_start"), reader.text("open_point_amount")};
}

RuleParameters read_joint_participation(const RuleReader& reader) {
  return JointParticipation{reader.text("scheme"), *reader.condition("alone")};
}

constexpr std::array kinds_of_retirement{
    RuleKindInfo{RuleKind::interruption_reduction, "interruption_reduction", "中断扣减",
                 "Points by which an interruption lowers the fund's share after retirement.",
                 interruption_reduction, read_interruption_reduction},
    RuleKindInfo{RuleKind::retirement_contribution, "retirement_contribution", "退休缴费年限",
                 "Months of contributions that retiree benefits need.", retirement_contribution,
                 read_retirement_contribution},
    RuleKindInfo{RuleKind::joint_participation, "joint_participation", "同时参保",
                 "Who joins pension and medical insurance together, and who may join the latter "
                 "alone.",
                 joint_participation, read_joint_participation},
};

}  // namespace

std::span<const RuleKindInfo> retirement_kinds() { return kinds_of_retirement; }

}  // namespace kinledger::projections::kinds

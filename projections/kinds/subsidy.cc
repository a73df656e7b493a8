// Kinds of rule about units, their medical subsidy, bindings and the rectification.
#include "projections/kinds/subsidy.h"

#include "projections/kinds/members.h"
#include "projections/kinds/topics.h"

namespace kinledger::projections::kinds {
namespace {

constexpr std::array rectification_deadline{
    Member{"due_to", Shape::date, required, "整改期限（含）", "last day, inclusive"},
    Member{"statement", Shape::code, optional, "问题", "the finding", "findingStatement"},
};
constexpr std::array unit_scope{
    Member{"condition", Shape::unit_condition, required, "单位条件", "the units in scope"},
};
constexpr std::array subsidy{
    scheme,
    Member{"eligibility_required", Shape::flag, required, "须符合参保条件",
           "an eligibility rule must open the scheme to the child"},
    Member{"payment_required", Shape::flag, required, "须已缴费", "the premium must be paid"},
    Member{"unit_in_scope_required", Shape::flag, required, "单位须在范围内",
           "the parent's unit must be in scope"},
    Member{"tested_on", Shape::word, required, "判断时点",
           "when it is tested; the result holds for the year", "enrollment|year_end"},
    Member{"condition", Shape::person_condition, optional, "其他条件", "further conditions"},
};
constexpr std::array subsidy_exclusion{schemes};
constexpr std::array reimbursement_window{
    Member{"years_after", Shape::rank, required, "结算年度后第几年",
           "paid in the calendar year so many years after the settlement year"},
};
constexpr std::array channel_rates{
    fiscal_levels,
    Member{"monthly", Shape::amount, required, "每人每月", "per child and month"},
};
constexpr std::array channel_fund{
    Member{"rates", Shape::table, required_list, "筹资标准", "rates", {}, channel_rates},
};
constexpr std::array surplus_recovery{
    Member{"months_after_year", Shape::count, optional, "年末后几个月内收回",
           "recovered within so many months of the year's end"},
    Member{"open_point", Shape::open_point, optional, "文件未规定期限",
           "the documents state no date"},
};
constexpr std::array binding_deadline{
    schemes,
    population,
};
constexpr std::array late_binding{
    Member{"denies_subsidy", Shape::flag, required, "丧失补助", "the subsidy is lost"},
    Member{"open_point", Shape::open_point, optional, "文件未规定", "the documents do not say"},
};
constexpr std::array offices{
    Member{"fiscal_levels", Shape::code, optional_list, "单位财政级次（不填为全部）",
           "fiscal levels of the unit; absent: all", "fiscalLevel"},
    Member{"area", Shape::area, optional, "单位所在区域（不填为全部）",
           "area of the unit; absent: all"},
    block,
    Member{"name", Shape::label, optional, "机构", "office"},
    Member{"address", Shape::text, optional, "地址", "address"},
    Member{"open_point", Shape::open_point, optional, "文件未列出机构",
           "the documents list no office"},
};
constexpr std::array office{
    Member{"entries",
           Shape::table,
           required_list,
           "机构",
           "offices, the first that fits serves",
           {},
           offices},
};
constexpr std::array required_form{
    Member{"title", Shape::label, required, "表名", "title of the form"},
    Member{"parts", Shape::word, required_list, "栏目", "what must be filled in",
           "unitSeal|unitNumber|formDate|childName|childIdNumber|parentName|parentIdNumber|"
           "enrolledFlag|telephone"},
    Member{"enrolled_required", Shape::flag, required, "须为已参保", "the child must be enrolled"},
};
constexpr std::array confidential_items{
    Member{"items", Shape::code, required_list, "事项", "what is not to be stored or shown",
           "confidentialItem"},
};

ledger::FormPart form_part_of(std::string_view word) {
  return enumerant_of<ledger::FormPart>(ledger::EventType::binding_registered,
                                        ledger::Field::missing_parts, word);
}

RuleParameters read_informative(const RuleReader&) { return Informative{}; }

RuleParameters read_rectification_deadline(const RuleReader& reader) {
  return RectificationDeadline{*reader.date("due_to"), reader.text("statement")};
}

RuleParameters read_unit_scope(const RuleReader& reader) {
  return UnitScope{*reader.condition("condition")};
}

RuleParameters read_subsidy(const RuleReader& reader) {
  using TestedOn = Subsidy::TestedOn;
  return Subsidy{
      reader.text("scheme"),
      reader.flag("eligibility_required"),
      reader.flag("payment_required"),
      reader.flag("unit_in_scope_required"),
      reader.condition("condition"),
      reader.text("tested_on") == "year_end" ? TestedOn::year_end : TestedOn::enrollment};
}

RuleParameters read_subsidy_exclusion(const RuleReader& reader) {
  return SubsidyExclusion{reader.codes("schemes")};
}

RuleParameters read_reimbursement_window(const RuleReader& reader) {
  return ReimbursementWindow{*reader.count("years_after")};
}

RuleParameters read_reimbursable_base(const RuleReader&) { return ReimbursableBase{}; }

RuleParameters read_channel_fund(const RuleReader& reader) {
  const auto rate = [](const RuleReader& each) -> ChannelFund::Rate {
    return {each.codes("fiscal_levels"), each.amount("monthly")};
  };
  return ChannelFund{reader.each<ChannelFund::Rate>("rates", rate)};
}

RuleParameters read_surplus_recovery(const RuleReader& reader) {
  return SurplusRecovery{reader.count("months_after_year"), reader.text("open_point")};
}

RuleParameters read_binding_deadline(const RuleReader& reader) {
  return BindingDeadline{reader.codes("schemes"), reader.condition("population")};
}

RuleParameters read_late_binding(const RuleReader& reader) {
  return LateBinding{reader.flag("denies_subsidy"), reader.text("open_point")};
}

RuleParameters read_office(const RuleReader& reader) {
  const auto entry = [](const RuleReader& each) -> Office::Entry {
    return {each.codes("fiscal_levels"), each.area("area"),    each.text("block"),
            each.label("name"),          each.text("address"), each.text("open_point")};
  };
  return Office{reader.each<Office::Entry>("entries", entry)};
}

RuleParameters read_required_form(const RuleReader& reader) {
  return RequiredForm{reader.label("title"), mapped(reader.codes("parts"), form_part_of),
                      reader.flag("enrolled_required")};
}

RuleParameters read_confidential_items(const RuleReader& reader) {
  return ConfidentialItems{reader.codes("items")};
}

constexpr std::array kinds_of_subsidy{
    RuleKindInfo{RuleKind::informative,
                 "informative",
                 "说明",
                 "States something that nothing is computed with.",
                 {},
                 read_informative},
    RuleKindInfo{RuleKind::rectification_deadline, "rectification_deadline", "整改期限",
                 "An audit finding is to be rectified by a day.", rectification_deadline,
                 read_rectification_deadline},
    RuleKindInfo{RuleKind::unit_scope, "unit_scope", "适用单位",
                 "The units whose employees' children the programme is for.", unit_scope,
                 read_unit_scope},
    RuleKindInfo{RuleKind::subsidy, "subsidy", "单位医疗补助", "Who has the unit medical subsidy.",
                 subsidy, read_subsidy},
    RuleKindInfo{RuleKind::subsidy_exclusion, "subsidy_exclusion", "不享受补助",
                 "Schemes whose members have no subsidy.", subsidy_exclusion,
                 read_subsidy_exclusion},
    RuleKindInfo{RuleKind::reimbursement_window, "reimbursement_window", "报销时间",
                 "When the subsidy of a settlement year is paid.", reimbursement_window,
                 read_reimbursement_window},
    RuleKindInfo{RuleKind::reimbursable_base,
                 "reimbursable_base",
                 "可补助范围",
                 "That the subsidy reaches the personal expense without the deductible.",
                 {},
                 read_reimbursable_base},
    RuleKindInfo{RuleKind::channel_fund, "channel_fund", "原渠道列支",
                 "The unit's former channel: rate by month and child, and who pays first.",
                 channel_fund, read_channel_fund},
    RuleKindInfo{RuleKind::surplus_recovery, "surplus_recovery", "结余收回",
                 "The channel's surplus at the year's end goes back to finance.", surplus_recovery,
                 read_surplus_recovery},
    RuleKindInfo{RuleKind::binding_deadline, "binding_deadline", "绑定期限",
                 "Until when a child is bound to parent and unit.", binding_deadline,
                 read_binding_deadline},
    RuleKindInfo{RuleKind::late_binding, "late_binding", "逾期绑定",
                 "What a late binding leads to.", late_binding, read_late_binding},
    RuleKindInfo{RuleKind::office, "office", "经办机构", "Which agency office serves a unit.",
                 office, read_office},
    RuleKindInfo{RuleKind::required_form, "required_form", "登记表", "What a form must hold.",
                 required_form, read_required_form},
    RuleKindInfo{RuleKind::confidential_items, "confidential_items", "不得公开",
                 "What is neither stored nor shown.", confidential_items, read_confidential_items},
};

}  // namespace

std::span<const RuleKindInfo> subsidy_kinds() { return kinds_of_subsidy; }

}  // namespace kinledger::projections::kinds

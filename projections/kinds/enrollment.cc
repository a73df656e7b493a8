// Kinds of rule about membership: who may join, what is paid, from when a member is covered.
#include "projections/kinds/enrollment.h"

#include "projections/kinds/members.h"
#include "projections/kinds/topics.h"

namespace kinledger::projections::kinds {
namespace {

constexpr std::array scheme_end{
    scheme,
    Member{"last_day", Shape::date, required, "最后一日", "last day with the scheme"},
    Member{"members_rule", Shape::name, optional, "原参保人员如何参保的规则（未统一转换者）",
           "rule by which its members go on who are not moved to another scheme"},
};
constexpr std::array timings{
    fiscal_levels,
    Member{"months_after", Shape::rank, optional, "费款所属月之后第几个月征收",
           "collected so many months after the premium month"},
    Member{"open_point", Shape::open_point, optional, "文件未规定", "the documents do not say"},
};
constexpr std::array legacy_collection{
    Member{"last_premium_month", Shape::month, required, "最后费款所属月", "last premium month"},
    Member{"timings", Shape::table, required_list, "征收时间", "when it is collected", {}, timings},
};
constexpr std::array rates{
    fiscal_levels,
    Member{"unit_amount", Shape::amount, required, "单位每人每月", "unit, per person and month"},
    Member{"personal_amount", Shape::amount, required, "个人每人每月",
           "employee, per person and month"},
};
constexpr std::array contribution_rate{
    Member{"rates", Shape::table, required_list, "标准", "rates", {}, rates},
};
constexpr std::array options{
    scheme,
    Member{"condition", Shape::person_condition, required, "参保条件", "who may join"},
};
constexpr std::array eligibility{
    population,
    Member{"options",
           Shape::table,
           required_list,
           "可参加的险种",
           "schemes that are open",
           {},
           options},
    Member{"open_point_if_none", Shape::open_point, optional, "无可参加险种时",
           "for a member of the population to whom no scheme is open"},
};
constexpr std::array conversion{
    Member{"from_scheme", Shape::code, required, "原险种", "former scheme", "scheme"},
    scheme,
    Member{"effective_on", Shape::date, required, "转换日期", "first day in the new scheme"},
    Member{"condition", Shape::person_condition, required, "转换条件",
           "who is converted; tested on effective_on"},
};
constexpr std::array coverage{
    schemes,
    Member{"insurance_year", Shape::year, optional, "医保年度（不填为各年度）",
           "insurance year; absent: every year"},
    population,
    paid_from,
    paid_to,
    Member{"with_enrollment", Shape::flag, optional, "参保和缴费均须在期内，以后办的为准",
           "the two days are of enrollment and payment: the later of them counts"},
    Member{"after_notice", Shape::flag, optional, "须先有缴费通知",
           "the agency's payment notice comes first"},
    Member{"start", Shape::start, required, "待遇起始", "from when the member is covered"},
    Member{"open_point_past_year", Shape::open_point, optional, "等待期跨年度时",
           "for a start after the insurance year"},
    Member{"kinds", Shape::word, optional_list, "参保方式（不填为全部）",
           "kinds of enrollment; absent: all",
           "newMember|renewal|conversion|schemeSwitch|resumption|newborn"},
    Member{"within_prescribed_time", Shape::flag, optional, "在规定时间内",
           "within the prescribed time, as the agency states"},
    Member{"waiting_required", Shape::flag, optional, "须等待期",
           "a wait is required, as the agency states"},
    Member{"applied_within_months_of_birth", Shape::count, optional, "出生后几个月内申请",
           "applied for within so many months of birth"},
    Member{"from_registration", Shape::flag, optional, "自登记月起计",
           "months are counted from the registration"},
    Member{"annual", Shape::flag, optional, "按医保年度（默认）",
           "ends with the insurance year, as it does by default"},
    Member{
        "resumed_by_payment", Shape::flag, optional, "中断后恢复正常缴费即恢复，无须重新登记",
        "the next regular payment resumes an interrupted membership, without another enrollment"},
    Member{"open_point_unstated", Shape::open_point, optional, "经办机构未说明时（默认为事实不全）",
           "where the agency does not state what is wanted; else facts are incomplete"},
    Member{"open_points", Shape::open_point, optional_list, "计算起始日所依据的未明确事项",
           "open points relied on whenever the start is computed"},
};
constexpr std::array due{
    scheme,
    Member{"category", Shape::code, optional, "类别", "category; absent: all", "category"},
    Member{"personal", Shape::amount, required, "个人缴费", "personal share"},
    Member{"government", Shape::amount, optional, "政府补助", "government's share"},
    Member{"government_level", Shape::code, optional, "补助级次", "level that pays it",
           "fiscalLevel"},
    Member{"total", Shape::amount, optional, "筹资标准合计", "both together"},
    Member{"certainty", Shape::word, optional, "与规则不同的确定性",
           "where it differs from that of the rule", "document|derived|interpretation|open"},
};
constexpr std::array premium{
    Member{"insurance_year", Shape::year, optional, "医保年度（不填为各年度）",
           "insurance year; absent: every year"},
    population,
    paid_from,
    paid_to,
    Member{"due", Shape::table, required_list, "应缴", "what is due", {}, due},
};
constexpr std::array routes{
    schemes,
    Member{"route", Shape::code, required, "办理途径", "by whom it is handed in",
           "enrollmentRoute"},
    Member{"obligatory", Shape::flag, required, "是否必须", "whether it is the only one"},
    Member{"condition", Shape::person_condition, optional, "其中适用于（不填为全部）",
           "for whom of the population; absent: all"},
};
constexpr std::array enrollment_route{
    Member{"registers", Shape::flag, optional, "人员基本信息登记而非参保",
           "basic registration of a person instead of an enrollment"},
    population,
    Member{"routes", Shape::table, required_list, "途径", "routes", {}, routes},
};
constexpr std::array channel_entries{
    Member{"channels", Shape::code, required_list, "渠道", "channels", "channel"},
    Member{"kinds", Shape::word, optional_list, "参保方式（不填为全部）",
           "kinds of enrollment; absent: all",
           "newMember|renewal|conversion|schemeSwitch|resumption|newborn"},
};
constexpr std::array enrollment_channel{
    schemes,
    population,
    Member{"entries", Shape::table, required_list, "渠道", "channels", {}, channel_entries},
};
constexpr std::array payment_channel{
    any_schemes,
    Member{"channels", Shape::code, required_list, "缴费渠道", "channels", "channel"},
    Member{"list_open", Shape::flag, optional, "文件以“等”结尾", "the list is left open"},
};
constexpr std::array designations{
    Member{"area", Shape::area, required, "缴费人所在区域", "area of the payer"},
    block,
    Member{"banks", Shape::code, required_list, "银行", "banks", "bank"},
};
constexpr std::array designated_banks{
    Member{"designations",
           Shape::table,
           required_list,
           "指定银行",
           "banks by area; those of a block are added to those of its area",
           {},
           designations},
};
constexpr std::array examination{
    schemes,
    Member{"times", Shape::count, required, "次数", "so many times"},
    Member{"every_years", Shape::count, required, "每几年", "in so many years"},
};
constexpr std::array account_transfer{
    Member{"year_classes", Shape::word, required_list, "可转移的账户", "balances that may be moved",
           "current|past"},
};

ledger::Certainty certainty_of(std::string_view word) {
  return enumerant_of<ledger::Certainty>(ledger::EventType::rule_version_published,
                                         ledger::Field::certainty, word);
}

RuleParameters read_scheme_end(const RuleReader& reader) {
  return SchemeEnd{reader.text("scheme"), *reader.date("last_day"), reader.text("members_rule")};
}

RuleParameters read_legacy_collection(const RuleReader& reader) {
  const auto timing = [](const RuleReader& each) -> LegacyCollection::Timing {
    return {each.codes("fiscal_levels"), each.count("months_after"), each.text("open_point")};
  };
  return LegacyCollection{ledger::parse_month(reader.text("last_premium_month")).value(),
                          reader.each<LegacyCollection::Timing>("timings", timing)};
}

RuleParameters read_contribution_rate(const RuleReader& reader) {
  const auto rate = [](const RuleReader& each) -> ContributionRate::Rate {
    return {each.codes("fiscal_levels"), each.amount("unit_amount"),
            each.amount("personal_amount")};
  };
  return ContributionRate{reader.each<ContributionRate::Rate>("rates", rate)};
}

RuleParameters read_eligibility(const RuleReader& reader) {
  const auto option = [](const RuleReader& each) -> Eligibility::Option {
    return {each.text("scheme"), *each.condition("condition")};
  };
  return Eligibility{reader.condition("population"),
                     reader.each<Eligibility::Option>("options", option),
                     reader.text("open_point_if_none")};
}

RuleParameters read_conversion(const RuleReader& reader) {
  return Conversion{reader.text("from_scheme"), reader.text("scheme"), *reader.date("effective_on"),
                    *reader.condition("condition")};
}

RuleParameters read_coverage(const RuleReader& reader) {
  return Coverage{reader.codes("schemes"),
                  reader.given_year("insurance_year"),
                  reader.condition("population"),
                  reader.date("paid_from"),
                  reader.date("paid_to"),
                  reader.flag("with_enrollment"),
                  reader.flag("after_notice"),
                  reader.start("start"),
                  reader.text("open_point_past_year"),
                  mapped(reader.codes("kinds"), enrollment_kind_of),
                  reader.given_flag("within_prescribed_time"),
                  reader.given_flag("waiting_required"),
                  reader.count("applied_within_months_of_birth"),
                  reader.flag("from_registration"),
                  reader.given_flag("annual").value_or(true),
                  reader.flag("resumed_by_payment"),
                  reader.text("open_point_unstated"),
                  reader.codes("open_points")};
}

Premium::Due read_due(const RuleReader& reader) {
  const auto certainty = reader.text("certainty");
  return {reader.text("scheme"),
          reader.text("category"),
          reader.amount("personal"),
          reader.amount("government"),
          reader.amount("total"),
          reader.text("government_level"),
          certainty.empty() ? std::nullopt : std::optional(certainty_of(certainty))};
}

RuleParameters read_premium(const RuleReader& reader) {
  return Premium{reader.given_year("insurance_year"), reader.condition("population"),
                 reader.date("paid_from"), reader.date("paid_to"), reader.each("due", read_due)};
}

RuleParameters read_enrollment_route(const RuleReader& reader) {
  const auto route = [](const RuleReader& each) -> EnrollmentRoute::Route {
    return {each.codes("schemes"), each.text("route"), each.flag("obligatory"),
            each.condition("condition")};
  };
  return EnrollmentRoute{reader.flag("registers"), reader.condition("population"),
                         reader.each<EnrollmentRoute::Route>("routes", route)};
}

RuleParameters read_enrollment_channel(const RuleReader& reader) {
  const auto entry = [](const RuleReader& each) -> EnrollmentChannel::Entry {
    return {each.codes("channels"), mapped(each.codes("kinds"), enrollment_kind_of)};
  };
  return EnrollmentChannel{reader.codes("schemes"), reader.condition("population"),
                           reader.each<EnrollmentChannel::Entry>("entries", entry)};
}

RuleParameters read_payment_channel(const RuleReader& reader) {
  return PaymentChannel{reader.codes("schemes"), reader.codes("channels"),
                        reader.flag("list_open")};
}

RuleParameters read_designated_banks(const RuleReader& reader) {
  const auto designation = [](const RuleReader& each) -> DesignatedBanks::Designation {
    return {*each.area("area"), each.text("block"), each.codes("banks")};
  };
  return DesignatedBanks{reader.each<DesignatedBanks::Designation>("designations", designation)};
}

RuleParameters read_examination(const RuleReader& reader) {
  return Examination{reader.codes("schemes"), *reader.count("times"), *reader.count("every_years")};
}

RuleParameters read_account_transfer(const RuleReader& reader) {
  return AccountTransfer{mapped(reader.codes("year_classes"), account_year_of)};
}

constexpr std::array kinds_of_enrollment{
    RuleKindInfo{RuleKind::scheme_end, "scheme_end", "险种停止", "A scheme stops.", scheme_end,
                 read_scheme_end},
    RuleKindInfo{RuleKind::legacy_collection, "legacy_collection", "子女统筹征收",
                 "When the legacy premium of a month is collected.", legacy_collection,
                 read_legacy_collection},
    RuleKindInfo{RuleKind::contribution_rate, "contribution_rate", "子女统筹缴费标准",
                 "Monthly contribution to the legacy pooling.", contribution_rate,
                 read_contribution_rate},
    RuleKindInfo{RuleKind::eligibility, "eligibility", "参保条件",
                 "Who may join which scheme; of several rules any one suffices.", eligibility,
                 read_eligibility},
    RuleKindInfo{RuleKind::conversion, "conversion", "统一转换",
                 "Members of a scheme are moved to another by the agency.", conversion,
                 read_conversion},
    RuleKindInfo{RuleKind::coverage, "coverage", "待遇起始", "From when a member is covered.",
                 coverage, read_coverage},
    RuleKindInfo{RuleKind::premium, "premium", "缴费标准", "What is paid for an insurance year.",
                 premium, read_premium},
    RuleKindInfo{RuleKind::enrollment_route, "enrollment_route", "办理途径",
                 "By whom an enrollment is handed in.", enrollment_route, read_enrollment_route},
    RuleKindInfo{RuleKind::enrollment_channel, "enrollment_channel", "参保渠道",
                 "Through what an enrollment is handled.", enrollment_channel,
                 read_enrollment_channel},
    RuleKindInfo{RuleKind::payment_channel, "payment_channel", "缴费渠道",
                 "Through what a premium is paid.", payment_channel, read_payment_channel},
    RuleKindInfo{RuleKind::designated_banks, "designated_banks", "指定银行",
                 "Banks for debit agreements, by area of the payer.", designated_banks,
                 read_designated_banks},
    RuleKindInfo{RuleKind::examination, "examination", "免费体检", "Free physical examinations.",
                 examination, read_examination},
    RuleKindInfo{RuleKind::account_transfer, "account_transfer", "家庭共济",
                 "Which account balances a parent may move to a child.", account_transfer,
                 read_account_transfer},
};

}  // namespace

std::span<const RuleKindInfo> enrollment_kinds() { return kinds_of_enrollment; }

}  // namespace kinledger::projections::kinds

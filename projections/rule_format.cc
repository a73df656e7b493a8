#include "projections/rule_format.h"

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "projections/json_read.h"

namespace kinledger::projections {
namespace {

namespace json = boost::json;

constexpr auto required = Presence::required;
constexpr auto optional = Presence::optional;
constexpr auto required_list = Presence::required_list;
constexpr auto optional_list = Presence::optional_list;

constexpr Member fiscal_levels{"fiscal_levels", Shape::code,     required_list,
                               "财政级次",      "fiscal levels", "fiscalLevel"};
constexpr Member schemes{"schemes", Shape::code, required_list, "险种", "schemes", "scheme"};
constexpr Member any_schemes{
    "schemes", Shape::code, optional_list, "险种（不填为全部）", "schemes; absent: all", "scheme"};
constexpr Member scheme{"scheme", Shape::code, required, "险种", "scheme", "scheme"};
constexpr Member population{"population", Shape::person_condition, optional,
                            "适用人群（不填为全部）", "to whom the rule applies; absent: all"};
constexpr Member insurance_year{"insurance_year", Shape::year, required, "医保年度",
                                "insurance year"};
constexpr Member paid_from{"paid_from", Shape::date, optional, "缴费日期起（含）",
                           "paid on this day or later"};
constexpr Member paid_to{"paid_to", Shape::date, optional, "缴费日期止（含）",
                         "paid on this day or earlier"};
constexpr Member block{"block", Shape::code, optional, "区块", "block of the area", "block"};

constexpr std::array rectification_deadline{
    Member{"due_to", Shape::date, required, "整改期限（含）", "last day, inclusive"},
    Member{"statement", Shape::code, optional, "问题", "the finding", "findingStatement"},
};
constexpr std::array unit_scope{
    Member{"condition", Shape::unit_condition, required, "单位条件", "the units in scope"},
};
constexpr std::array scheme_end{
    scheme,
    Member{"last_day", Shape::date, required, "最后一日", "last day with the scheme"},
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
    insurance_year,
    population,
    paid_from,
    paid_to,
    Member{"after_notice", Shape::flag, optional, "须先有缴费通知",
           "the agency's payment notice comes first"},
    Member{"start", Shape::start, required, "待遇起始", "from when the member is covered"},
    Member{"open_point_past_year", Shape::open_point, optional, "等待期跨年度时",
           "for a start after the insurance year"},
};
constexpr std::array due{
    scheme,
    Member{"category", Shape::code, optional, "类别", "category; absent: all", "category"},
    Member{"personal", Shape::amount, required, "个人缴费", "personal share"},
    Member{"government", Shape::amount, optional, "政府补助", "government's share"},
    Member{"certainty", Shape::word, optional, "与规则不同的确定性",
           "where it differs from that of the rule", "document|derived|interpretation|open"},
};
constexpr std::array premium{
    insurance_year,
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
};
constexpr std::array enrollment_route{
    population,
    Member{"routes", Shape::table, required_list, "途径", "routes", {}, routes},
};
constexpr std::array payment_channel{
    any_schemes,
    Member{"channels", Shape::code, required_list, "缴费渠道", "channels", "channel"},
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
constexpr std::array reimbursable_base{
    Member{"deductible_included", Shape::flag, required, "含起付标准",
           "whether the deductible can be reimbursed"},
};
constexpr std::array account_transfer{
    Member{"year_classes", Shape::word, required_list, "可转移的账户", "balances that may be moved",
           "current|past"},
};
constexpr std::array channel_rates{
    fiscal_levels,
    Member{"monthly", Shape::amount, required, "每人每月", "per child and month"},
};
constexpr std::array channel_fund{
    Member{"rates", Shape::table, required_list, "筹资标准", "rates", {}, channel_rates},
    Member{"channel_first", Shape::flag, required, "先由原渠道列支",
           "finance pays only what the channel cannot"},
};
constexpr std::array surplus_recovery{
    Member{"months_after_year", Shape::count, optional, "年末后几个月内收回",
           "recovered within so many months of the year's end"},
    Member{"open_point", Shape::open_point, optional, "文件未规定期限",
           "the documents state no date"},
};
constexpr std::array channel_entries{
    Member{"channels", Shape::code, required_list, "渠道", "channels", "channel"},
    Member{"kinds", Shape::word, optional_list, "参保方式（不填为全部）",
           "kinds of enrollment; absent: all",
           "newMember|renewal|conversion|schemeSwitch|resumption|newborn"},
};
constexpr std::array enrollment_channel{
    schemes,
    Member{"entries", Shape::table, required_list, "渠道", "channels", {}, channel_entries},
};
constexpr std::array binding_deadline{
    schemes,
    population,
    Member{"sealed_form_required", Shape::flag, required, "须盖章的登记表",
           "a sealed form is needed"},
    Member{"handled_by", Shape::code, required_list, "办理人", "who may hand it in", "handledBy"},
};
constexpr std::array late_binding{
    Member{"denies_subsidy", Shape::flag, required, "丧失补助", "the subsidy is lost"},
    Member{"open_point", Shape::open_point, optional, "文件未规定", "the documents do not say"},
};
constexpr std::array examination{
    schemes,
    Member{"times", Shape::count, required, "次数", "so many times"},
    Member{"every_years", Shape::count, required, "每几年", "in so many years"},
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

constexpr std::array<RuleKindInfo, rule_kind_count> kinds{{
    {RuleKind::informative,
     "informative",
     "说明",
     "States something that nothing is computed with.",
     {}},
    {RuleKind::rectification_deadline, "rectification_deadline", "整改期限",
     "An audit finding is to be rectified by a day.", rectification_deadline},
    {RuleKind::unit_scope, "unit_scope", "适用单位",
     "The units whose employees' children the programme is for.", unit_scope},
    {RuleKind::scheme_end, "scheme_end", "险种停止", "A scheme stops.", scheme_end},
    {RuleKind::legacy_collection, "legacy_collection", "子女统筹征收",
     "When the legacy premium of a month is collected.", legacy_collection},
    {RuleKind::contribution_rate, "contribution_rate", "子女统筹缴费标准",
     "Monthly contribution to the legacy pooling.", contribution_rate},
    {RuleKind::eligibility, "eligibility", "参保条件",
     "Who may join which scheme; of several rules any one suffices.", eligibility},
    {RuleKind::conversion, "conversion", "统一转换",
     "Members of a scheme are moved to another by the agency.", conversion},
    {RuleKind::coverage, "coverage", "待遇起始", "From when a member is covered.", coverage},
    {RuleKind::premium, "premium", "缴费标准", "What is paid for an insurance year.", premium},
    {RuleKind::enrollment_route, "enrollment_route", "办理途径",
     "By whom an enrollment is handed in.", enrollment_route},
    {RuleKind::payment_channel, "payment_channel", "缴费渠道", "Through what a premium is paid.",
     payment_channel},
    {RuleKind::designated_banks, "designated_banks", "指定银行",
     "Banks for debit agreements, by area of the payer.", designated_banks},
    {RuleKind::subsidy, "subsidy", "单位医疗补助", "Who has the unit medical subsidy.", subsidy},
    {RuleKind::subsidy_exclusion, "subsidy_exclusion", "不享受补助",
     "Schemes whose members have no subsidy.", subsidy_exclusion},
    {RuleKind::reimbursement_window, "reimbursement_window", "报销时间",
     "When the subsidy of a settlement year is paid.", reimbursement_window},
    {RuleKind::reimbursable_base, "reimbursable_base", "可补助范围",
     "What of the expense the subsidy can reach.", reimbursable_base},
    {RuleKind::account_transfer, "account_transfer", "家庭共济",
     "Which account balances a parent may move to a child.", account_transfer},
    {RuleKind::channel_fund, "channel_fund", "原渠道列支",
     "The unit's former channel: rate by month and child, and who pays first.", channel_fund},
    {RuleKind::surplus_recovery, "surplus_recovery", "结余收回",
     "The channel's surplus at the year's end goes back to finance.", surplus_recovery},
    {RuleKind::enrollment_channel, "enrollment_channel", "参保渠道",
     "Through what an enrollment is handled.", enrollment_channel},
    {RuleKind::binding_deadline, "binding_deadline", "绑定期限",
     "Until when a child is bound to parent and unit.", binding_deadline},
    {RuleKind::late_binding, "late_binding", "逾期绑定", "What a late binding leads to.",
     late_binding},
    {RuleKind::examination, "examination", "免费体检", "Free physical examinations.", examination},
    {RuleKind::office, "office", "经办机构", "Which agency office serves a unit.", office},
    {RuleKind::required_form, "required_form", "登记表", "What a form must hold.", required_form},
    {RuleKind::confidential_items, "confidential_items", "不得公开",
     "What is neither stored nor shown.", confidential_items},
}};

void check_period(const json::object& table, const std::string& path, ShapeCheck& check) {
  const auto* from = table.if_contains("paid_from");
  const auto* to = table.if_contains("paid_to");
  // Both are dates in ISO form by now, which sort as text.
  if (from == nullptr || to == nullptr || as_view(*from) <= as_view(*to)) return;
  check.fault(path_of(path, "paid_to"), "PACK_DATES", "止期早于起期。请改正。",
              "The period ends before it begins. Correct it.");
}

}  // namespace

std::span<const RuleKindInfo> rule_kinds() { return kinds; }

std::string_view to_text(RuleKind kind) { return kinds[static_cast<std::size_t>(kind)].name; }

std::optional<RuleKind> rule_kind_named(std::string_view name) {
  const auto found = std::ranges::find(kinds, name, &RuleKindInfo::name);
  if (found == kinds.end()) return std::nullopt;
  return found->kind;
}

void check_parameters(RuleKind kind, const json::value& parameters, const std::string& path,
                      ShapeCheck& check) {
  const auto faults_before = check.fault_count();
  check.table(parameters, kinds[static_cast<std::size_t>(kind)].parameters, path);
  if (check.fault_count() != faults_before) return;
  const auto& table = parameters.get_object();
  check_period(table, path, check);
  // What is stated or left open, one of the two, where the table alone cannot say so.
  const auto one_of_each = [&](std::string_view list, std::string_view stated) {
    const auto* elements = table.if_contains(list);
    if (elements == nullptr) return;
    std::size_t index = 0;
    for (const auto* element : read_elements(table, list)) {
      const auto at = path_of(path, list);
      check.exactly_one(*element, {stated, "open_point"},
                        elements->is_array() ? path_of(at, index) : at);
      ++index;
    }
  };
  if (kind == RuleKind::legacy_collection) one_of_each("timings", "months_after");
  if (kind == RuleKind::office) one_of_each("entries", "name");
  if (kind == RuleKind::surplus_recovery) {
    check.exactly_one(parameters, {"months_after_year", "open_point"}, path);
  }
}

std::string rule_kinds_markdown() {
  std::string text;
  for (const auto& info : kinds) {
    text += "### `" + std::string(info.name) + "` " + std::string(info.zh) + "\n\n" +
            std::string(info.en) + "\n\n";
    if (info.parameters.empty()) continue;
    text += "| parameter | holds | needed | meaning |\n| --- | --- | --- | --- |\n" +
            markdown_rows(info.parameters) + "\n";
  }
  return text;
}

}  // namespace kinledger::projections

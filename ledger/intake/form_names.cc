#include "ledger/intake/form_names.h"

#include <algorithm>
#include <array>

namespace kinledger::ledger::intake {
namespace {

using enum EventType;

constexpr std::array<NamedForm, 14> all_named_forms{{
    {legacy_membership_recorded, "legacy-members", "子女统筹参保名单", "Legacy pooling members",
     "参保日期", "member from", "起始日期|统筹参保日期"},
    {legacy_member_converted, "conversions", "统筹转换名单", "Conversions to a new scheme",
     "转换日期", "converted on", "转入日期"},
    {enrollment_registered, "enrollments", "参保登记名单", "Enrollments", "办理日期", "handled on",
     "登记日期|参保日期"},
    {premium_paid, "premiums", "保费缴纳名单", "Premiums paid", "缴费日期", "paid on",
     "缴纳日期|交易日期"},
    {employment_recorded, "employment", "职工任职名单", "Employment", "入职日期", "employed from",
     "任职日期|起始日期"},
    {kinship_recorded, "kinship", "亲属关系名单", "Kinship", "关系起始日", "related from",
     "关系起始日期"},
    {annual_settlement_received, "annual-settlements", "年度结算信息", "Annual settlements",
     "获取日期", "retrieved on", "下载日期"},
    {subsidy_reimbursed, "reimbursements", "单位医疗补助报销名单", "Subsidy reimbursements",
     "报销日期", "reimbursed on", "支付日期"},
    {channel_fund_allocated, "channel-funds", "原渠道筹资表", "Channel funds", "筹资日期",
     "allocated on", "列支日期"},
    {fiscal_top_up_granted, "top-ups", "财政医疗补助表", "Fiscal top-ups", "补助日期", "granted on",
     "拨付日期"},
    {surplus_recovered, "surplus-recoveries", "结余收回表", "Surplus recoveries", "收回日期",
     "recovered on", ""},
    {unit_recorded, "units", "单位登记表", "Units", "起始日期", "in this state from", "登记日期"},
    {person_registered, "persons", "人员登记表", "Persons", "登记日期", "registered on", ""},
    {person_status_recorded, "person-statuses", "人员状态表", "States of persons", "起始日期",
     "in this state from", ""},
}};

constexpr std::array<FieldHeadings, 23> all_further_headings{{
    {legacy_membership_recorded, Field::until, "统筹停止日|停保日期"},
    {legacy_membership_recorded, Field::parent, "家长|职工"},
    {legacy_member_converted, Field::person, "参保人"},
    {premium_paid, Field::amount, "缴费金额|缴纳金额|实缴金额"},
    {premium_paid, Field::insurance_year, "参保年度|年度"},
    {premium_paid, Field::channel, "渠道"},
    {premium_paid, Field::person, "子女|被保险人"},
    {enrollment_registered, Field::person, "子女"},
    {enrollment_registered, Field::insurance_year, "参保年度|年度"},
    {employment_recorded, Field::until, "离职日期"},
    {employment_recorded, Field::person, "员工|人员"},
    {kinship_recorded, Field::parent, "父母|家长"},
    {binding_registered, Field::parent, "家长|职工"},
    {annual_settlement_received, Field::settlement_year, "年度|医保年度"},
    {annual_settlement_received, Field::subsidy_eligible_amount, "可补助金额|补助金额"},
    {subsidy_reimbursed, Field::amount, "报销金额"},
    {subsidy_reimbursed, Field::parent, "家长|职工"},
    {channel_fund_allocated, Field::amount, "筹资金额|列支金额"},
    {channel_fund_allocated, Field::fund_year, "年度"},
    {fiscal_top_up_granted, Field::amount, "补助金额"},
    {fiscal_top_up_granted, Field::fund_year, "年度"},
    {surplus_recovered, Field::amount, "收回金额"},
    {surplus_recovered, Field::fund_year, "年度"},
}};

}  // namespace

std::span<const NamedForm> named_forms() { return all_named_forms; }

const NamedForm* named_form(EventType type) {
  const auto* found = std::ranges::find(all_named_forms, type, &NamedForm::type);
  return found == all_named_forms.end() ? nullptr : found;
}

std::string_view further_headings(EventType type, Field field) {
  const auto* found = std::ranges::find_if(all_further_headings, [&](const FieldHeadings& entry) {
    return entry.type == type && entry.field == field;
  });
  return found == all_further_headings.end() ? std::string_view() : found->headings;
}

std::string_view example_text(Field field) {
  switch (field) {
    case Field::name:
      return "示例单位";
    case Field::unit_number:
      return "330199001";
    case Field::finding:
      return "2020-01";
    case Field::receipt_number:
    case Field::order_number:
    case Field::form_number:
      return "2021-000118";
    case Field::batch:
      return "2021-01";
    case Field::period:
      return "2021";
    case Field::school_class:
      return "三年级二班";
    case Field::document:
      return "000";
    case Field::title:
      return "示例政策文件";
    case Field::rule:
      return "RULE-10";
    case Field::check:
      return "CHK-07";
    case Field::point:
      return "I-05";
    case Field::choice:
      return "trigger_month_counts";
    case Field::report:
      return "compliance-2021";
    case Field::attempted:
      return "EnrollmentAdjustmentRequested";
    default:
      return {};
  }
}

}  // namespace kinledger::ledger::intake

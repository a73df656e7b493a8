// Kinds of rule about how things are handled: windows, categories, exemptions, milestones, agents.
#include "projections/kinds/handling.h"

#include "projections/kinds/members.h"
#include "projections/kinds/topics.h"

namespace kinledger::projections {

Window::Act window_act_of(std::string_view word) {
  using enum Window::Act;
  if (word == "enrollment") return enrollment;
  if (word == "payment") return payment;
  if (word == "declaration") return declaration;
  if (word == "adjustment") return adjustment;
  return word == "points" ? points : task;
}

}  // namespace kinledger::projections

namespace kinledger::projections::kinds {
namespace {

constexpr std::string_view step_words =
    "enrollment|payment|card_materials|card|card_at_unit|card_activated|debit_agreement";

constexpr std::array window{
    Member{"acts", Shape::word, required_list, "办理事项", "acts", window_act_words},
    any_schemes,
    population,
    Member{"from", Shape::date, optional, "起（含）", "first day, inclusive"},
    Member{"to", Shape::date, optional, "止（含）", "last day, inclusive"},
    Member{"day_from", Shape::count, optional, "每月起始日（含）",
           "first day of each month, inclusive"},
    Member{"day_to", Shape::count, optional, "每月截止日（含）",
           "last day of each month, inclusive"},
    Member{"within_months_of_birth", Shape::count, optional, "出生后几个月内（含）",
           "only within so many months of the person's birth"},
};
constexpr std::array category_options{
    Member{"categories", Shape::code, required_list, "类别；文件未明确时可列多个",
           "category; several where the documents leave open which", "category"},
    Member{"open_point", Shape::open_point, optional, "列多个类别时的未明确事项",
           "open point, with several categories"},
    Member{"condition", Shape::person_condition, required, "条件", "who is in it"},
};
constexpr std::array category{
    insurance_year,
    scheme,
    Member{"options",
           Shape::table,
           required_list,
           "类别，第一个符合的为准",
           "categories, the first that fits holds",
           {},
           category_options},
};
constexpr std::array exemption{
    any_schemes,
    Member{"condition", Shape::person_condition, required, "免缴条件，按缴费日期判断",
           "who pays no personal share, on the payment date"},
    Member{"payer", Shape::word, required, "代缴方", "who pays it",
           "finance|unemploymentFund|unit"},
    Member{"unproven", Shape::person_condition, optional, "以其他方式证明的身份",
           "a standing that is shown otherwise"},
    Member{"open_point", Shape::open_point, optional, "对应的未明确事项",
           "open point of what that leads to"},
};
constexpr std::array milestone{
    Member{"step", Shape::word, required, "事项", "step", step_words},
    Member{"from", Shape::date, optional, "起（含）", "not before this day"},
    Member{"to", Shape::date, required, "止（含）", "done by this day, inclusive"},
};
constexpr std::array milestones{
    insurance_year,
    population,
    Member{"obligatory", Shape::flag, required, "是否必须（否为建议）",
           "whether it is a duty; else it is advised"},
    Member{"milestones",
           Shape::table,
           required_list,
           "时间节点",
           "steps with their days",
           {},
           milestone},
};
constexpr std::array points_procedure{
    Member{"population", Shape::person_condition, required, "适用人群", "who goes through it"},
    Member{"outside", Shape::person_condition, optional, "其中不纳入者", "who of them does not"},
    Member{"open_point", Shape::open_point, optional, "不纳入者如何参保",
           "what becomes of those, where the documents do not say"},
    Member{"from", Shape::date, required, "起（含）", "first day, inclusive"},
    Member{"to", Shape::date, required, "止（含），逾期视为放弃",
           "last day, inclusive; later is a waiver"},
};
constexpr std::array agent_declaration{
    insurance_year,
    scheme,
    Member{"per_payer", Shape::amount, required, "每名缴费人员金额", "amount per payer"},
    Member{"declared_to", Shape::date, required, "申报缴费截止日（含）",
           "declared and paid by, inclusive"},
    Member{"missed_rule", Shape::name, optional, "规定应保尽保的规则",
           "rule that says that nobody on the roster may be left out"},
};
constexpr std::array step_order{
    Member{"steps", Shape::word, required_list, "先后顺序", "steps in their order", step_words},
};
constexpr std::array payment_form{
    Member{"channels", Shape::code, required_list, "缴费渠道", "channels", "channel"},
    Member{"mode", Shape::code, required, "缴费方式", "mode of payment", "paymentMode"},
    Member{"period", Shape::name, required, "费款所属期", "period stated"},
};
constexpr std::array payment_fallback{
    Member{"causes", Shape::code, required_list, "失败原因", "causes", "paymentFailure"},
    Member{"failed", Shape::code, optional_list, "失败的渠道（不填为任何渠道）",
           "channels on which it failed; absent: any", "channel"},
    Member{"channels", Shape::code, required_list, "可改用的渠道", "channels to use instead",
           "channel"},
    Member{"list_open", Shape::flag, required, "文件以“等”结尾", "the list is left open"},
};

Milestones::Step step_of(std::string_view word) {
  using enum Milestones::Step;
  if (word == "enrollment") return enrollment;
  if (word == "payment") return payment;
  if (word == "card_materials") return card_materials;
  if (word == "card") return card;
  if (word == "card_at_unit") return card_at_unit;
  return word == "card_activated" ? card_activated : debit_agreement;
}

RuleParameters read_window(const RuleReader& reader) {
  return Window{mapped(reader.codes("acts"), window_act_of),
                reader.codes("schemes"),
                reader.condition("population"),
                reader.date("from"),
                reader.date("to"),
                reader.count("day_from"),
                reader.count("day_to"),
                reader.count("within_months_of_birth")};
}

RuleParameters read_category(const RuleReader& reader) {
  const auto option = [](const RuleReader& each) -> Category::Option {
    return {each.codes("categories"), each.text("open_point"), *each.condition("condition")};
  };
  return Category{reader.year("insurance_year"), reader.text("scheme"),
                  reader.each<Category::Option>("options", option)};
}

RuleParameters read_exemption(const RuleReader& reader) {
  const auto payer = enumerant_of<ledger::PayerKind>(
      ledger::EventType::premium_paid, ledger::Field::payer_kind, reader.text("payer"));
  return Exemption{reader.codes("schemes"), *reader.condition("condition"), payer,
                   reader.condition("unproven"), reader.text("open_point")};
}

RuleParameters read_milestones(const RuleReader& reader) {
  const auto each_milestone = [](const RuleReader& each) -> Milestones::Milestone {
    return {step_of(each.text("step")), each.date("from"), *each.date("to")};
  };
  return Milestones{reader.year("insurance_year"), reader.condition("population"),
                    reader.flag("obligatory"),
                    reader.each<Milestones::Milestone>("milestones", each_milestone)};
}

RuleParameters read_points_procedure(const RuleReader& reader) {
  return PointsProcedure{*reader.condition("population"), reader.condition("outside"),
                         reader.text("open_point"), *reader.date("from"), *reader.date("to")};
}

RuleParameters read_agent_declaration(const RuleReader& reader) {
  return AgentDeclaration{reader.year("insurance_year"), reader.text("scheme"),
                          reader.amount("per_payer"), *reader.date("declared_to"),
                          reader.text("missed_rule")};
}

RuleParameters read_step_order(const RuleReader& reader) {
  return StepOrder{mapped(reader.codes("steps"), step_of)};
}

RuleParameters read_payment_form(const RuleReader& reader) {
  return PaymentForm{reader.codes("channels"), reader.text("mode"), reader.text("period")};
}

RuleParameters read_payment_fallback(const RuleReader& reader) {
  return PaymentFallback{reader.codes("causes"), reader.codes("failed"), reader.codes("channels"),
                         reader.flag("list_open")};
}

constexpr std::array kinds_of_handling{
    RuleKindInfo{RuleKind::window, "window", "办理时间", "When an act is handled.", window,
                 read_window},
    RuleKindInfo{RuleKind::category, "category", "参保类别",
                 "In which category of a scheme somebody is enrolled.", category, read_category},
    RuleKindInfo{RuleKind::exemption, "exemption", "免缴",
                 "Who pays no personal share, and who pays it for them.", exemption,
                 read_exemption},
    RuleKindInfo{RuleKind::milestones, "milestones", "时间节点",
                 "Steps with a day by which each is done.", milestones, read_milestones},
    RuleKindInfo{RuleKind::points_procedure, "points_procedure", "积分入医",
                 "The points procedure that some go through before they enrol.", points_procedure,
                 read_points_procedure},
    RuleKindInfo{RuleKind::agent_declaration, "agent_declaration", "代办单位申报",
                 "What an agent unit declares for its payers.", agent_declaration,
                 read_agent_declaration},
    RuleKindInfo{RuleKind::step_order, "step_order", "办理顺序",
                 "Which step needs another before it.", step_order, read_step_order},
    RuleKindInfo{RuleKind::payment_form, "payment_form", "缴费填报",
                 "What a payment on some channels states.", payment_form, read_payment_form},
    RuleKindInfo{RuleKind::payment_fallback, "payment_fallback", "缴费失败处理",
                 "Where to pay after a failure, as the documents advise.", payment_fallback,
                 read_payment_fallback},
};

}  // namespace

std::span<const RuleKindInfo> handling_kinds() { return kinds_of_handling; }

}  // namespace kinledger::projections::kinds

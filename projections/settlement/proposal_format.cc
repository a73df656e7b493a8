// Proposals of settlements as JSON, as the submission that records them, and as tables.
#include <boost/json.hpp>

#include "projections/checks/cells.h"
#include "projections/questions/answer_writer.h"
#include "projections/settlement/proposal.h"

namespace kinledger::projections {
namespace {

namespace json = boost::json;
using ledger::format_yuan;

constexpr Heading payment_columns[] = {
    {"person", "子女", "child", "person"},
    {"eligible", "可享受", "eligible", "money"},
    {"reimbursed", "已报销", "reimbursed", "money"},
    {"amount", "应报销", "to reimburse", "money"},
    {"fromChannel", "原渠道列支", "from the channel", "money"},
    {"fromFiscal", "财政补助列支", "from finance", "money"},
    {"certainty", "确定性", "certainty", "code", {}, "document|derived|interpretation|open"},
    {"points", "解释和未明确事项", "interpretations and open points", "list"},
};
constexpr Heading unsettled_columns[] = {
    {"person", "子女", "child", "person"},
    {"why", "无法拟定的原因", "not proposed, because", "text"},
};
constexpr Heading summary_headings[] = {
    {"inWindow", "在报销年份内", "in the window", "yesNo"},
    {"total", "应报销合计", "to reimburse in all", "money"},
    {"channelLeft", "原渠道尚余", "left of the channel", "money"},
    {"topUp", "应由财政补助", "top-up needed", "money"},
    {"surplus", "上年待收回结余", "surplus of the year before to recover", "money"},
    {"payments", "拟报销", "payments", "rows", payment_columns},
    {"unsettled", "无法拟定", "not proposed", "rows", unsettled_columns},
};

Row row_of(const ProposedPayment& payment) {
  std::vector<Word> points;
  for (const auto& point : payment.backing.relies_on) points.push_back({point, {}});
  return {{payment.child},
          {payment.eligible},
          {payment.reimbursed},
          {payment.amount},
          cell_or_none(payment.from_channel),
          cell_or_none(payment.from_fiscal),
          {word_of(payment.backing.certainty)},
          {std::move(points)}};
}

std::vector<Value> summary(const SettlementProposal& proposal) {
  std::vector<Row> payments;
  for (const auto& payment : proposal.payments) payments.push_back(row_of(payment));
  std::vector<Row> unsettled;
  for (const auto& one : proposal.unsettled) unsettled.push_back({{one.child}, {one.why}});
  return {{proposal.in_window},
          {proposal.total},
          AnswerWriter::value_of(proposal.channel_left),
          AnswerWriter::value_of(proposal.top_up),
          AnswerWriter::value_of(proposal.surplus),
          {std::move(payments)},
          {std::move(unsettled)}};
}

json::object payment_event(const SettlementProposal& proposal, const ProposedPayment& payment) {
  json::object event{{"type", "SubsidyReimbursed"},
                     {"validOn", to_text(proposal.on)},
                     {"person", to_text(payment.child)},
                     {"unit", to_text(proposal.unit)},
                     {"settlementYear", proposal.settlement_year.value},
                     {"fundYear", proposal.fund_year.value},
                     {"amount", format_yuan(payment.amount)}};
  if (payment.from_channel) event.emplace("fromChannel", format_yuan(*payment.from_channel));
  if (payment.from_fiscal) event.emplace("fromFiscal", format_yuan(*payment.from_fiscal));
  return event;
}

json::object unit_event(const SettlementProposal& proposal, std::string_view type,
                        ledger::Year fund_year, ledger::Fen amount) {
  return {{"type", type},
          {"validOn", to_text(proposal.on)},
          {"unit", to_text(proposal.unit)},
          {"fundYear", fund_year.value},
          {"amount", format_yuan(amount)}};
}

bool is_due(const Judged<ledger::Fen>& amount) { return amount.value && amount.value->value > 0; }

}  // namespace

std::optional<ledger::Reason> refusal_of(const SettlementProposal& proposal) {
  if (!proposal.in_window) {
    const auto from = ledger::to_text(proposal.window.value->from);
    const auto until = ledger::to_text(*proposal.window.value->until);
    return ledger::Reason(
        "SETTLEMENT_WINDOW",
        "该年度在 " + from + " 至 " + until + "（不含）报销；用 --on 写明报销日期",
        "the year is reimbursed from " + from + " until before " + until +
            ": give the day of payment with --on");
  }
  // The surplus goes with the settlement of a year that the rules know.
  const bool is_ruled = proposal.window.value || !proposal.payments.empty();
  if (is_ruled) return std::nullopt;
  const auto year = std::to_string(proposal.settlement_year.value);
  return ledger::Reason("SETTLEMENT_YEAR", "没有已采用的规则规定 " + year + " 年度的报销",
                        "no adopted rule reimburses the year " + year);
}

ledger::Reason nothing_to_settle() {
  return {"SETTLEMENT_NOTHING", "没有可登记的报销、补助或结余收回，未写文件",
          "there is nothing to record: no file was written"};
}

bool proposes_anything(const SettlementProposal& proposal) {
  return !proposal.payments.empty() || is_due(proposal.top_up) || is_due(proposal.surplus);
}

json::object submission_of(const SettlementProposal& proposal) {
  json::array events;
  for (const auto& payment : proposal.payments) events.push_back(payment_event(proposal, payment));
  if (is_due(proposal.top_up)) {
    auto event =
        unit_event(proposal, "FiscalTopUpGranted", proposal.fund_year, *proposal.top_up.value);
    if (!proposal.fiscal_level.empty()) event.emplace("fiscalLevel", proposal.fiscal_level);
    events.push_back(std::move(event));
  }
  if (is_due(proposal.surplus))
    events.push_back(
        unit_event(proposal, "SurplusRecovered", proposal.surplus_year, *proposal.surplus.value));
  return {{"key", "settlement/" + to_text(proposal.unit) + "/" +
                      std::to_string(proposal.settlement_year.value) + "/" +
                      std::to_string(proposal.basis.size.value)},
          {"events", std::move(events)}};
}

json::object to_json(const SettlementProposal& proposal) {
  json::object object{
      {"basis", to_json(proposal.basis)},     {"program", proposal.program},
      {"on", to_text(proposal.on)},           {"unit", to_text(proposal.unit)},
      {"unitNumber", proposal.unit_number},   {"settlementYear", proposal.settlement_year.value},
      {"fundYear", proposal.fund_year.value}, {"surplusYear", proposal.surplus_year.value}};
  const auto values = summary(proposal);
  for (std::size_t i = 0; i < values.size(); ++i)
    object.emplace(summary_headings[i].name, to_json(values[i], summary_headings[i]));
  object.emplace("submission", submission_of(proposal));
  return object;
}

std::string to_table(const SettlementProposal& proposal, Language language) {
  Answer answer;
  answer.unit_numbers = {{proposal.unit, proposal.unit_number}};
  auto values = summary(proposal);
  for (std::size_t i = 0; i < values.size(); ++i) {
    auto& field = answer.fields.emplace_back();
    field.heading = &summary_headings[i];
    field.value = std::move(values[i]);
  }
  return to_table(answer, language, false);
}

}  // namespace kinledger::projections

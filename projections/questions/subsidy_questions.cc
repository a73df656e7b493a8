// the unit medical subsidy of a child's settlement year.
#include "projections/judgments/reimbursement.h"
#include "projections/judgments/subsidy.h"
#include "projections/questions/answer_writer.h"
#include "projections/questions/topics.h"

namespace kinledger::projections {
namespace {

using ledger::Result;

constexpr Heading condition_columns[] = {
    {"condition",
     "条件",
     "condition",
     "code",
     {},
     "eligibility|scheme|payment|unit|late_binding|condition"},
    {"met", "满足", "met", "yesNo"},
    {"because", "原因", "because", "text"},
    {"certainty", "确定性", "certainty", "code", {}, "document|derived|interpretation|open"},
};

Word condition_word(const std::string& code) {
  if (code == "eligibility") return {code, {"符合参保条件", "meets the scheme's conditions"}};
  if (code == "scheme") return {code, {"参加该险种", "enrolled in the scheme"}};
  if (code == "payment") return {code, {"已缴费", "paid"}};
  if (code == "unit") return {code, {"单位在适用范围内", "unit in scope"}};
  if (code == "late_binding") return {code, {"按时办理关系绑定", "bound in time"}};
  return {code, {"其他条件", "further condition"}};
}

void write_unit(const ReimbursingUnit& unit, AnswerWriter& writer) {
  writer.put("unit", unit.unit);
  for (const auto& [choice, other] : unit.alternatives) {
    writer.add_alternative(choice, {other});
  }
}

Result<void> judge_eligible(Asking& asking, const Arguments& arguments, AnswerWriter& writer) {
  auto& knowledge = asking.knowledge;
  const auto jurisdiction = jurisdiction_of(knowledge.person(*arguments.person), knowledge.rules());
  writer.use(jurisdiction);
  const auto judged = judge_subsidy(
      knowledge, {*arguments.person, jurisdiction, arguments.year_or_that_of_on(), arguments.on});
  writer.put("eligible", judged.ruling);
  writer.put("scheme", {writer.code("scheme", judged.scheme)});
  write_unit(judged.unit, writer);
  std::vector<Row> rows;
  for (const auto& condition : judged.conditions) {
    const auto because = joined(condition.ruling.causes);
    rows.push_back({{condition_word(condition.code)},
                    writer.value_of(condition.ruling),
                    {because},
                    {std::string(to_text(condition.ruling.backing.certainty))}});
  }
  writer.put("conditions", {std::move(rows)}, judged.ruling.backing);
  if (judged.failing) writer.fail(judged.failing->code, judged.failing->says);
  writer.apply(judged.ruling.steps);
  return {};
}

constexpr Heading reimbursement_columns[] = {
    {"paidOn", "报销日期", "paid on", "date"},
    {"unit", "单位", "unit", "unit"},
    {"amount", "金额", "amount", "money"},
    {"paidBack", "退回", "paid back", "money"},
    {"inWindow", "在规定年份内", "in the window", "yesNo"},
    {"sequence", "记录", "record", "sequence"},
};

void write_window(const ReimbursementJudgment& judged, AnswerWriter& writer) {
  if (judged.window.value) {
    writer.put("windowFrom", {judged.window.value->from}, judged.window.backing);
    writer.put("windowTo", {ledger::add_days(*judged.window.value->until, -1)},
               judged.window.backing);
  } else {
    writer.put_undetermined("windowFrom", *judged.window.undetermined);
    writer.put_undetermined("windowTo", *judged.window.undetermined);
  }
  bool is_all_inside = true;
  std::vector<Row> rows;
  for (const auto& paid : judged.reimbursements) {
    is_all_inside = is_all_inside && paid.in_window;
    rows.push_back({{paid.paid_on},
                    {paid.unit},
                    {paid.amount},
                    {paid.paid_back},
                    {paid.in_window},
                    {paid.sequence}});
  }
  if (rows.empty()) {
    writer.put("inWindow", none());
  } else {
    writer.put("inWindow", {is_all_inside}, judged.window.backing);
    if (!is_all_inside) {
      writer.fail("window", {"有报销不在规定年份内", "a reimbursement lies outside the window"});
    }
  }
  writer.put("reimbursements", {std::move(rows)}, judged.window.backing);
}

Result<void> judge_year(Asking& asking, const Arguments& arguments, AnswerWriter& writer) {
  auto& knowledge = asking.knowledge;
  const auto jurisdiction = jurisdiction_of(knowledge.person(*arguments.person), knowledge.rules());
  writer.use(jurisdiction);
  const auto judged = judge_reimbursement(
      knowledge, {*arguments.person, jurisdiction, arguments.year_or_that_of_on(), arguments.on});
  writer.put("subsidyEligible", judged.subsidy.ruling);
  if (judged.subsidy.failing) {
    writer.fail(judged.subsidy.failing->code, judged.subsidy.failing->says);
  }
  writer.put("eligibleAmount", judged.eligible);
  writer.put("excludedAmount", {judged.excluded}, judged.eligible.backing);
  writer.put_or_none("deductible", judged.deductible);
  writer.put("reimbursed", {judged.reimbursed});
  writer.put("reimbursable", judged.reimbursable);
  writer.put("excess", {judged.excess}, judged.excess_backing);
  write_unit(judged.subsidy.unit, writer);
  write_window(judged, writer);
  writer.apply(judged.steps);
  return {};
}

}  // namespace

std::vector<Question> subsidy_questions() {
  return {
      {.name = "subsidy",
       .id = "Q-09",
       .zh = "子女该结算年度能否享受单位医疗补助",
       .en = "whether a child has the unit medical subsidy for a settlement year",
       .arguments = {person_argument, year_argument},
       .fields = {{"eligible", "可享受", "eligible", "yesNo"},
                  {"scheme", "险种", "scheme", "code", {}, "of scheme"},
                  {"unit", "报销单位", "unit that reimburses", "unit"},
                  {"conditions", "各项条件", "conditions", "rows", condition_columns}},
       .judge = judge_eligible},
      {.name = "reimbursement",
       .id = "Q-10",
       .zh = "结算年度可报销金额、已报销和报销年份",
       .en = "what of a settlement year can be reimbursed, what was, and in which window",
       .arguments = {person_argument, year_argument},
       .fields = {{"subsidyEligible", "可享受单位医疗补助", "subsidy eligible", "yesNo"},
                  {"eligibleAmount", "可享受补助金额", "eligible amount", "money"},
                  {"excludedAmount", "非待遇期内金额", "amount outside the coverage", "money"},
                  {"deductible", "起付标准（家庭承担）", "deductible, borne by the family",
                   "money"},
                  {"reimbursed", "已报销（净额）", "reimbursed, net", "money"},
                  {"reimbursable", "尚可报销", "still reimbursable", "money"},
                  {"excess", "超额报销", "reimbursed in excess", "money"},
                  {"unit", "报销单位", "unit that reimburses", "unit"},
                  {"windowFrom", "报销期自", "window from", "date"},
                  {"windowTo", "报销期至（含）", "window to (inclusive)", "date"},
                  {"inWindow", "均在规定年份内", "all in the window", "yesNo"},
                  {"reimbursements", "报销记录", "reimbursements", "rows", reimbursement_columns}},
       .judge = judge_year},
  };
}

}  // namespace kinledger::projections

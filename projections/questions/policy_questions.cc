// rules in force, and audit findings with their rectification.
#include <algorithm>

#include "projections/judgments/findings.h"
#include "projections/questions/answer_writer.h"
#include "projections/questions/topics.h"
#include "projections/rule_format.h"

namespace kinledger::projections {
namespace {

using ledger::Result;

constexpr Heading version_columns[] = {
    {"kind", "规则类别", "kind", "code", {}, "of kind of rule, RULES.md"},
    {"from", "自", "from", "date"},
    {"until", "至（不含）", "until (exclusive)", "date"},
    {"inForce", "当日有效", "in force", "yesNo"},
    {"document", "文件", "document", "text"},
    {"section", "条款", "section", "text"},
    {"certainty", "确定性", "certainty", "code", {}, "document|derived|interpretation|open"},
    {"says", "内容", "says", "text"},
    {"points", "解释和未明确事项", "interpretations and open points", "text"},
    {"replaces", "替代", "replaces", "text"},
    {"sequence", "记录", "record", "sequence"},
};

std::string listed(const std::vector<std::string>& first, const std::vector<std::string>& more) {
  std::string all;
  for (const auto* texts : {&first, &more}) {
    for (const auto& text : *texts) {
      if (!all.empty()) all += ", ";
      all += text;
    }
  }
  return all;
}

Row version_row(const Rule& rule, ledger::Date on) {
  return {{std::string(to_text(rule.kind()))},
          rule.from ? Value{*rule.from} : none(),
          rule.until ? Value{*rule.until} : none(),
          {rule.governs(on)},
          {rule.document},
          {rule.section},
          {std::string(to_text(rule.certainty))},
          {rule.says},
          {listed(rule.interpretations, rule.open_points)},
          {listed(rule.replaces, {})},
          {rule.published}};
}

Result<void> judge_rule(Asking& asking, const Arguments& arguments, AnswerWriter& writer) {
  bool is_in_force = false;
  std::vector<Row> rows;
  for (const auto& rule : asking.knowledge.rules().rules()) {
    if (rule.id != arguments.text("rule")) continue;
    is_in_force = is_in_force || rule.governs(arguments.on);
    rows.push_back(version_row(rule, arguments.on));
    writer.apply({{.rule = &rule, .facts = {rule.published}}});
  }
  writer.put("inForce", {is_in_force});
  writer.put("versions", {std::move(rows)});
  return {};
}

constexpr Heading finding_columns[] = {
    {"finding", "问题编号", "finding", "text"},
    {"statement", "问题", "statement", "code", {}, "of findingStatement"},
    {"state", "状态", "state", "code", {}, "closed|overdue|open"},
    {"openedOn", "提出日期", "opened on", "date"},
    {"dueTo", "整改期限（含）", "due by (inclusive)", "date"},
    {"closedOn", "销号日期", "closed on", "date"},
    {"met", "按期", "met", "yesNo"},
    {"daysLate", "逾期天数", "days late", "count"},
    {"steps", "措施数", "steps", "count"},
    {"corrections", "更正的记录数", "facts put right", "count"},
    {"check", "检查", "check", "text"},
};

Word state_of(const AuditFinding& finding) {
  if (finding.closed_on) return {"closed", {"已销号", "closed"}};
  if (finding.met == false) return {"overdue", {"逾期未整改", "overdue"}};
  return {"open", {"整改中", "open"}};
}

Row finding_row(const AuditFinding& finding, const AnswerWriter& writer) {
  return {{finding.number},
          {writer.code("findingStatement", finding.statement)},
          {state_of(finding)},
          {finding.opened_on},
          AnswerWriter::value_of(finding.due_to),
          finding.closed_on ? Value{*finding.closed_on} : none(),
          finding.met ? Value{*finding.met} : none(),
          finding.due_to.value ? Value{std::int64_t{finding.days_late}} : none(),
          {static_cast<std::int64_t>(finding.steps.size())},
          {static_cast<std::int64_t>(std::ranges::count_if(
              finding.steps,
              [](const RectificationStep& step) { return step.corrected.has_value(); }))},
          finding.check.empty() ? none() : Value{finding.check}};
}

/// One finding by its number.
void write_one(const std::vector<AuditFinding>& findings, AnswerWriter& writer) {
  if (findings.size() != 1) {
    for (const auto* field : {"state", "dueTo", "closedOn", "met", "daysLate"}) {
      writer.put(field, none());
    }
    return;
  }
  const auto& finding = findings.front();
  writer.put("state", {state_of(finding)}, finding.met_backing);
  writer.put("dueTo", finding.due_to);
  writer.put_or_none("closedOn", finding.closed_on);
  writer.put_or_none("met", finding.met, finding.met_backing);
  writer.put("daysLate", finding.due_to.value ? Value{std::int64_t{finding.days_late}} : none(),
             finding.met_backing);
  if (finding.met == false) writer.fail("overdue", {"超过整改期限", "past the deadline"});
}

/// Those of one unit, or the region's and every unit's.
Result<std::vector<AuditFinding>> findings_asked(Asking& asking, const Arguments& arguments) {
  auto& knowledge = asking.knowledge;
  const auto& rules = knowledge.rules();
  if (arguments.unit) {
    return audit_findings(rules, knowledge.unit_itself(*arguments.unit), arguments.on);
  }
  auto regional = audit_findings(rules, knowledge.region(), arguments.on);
  std::vector<AuditFinding> findings;
  const auto listed = asking.subjects(Subject::Kind::unit, [&](const Subject& subject) {
    knowledge.stay_small();
    const auto& unit = knowledge.unit_itself(ledger::UnitId{subject.id});
    for (auto& finding : audit_findings(rules, unit, arguments.on))
      findings.push_back(std::move(finding));
    for (auto& finding : regional) add_steps(unit, arguments.on, finding);
    return true;
  });
  if (!listed) return listed.error();
  std::ranges::move(regional, std::back_inserter(findings));
  std::ranges::stable_sort(findings, {}, &AuditFinding::number);
  return findings;
}

Result<void> judge_findings(Asking& asking, const Arguments& arguments, AnswerWriter& writer) {
  writer.use(jurisdiction_of(Dossier(Subject::region()), asking.knowledge.rules()));
  auto found = findings_asked(asking, arguments);
  if (!found) return found.error();
  auto& findings = *found;
  if (const auto number = arguments.text("finding"); !number.empty()) {
    std::erase_if(findings, [&](const AuditFinding& finding) { return finding.number != number; });
  }
  write_one(findings, writer);
  std::int64_t open = 0;
  std::vector<Row> rows;
  Backing backing;
  for (const auto& finding : findings) {
    if (!finding.closed_on) ++open;
    backing.add(finding.met_backing);
    rows.push_back(finding_row(finding, writer));
    writer.apply(finding.reasons);
  }
  writer.put("open", {open});
  writer.put("findings", {std::move(rows)}, backing);
  return {};
}

}  // namespace

std::vector<Question> policy_questions() {
  return {
      {.name = "rule",
       .id = "Q-29",
       .zh = "规则的各版本、依据和未明确事项",
       .en = "versions of a rule, its document and open points",
       .arguments = {{"rule", Argument::Kind::text, true, "规则编号", "id of the rule", {}, {}}},
       .fields = {{"inForce", "当日有效", "in force on the date", "yesNo"},
                  {"versions", "版本", "versions", "rows", version_columns}},
       .judge = judge_rule},
      {.name = "findings",
       .id = "Q-30",
       .zh = "审计问题及整改情况",
       .en = "audit findings and their rectification",
       .arguments =
           {{"finding", Argument::Kind::text, false, "问题编号", "number of the finding", {}, {}},
            {"unit", Argument::Kind::unit, false, "责任单位", "the unit responsible", {}, {}}},
       .fields = {{"state", "状态", "state", "code", {}, "closed|overdue|open"},
                  {"dueTo", "整改期限（含）", "due by (inclusive)", "date"},
                  {"closedOn", "销号日期", "closed on", "date"},
                  {"met", "按期", "met", "yesNo"},
                  {"daysLate", "逾期天数", "days late", "count"},
                  {"open", "未销号数", "open", "count"},
                  {"findings", "审计问题", "findings", "rows", finding_columns}},
       .about_everyone = true,
       .judge = judge_findings},
  };
}

}  // namespace kinledger::projections

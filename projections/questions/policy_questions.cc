// rules in force, and audit findings with their rectification.
#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "ledger/intake/fields.h"
#include "projections/each_once.h"
#include "projections/judgments/findings.h"
#include "projections/judgments/people.h"
#include "projections/questions/answer_writer.h"
#include "projections/questions/topics.h"
#include "projections/questions/within.h"
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
    {"documentTitle", "文件名称", "title of the document", "text"},
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

Row version_row(const Rule& rule, const Rulebook& rules, ledger::Date on) {
  const auto* document = rules.document(rule.jurisdiction, rule.document);
  return {{std::string(to_text(rule.kind()))},
          rule.from ? Value{*rule.from} : none(),
          rule.until ? Value{*rule.until} : none(),
          {rule.governs(on)},
          {rule.document},
          document == nullptr ? none() : Value{document->title},
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
  const auto& rules = asking.knowledge.rules();
  for (const auto& rule : rules.rules()) {
    if (rule.id != arguments.text("rule")) continue;
    is_in_force = is_in_force || rule.governs(arguments.on);
    rows.push_back(version_row(rule, rules, arguments.on));
    writer.apply({{.rule = &rule, .facts = {rule.published}}});
  }
  writer.put("inForce", {is_in_force});
  writer.put("versions", {std::move(rows)});
  return {};
}

constexpr Heading finding_columns[] = {
    {"finding", "问题编号", "finding", "text"},
    {"record", "立项记录", "record that opened it", "sequence"},
    {"authority", "提出机关", "authority", "code", {}, "of authority"},
    {"statement", "问题", "statement", "code", {}, "of findingStatement"},
    {"unit", "责任单位", "unit responsible", "unit"},
    {"area", "区域", "division", "text"},
    {"state", "状态", "state", "code", {}, "closed|overdue|open"},
    {"openedOn", "提出日期", "opened on", "date"},
    {"dueTo", "整改期限（含）", "due by (inclusive)", "date"},
    {"closedOn", "销号日期", "closed on", "date"},
    {"met", "按期", "met", "yesNo"},
    {"daysLate", "逾期天数", "days late", "count"},
    {"steps", "措施数", "steps", "count"},
    {"corrections", "更正的记录数", "facts put right", "count"},
    {"check", "检查", "check", "text"},
    {"evidence", "证据摘要", "digests of evidence", "list"},
};

constexpr Heading step_columns[] = {
    {"finding", "问题编号", "finding", "text"},
    {"record", "记录", "record", "sequence"},
    {"on", "日期", "on", "date"},
    {"by", "申报主体", "handed in by", "text"},
    {"unit", "单位", "unit", "unit"},
    {"action", "措施", "action", "code", {}, "of rectificationAction"},
    {"done", "完成", "done", "yesNo"},
    {"fact", "更正的事实", "fact put right", "text"},
    {"corrected", "该事实的记录", "its records", "sequences"},
    {"evidence", "证据摘要", "digests of evidence", "list"},
};

Word state_of(const AuditFinding& finding) {
  if (finding.closed_on) return {"closed", {"已销号", "closed"}};
  if (finding.met == false) return {"overdue", {"逾期未整改", "overdue"}};
  return {"open", {"整改中", "open"}};
}

std::vector<Word> digest_words(const std::vector<ledger::Hash>& digests) {
  std::vector<Word> words;
  for (const auto& digest : digests) {
    const auto text = ledger::intake::digest_text(digest.bytes);
    words.push_back({text, {text, text}});
  }
  return words;
}

Row finding_row(const AuditFinding& finding, const AnswerWriter& writer) {
  return {{finding.number},
          {finding.opened},
          {writer.code("authority", finding.authority)},
          {writer.code("findingStatement", finding.statement)},
          finding.unit ? Value{*finding.unit} : none(),
          finding.area ? Value{std::to_string(finding.area->code)} : none(),
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
          finding.check.empty() ? none() : Value{finding.check},
          {digest_words(finding.evidence)}};
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

/// The records of the facts that a finding's steps put right: all versions, and the void.
using RecordsOfFacts = std::map<ledger::FactId, std::vector<ledger::Sequence>>;

/// Fills in what the dossier has of facts without records yet; true when none is left.
bool find_records(const Dossier& dossier, RecordsOfFacts& records) {
  RecordsOfFacts found;
  for (const auto& versions : {dossier.facts(), dossier.replaced(), dossier.voided()}) {
    for (const auto& version : versions) {
      const auto at = records.find(version.event.envelope().fact);
      if (at != records.end() && at->second.empty()) found[at->first].push_back(version.sequence);
    }
  }
  for (auto& [fact, sequences] : found) {
    keep_each_once(sequences);
    records[fact] = std::move(sequences);
  }
  return std::ranges::none_of(records, [](const auto& one) { return one.second.empty(); });
}

/// Looked for in the region's dossier, in those of the units that are responsible or took the
/// steps, and in those of the people whom their records name, as far as it takes.
RecordsOfFacts records_of(Knowledge& knowledge, const std::vector<AuditFinding>& findings) {
  RecordsOfFacts records;
  std::set<ledger::UnitId> units;
  for (const auto& finding : findings) {
    for (const auto& step : finding.steps) {
      if (!step.corrected) continue;
      records[*step.corrected];
      if (finding.unit) units.insert(*finding.unit);
      if (step.unit) units.insert(*step.unit);
    }
  }
  if (find_records(knowledge.region(), records)) return records;
  for (const auto& unit : units) {
    knowledge.stay_small();
    const auto& dossier = knowledge.unit(unit);
    if (find_records(dossier, records)) return records;
    for (const auto& person : people_of(dossier)) {
      knowledge.stay_small();
      if (find_records(knowledge.person(person), records)) return records;
    }
  }
  return records;
}

Row step_row(const AuditFinding& finding, const RectificationStep& step,
             const RecordsOfFacts& records, const AnswerWriter& writer) {
  const auto& corrected = step.corrected;
  return {{finding.number},
          {step.sequence},
          {step.on},
          step.by.is_zero() ? none() : Value{to_text(step.by)},
          step.unit ? Value{*step.unit} : none(),
          {writer.code("rectificationAction", step.action)},
          step.done ? Value{*step.done} : none(),
          corrected ? Value{to_text(*corrected)} : none(),
          {corrected ? records.at(*corrected) : std::vector<ledger::Sequence>()},
          {digest_words(step.evidence)}};
}

/// Those of a unit; where one is asked for by its number, also one of the region that the unit took
/// steps for.
std::vector<AuditFinding> findings_of_unit(Knowledge& knowledge, const Arguments& arguments) {
  const auto& rules = knowledge.rules();
  const auto on = arguments.on;
  const auto& dossier = knowledge.unit_itself(*arguments.unit);
  auto findings = audit_findings(rules, dossier, on);
  if (arguments.text("finding").empty()) return findings;
  for (auto& finding : audit_findings(rules, knowledge.region(), on)) {
    const auto steps = finding.steps.size();
    add_steps(dossier, on, finding);
    if (finding.steps.size() > steps) findings.push_back(std::move(finding));
  }
  return findings;
}

/// Those of one unit or of the region, or the region's and every unit's. Of units that are not
/// within there are not even steps.
Result<std::vector<AuditFinding>> findings_asked(Asking& asking, const Arguments& arguments,
                                                 const Within& within) {
  auto& knowledge = asking.knowledge;
  const auto& rules = knowledge.rules();
  if (arguments.unit) return findings_of_unit(knowledge, arguments);
  auto regional = audit_findings(rules, knowledge.region(), arguments.on);
  if (!arguments.text("of").empty()) return regional;
  std::vector<AuditFinding> findings;
  const auto listed = asking.subjects(Subject::Kind::unit, [&](const Subject& subject) {
    knowledge.stay_small();
    const auto& unit = knowledge.unit_itself(ledger::UnitId{subject.id});
    if (!within.is_empty() && !within.covers(unit)) return true;
    for (auto& finding : audit_findings(rules, unit, arguments.on))
      findings.push_back(std::move(finding));
    for (auto& finding : regional) add_steps(unit, arguments.on, finding);
    return true;
  });
  if (!listed) return listed.error();
  std::ranges::move(regional, std::back_inserter(findings));
  return findings;
}

/// A finding is within where its unit is; one that names none, where its division is.
void keep_within(Knowledge& knowledge, const Within& within, std::vector<AuditFinding>& findings) {
  if (within.is_empty()) return;
  std::erase_if(findings, [&](const AuditFinding& finding) {
    if (finding.unit) return !within.covers(knowledge.unit_itself(*finding.unit));
    return !finding.area || !within.covers(*finding.area);
  });
}

Result<void> judge_findings(Asking& asking, const Arguments& arguments, AnswerWriter& writer) {
  writer.use(jurisdiction_of(Dossier(Subject::region()), asking.knowledge.rules()));
  const auto within = read_within(arguments.text(within_argument)).value();
  auto found = findings_asked(asking, arguments, within);
  if (!found) return found.error();
  auto& findings = *found;
  keep_within(asking.knowledge, within, findings);
  if (const auto number = arguments.text("finding"); !number.empty()) {
    std::erase_if(findings, [&](const AuditFinding& finding) { return finding.number != number; });
  }
  std::ranges::stable_sort(findings, {}, &AuditFinding::number);
  write_one(findings, writer);
  std::int64_t open = 0;
  std::vector<Row> rows, steps;
  Backing backing;
  const auto records = records_of(asking.knowledge, findings);
  for (const auto& finding : findings) {
    if (!finding.closed_on) ++open;
    backing.add(finding.met_backing);
    rows.push_back(finding_row(finding, writer));
    for (const auto& step : finding.steps)
      steps.push_back(step_row(finding, step, records, writer));
    writer.apply(finding.reasons);
  }
  writer.put("open", {open});
  writer.put("findings", {std::move(rows)}, backing);
  writer.put("steps", {std::move(steps)});
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
            {"unit",
             Argument::Kind::unit,
             false,
             "责任单位；写明 finding 时也可为采取措施的单位",
             "the unit responsible; with finding= also one that took steps",
             {},
             {}},
            {"of",
             Argument::Kind::code,
             false,
             "region：只列未写明单位的问题及未写明单位的措施",
             "region: only findings that name no unit, with the steps that name none",
             {},
             "region"},
            {within_argument,
             Argument::Kind::text,
             false,
             "只列这些区划（六位代码，含下级）和单位的问题，逗号分隔",
             "only findings of these divisions, six digits, with all that lies in them, and "
             "units; with commas",
             {},
             {}}},
       .fields = {{"state", "状态", "state", "code", {}, "closed|overdue|open"},
                  {"dueTo", "整改期限（含）", "due by (inclusive)", "date"},
                  {"closedOn", "销号日期", "closed on", "date"},
                  {"met", "按期", "met", "yesNo"},
                  {"daysLate", "逾期天数", "days late", "count"},
                  {"open", "未销号数", "open", "count"},
                  {"findings", "审计问题", "findings", "rows", finding_columns},
                  {"steps", "整改措施", "steps", "rows", step_columns}},
       .about_everyone = true,
       .judge = judge_findings},
  };
}

}  // namespace kinledger::projections

// which policy holds where, schemes that stopped, who is responsible, and the
// history of one subject.
#include <algorithm>

#include "ledger/catalogue.h"
#include "ledger/text.h"
#include "projections/questions/answer_writer.h"
#include "projections/questions/topics.h"

namespace kinledger::projections {
namespace {

using ledger::Area;
using ledger::Date;
using ledger::Result;

Area region_of(const Rulebook& rules) { return jurisdiction_of(Dossier(Subject::region()), rules); }

Result<void> judge_policy(Asking& asking, const Arguments& arguments, AnswerWriter& writer) {
  const auto& rules = asking.knowledge.rules();
  const auto jurisdiction = region_of(rules);
  writer.use(jurisdiction);
  const Area area{
      static_cast<std::uint32_t>(ledger::digits_value(arguments.text("area")).value_or(0))};
  for (const Rule* rule : rules.rules_of(RuleKind::policy_in_force, jurisdiction, arguments.on)) {
    for (const auto& entry : rule->as<PolicyInForce>().entries) {
      if (entry.area && contains(*entry.area, area) != Truth::yes) continue;
      writer.apply({{.rule = rule, .open_point = entry.open_point}});
      if (entry.open_point.empty()) {
        writer.put("policy", {entry.policy}, Backing::of(*rule));
      } else {
        writer.put_undetermined("policy", open_point(entry.open_point, rules, jurisdiction));
      }
      return {};
    }
  }
  writer.put_undetermined("policy", no_rule("没有已采用的规则规定该地当日适用的政策",
                                            "no adopted rule says which policy holds there"));
  return {};
}

/// A rule that touches an open point says from when the scheme is no more, not when it stopped.
void write_succession(const Rule& rule, const std::string& successor, Asking& asking,
                      const Arguments& arguments, AnswerWriter& writer) {
  const auto backing = Backing::of(rule);
  const bool has_stopped = rule.governs(arguments.on);
  writer.put("successor", {writer.code("scheme", successor)}, backing);
  if (rule.open_points.empty()) {
    writer.put("exists", {!has_stopped}, backing);
    writer.put_or_none("stoppedOn", rule.from, backing);
    writer.apply({{.rule = &rule}});
    return;
  }
  const auto& point = rule.open_points.front();
  const auto open = open_point(point, asking.knowledge.rules(), rule.jurisdiction);
  if (has_stopped) {
    writer.put("exists", {false}, backing);
  } else {
    writer.put_undetermined("exists", open);
  }
  writer.put_undetermined("stoppedOn", open);
  writer.apply({{.rule = &rule, .open_point = point}});
}

Result<void> judge_scheme_state(Asking& asking, const Arguments& arguments, AnswerWriter& writer) {
  const auto& rules = asking.knowledge.rules();
  const auto jurisdiction = region_of(rules);
  writer.use(jurisdiction);
  const auto scheme = arguments.text("scheme");
  for (const Rule* rule : rules.rules_of(RuleKind::scheme_succession, jurisdiction)) {
    for (const auto& entry : rule->as<SchemeSuccession>().entries) {
      if (std::ranges::find(entry.schemes, scheme) == entry.schemes.end()) continue;
      write_succession(*rule, entry.successor, asking, arguments, writer);
      return {};
    }
  }
  for (const Rule* rule : rules.rules_of(RuleKind::scheme_end, jurisdiction)) {
    const auto& end = rule->as<SchemeEnd>();
    if (end.scheme != scheme) continue;
    writer.put("exists", {arguments.on <= end.last_day}, Backing::of(*rule));
    writer.put("successor", none());
    writer.put("stoppedOn", {ledger::add_days(end.last_day, 1)}, Backing::of(*rule));
    writer.apply({{.rule = rule}});
    return {};
  }
  // No document says that it has stopped.
  Backing derived;
  derived.weaken(ledger::Certainty::derived);
  writer.put("exists", {true}, derived);
  writer.put("successor", none());
  writer.put("stoppedOn", none());
  return {};
}

Result<void> judge_responsibility(Asking& asking, const Arguments& arguments,
                                  AnswerWriter& writer) {
  const auto& rules = asking.knowledge.rules();
  const auto jurisdiction = region_of(rules);
  writer.use(jurisdiction);
  for (const Rule* rule : rules.rules_of(RuleKind::responsibility, jurisdiction, arguments.on)) {
    for (const auto& entry : rule->as<Responsibility>().entries) {
      if (entry.topic != arguments.text("topic")) continue;
      writer.put("departments", {writer.codes("authority", entry.departments)}, Backing::of(*rule));
      writer.apply({{.rule = rule}});
      return {};
    }
  }
  writer.put_undetermined("departments", no_rule("没有已采用的规则规定该事项的部门",
                                                 "no adopted rule says whose task it is"));
  return {};
}

constexpr Heading event_columns[] = {
    {"sequence", "记录", "record", "sequence"},
    {"type", "事件", "event", "text"},
    {"validOn", "业务日期", "valid on", "date"},
    {"recordedOn", "登记日期", "recorded on", "date"},
    {"standing", "状态", "standing", "code", {}, "in_force|correction|replaced|voided"},
    {"fact", "事实", "fact", "text"},
    {"corrects", "更正的记录", "corrects", "sequence"},
    {"cause", "更正原因", "cause", "text"},
    {"authority", "更正依据机关", "authority", "text"},
    {"authorityDocument", "依据文号", "document of the authority", "text"},
};

Word standing_of(const Fact& fact) {
  return fact.event.has_correction() ? Word{"correction", {"更正", "correction"}}
                                     : Word{"in_force", {"有效", "in force"}};
}

Value label_of(std::span<const ledger::Enumerant> enumerants, std::size_t number) {
  if (number >= enumerants.size()) return none();
  const auto& [name, zh] = enumerants[number];
  return {Label{std::string(zh), std::string(name)}};
}

Row event_row(const Fact& fact, const Word& standing) {
  const auto& envelope = fact.event.envelope();
  Row row{{fact.sequence},
          {std::string(ledger::type_info(fact.event.type()).name)},
          envelope.valid_on ? Value{*envelope.valid_on} : none(),
          {ledger::civil_date_of(envelope.recorded_at)},
          {standing},
          {to_text(envelope.fact)}};
  const auto correction = fact.event.correction();
  if (!correction) {
    row.resize(std::size(event_columns), none());
    return row;
  }
  const auto& document = correction->authority_document;
  row.push_back({correction->replaces});
  row.push_back(label_of(ledger::correction_causes(), static_cast<std::size_t>(correction->cause)));
  row.push_back(
      label_of(ledger::correction_authorities(), static_cast<std::size_t>(correction->authority)));
  row.push_back(document.empty() ? none() : Value{std::string(document)});
  return row;
}

Result<void> judge_history(Asking& asking, const Arguments& arguments, AnswerWriter& writer) {
  auto& knowledge = asking.knowledge;
  if (!arguments.person && !arguments.unit) {
    writer.put("events", {std::vector<Row>{}});
    return {};
  }
  const auto& dossier =
      arguments.person ? knowledge.person(*arguments.person) : knowledge.unit(*arguments.unit);
  writer.use(jurisdiction_of(dossier, knowledge.rules()));
  std::vector<std::pair<const Fact*, Word>> facts;
  for (const auto& fact : dossier.facts()) facts.emplace_back(&fact, standing_of(fact));
  for (const auto& fact : dossier.replaced())
    facts.emplace_back(&fact, Word{"replaced", {"已被更正", "replaced"}});
  for (const auto& fact : dossier.voided())
    facts.emplace_back(&fact, Word{"voided", {"已作废", "voided"}});
  std::ranges::sort(facts, {}, [](const auto& entry) { return entry.first->sequence; });
  std::vector<Row> rows;
  rows.reserve(facts.size());
  for (const auto& [fact, standing] : facts) rows.push_back(event_row(*fact, standing));
  writer.put("events", {std::move(rows)});
  return {};
}

}  // namespace

std::vector<Question> region_questions() {
  return {
      {.name = "policy",
       .id = "Q-29",
       .zh = "某地当日适用的政策文件",
       .en = "which policy holds in an area on the date",
       .arguments = {{"area",
                      Argument::Kind::area,
                      false,
                      "地区，六位代码",
                      "the area, six digits",
                      {},
                      {}}},
       .fields = {{"policy", "政策", "policy", "text"}},
       .judge = judge_policy},
      {.name = "schemeState",
       .id = "Q-29",
       .zh = "险种当日是否存续，并入何险种",
       .en = "whether a scheme exists on the date, and what took its place",
       .arguments = {{"scheme", Argument::Kind::code, true, "险种", "the scheme", "scheme", {}}},
       .fields = {{"exists", "存续", "exists", "yesNo"},
                  {"successor", "并入险种", "successor", "code", {}, "of scheme"},
                  {"stoppedOn", "停止日期", "stopped on", "date"}},
       .judge = judge_scheme_state},
      {.name = "responsibility",
       .id = "Q-29",
       .zh = "某事项由哪些部门负责",
       .en = "which departments are responsible for a topic",
       .arguments =
           {{"topic", Argument::Kind::code, true, "事项", "the topic", "responsibility", {}}},
       .fields = {{"departments", "部门", "departments", "list"}},
       .judge = judge_responsibility},
      {.name = "history",
       .id = "Q-31",
       .zh = "人员或单位的全部记录及更正情况",
       .en = "every record of a person or unit, corrections marked",
       .arguments = {{"person", Argument::Kind::person, false, "人员", "the person", {}, {}},
                     {"unit", Argument::Kind::unit, false, "单位", "the unit", {}, {}}},
       .fields = {{"events", "记录", "records", "rows", event_columns}},
       .judge = judge_history},
  };
}

}  // namespace kinledger::projections

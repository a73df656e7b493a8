// employers' arrears and contribution bases, handover and level of the funds.
#include <algorithm>

#include "ledger/text.h"
#include "projections/judgments/employers.h"
#include "projections/judgments/handover.h"
#include "projections/judgments/not_recorded.h"
#include "projections/judgments/units.h"
#include "projections/questions/answer_writer.h"
#include "projections/questions/topics.h"

namespace kinledger::projections {
namespace {

using ledger::EventType;
using ledger::Field;
using ledger::Result;

EmployerMonth month_asked(Asking& asking, const Arguments& arguments) {
  const auto jurisdiction = jurisdiction_of_unit(asking.knowledge, *arguments.unit);
  const auto text = arguments.text("month");
  return {
      .unit = *arguments.unit,
      .jurisdiction = jurisdiction,
      .month = text.empty() ? ledger::month_of(arguments.on) : ledger::parse_month(text).value(),
      .on = arguments.on};
}

Result<void> judge_arrears_question(Asking& asking, const Arguments& arguments,
                                    AnswerWriter& writer) {
  const auto asked = month_asked(asking, arguments);
  writer.use(asked.jurisdiction);
  const auto arrears = judge_arrears(asking.knowledge, asked);
  writer.put("month", {asked.month});
  if (arrears.state_open) {
    writer.put_undetermined("state", *arrears.state_open);
  } else {
    writer.put("state", {word_of(arrears.state)}, arrears.backing);
  }
  const bool lacks_due_day =
      !arrears.due_on && arrears.state != ArrearsJudgment::State::not_assessed;
  if (lacks_due_day) {
    writer.put_undetermined("dueOn", not_recorded("缴费期限", "the day it was due"));
  } else {
    writer.put_or_none("dueOn", arrears.due_on);
  }
  writer.put_or_none("paidInFullOn", arrears.paid_in_full_on);
  writer.put("suspendedFrom", arrears.suspended_from);
  writer.put_or_none("orderedOn", arrears.ordered_on);
  writer.put_or_none("limitTo", arrears.limit_to);
  writer.put("limitDays", arrears.limit_days ? Value{std::int64_t{*arrears.limit_days}} : none());
  if (arrears.limit_days) {
    writer.put("limitOk", arrears.limit_ok);
  } else {
    writer.put("limitOk", none());
  }
  writer.put_or_none("paidInTime", arrears.paid_in_time, arrears.limit_ok.backing);
  writer.put("restoredFrom", arrears.restored_from);
  writer.put("employerLiableFrom", arrears.employer_liable_from);
  const auto visit = arguments.text("visit");
  if (visit.empty()) {
    writer.put("payer", none());
  } else {
    writer.put("payer", payer_on(arrears, ledger::parse_date(visit).value()));
  }
  writer.apply(arrears.steps);
  if (arrears.limit_days) writer.fail(arrears.limit_ok);
  return {};
}

constexpr Heading base_columns[] = {
    {"person", "职工", "employee", "person"},
    {"averageWage", "上年度月平均工资", "last year's monthly average", "money"},
    {"expected", "应有基数", "expected base", "money"},
    {"recorded", "登记基数", "recorded base", "money"},
    {"sequence", "记录", "record", "sequence"},
};

Result<void> judge_wage_base(Asking& asking, const Arguments& arguments, AnswerWriter& writer) {
  const auto asked = month_asked(asking, arguments);
  writer.use(asked.jurisdiction);
  const auto bases = judge_wage_bases(asking.knowledge, asked);
  writer.put("month", {asked.month});
  writer.put("total", bases.total);
  writer.put("recordedTotal", bases.recorded_total ? Value{*bases.recorded_total} : none());
  writer.put("conform", bases.conform);
  std::vector<Row> rows;
  Backing backing;
  for (const auto& employee : bases.employees) {
    backing.add(employee.expected.backing);
    rows.push_back({{employee.person},
                    {employee.average_wage},
                    AnswerWriter::value_of(employee.expected),
                    {employee.recorded},
                    {employee.sequence}});
  }
  writer.put("employees", {std::move(rows)}, backing);
  writer.apply(bases.steps);
  writer.fail(bases.conform);
  return {};
}

constexpr Heading handover_columns[] = {
    {"area", "地区", "area", "text"},
    {"complete", "移交完整", "complete", "yesNo"},
    {"missing", "缺少", "missing", "list"},
    {"sequence", "记录", "record", "sequence"},
};

Result<void> judge_handover(Asking& asking, const Arguments& arguments, AnswerWriter& writer) {
  const auto& knowledge = asking.knowledge;
  const auto& rules = knowledge.rules();
  const auto jurisdiction = jurisdiction_of(Dossier(Subject::region()), rules);
  writer.use(jurisdiction);
  Ruling all = no_rule_ruling("没有已采用的规则要求移交基金",
                              "no adopted rule asks for a handover of funds");
  std::vector<Row> rows;
  std::vector<Word> missing_areas;
  for (const Rule* rule : rules.rules_of(RuleKind::fund_handover, jurisdiction)) {
    all = {.truth = Truth::yes, .steps = {{.rule = rule}}};
    all.backing.apply(*rule);
    all.backing.weaken(ledger::Certainty::derived);
    for (const auto& [area, fact, parts] :
         judge_handovers(knowledge.region(), *rule, arguments.on)) {
      std::vector<Word> missing;
      missing.reserve(parts.size());
      for (const auto part : parts) missing.push_back(word_of(part));
      if (fact != nullptr) all.steps.front().facts.push_back(fact->sequence);
      if (!missing.empty()) {
        missing_areas.push_back({area->name, area->label});
        all.truth = Truth::no;
        all.causes.push_back({"handover", "移交不完整：" + area->label.zh,
                              "the handover is not complete: " + area->label.en});
      }
      rows.push_back({{area->label.zh},
                      {missing.empty()},
                      {std::move(missing)},
                      fact == nullptr ? none() : Value{fact->sequence}});
    }
    break;
  }
  writer.put("complete", all);
  writer.put("missing", {std::move(missing_areas)}, all.backing);
  writer.put("areas", {std::move(rows)}, all.backing);
  writer.apply(all.steps);
  writer.fail(all);
  return {};
}

constexpr Heading movement_columns[] = {
    {"on", "日期", "date", "date"},
    {"fund", "基金", "fund", "code", {}, "of fund"},
    {"area", "区域", "area", "text"},
    {"level", "级次", "level", "code", {}, "of fiscalLevel"},
    {"amount", "金额", "amount", "money"},
    {"conform", "符合规定", "conforms", "yesNo"},
    {"sequence", "记录", "record", "sequence"},
};

Result<void> judge_fund_level(Asking& asking, const Arguments& arguments, AnswerWriter& writer) {
  const auto& knowledge = asking.knowledge;
  const auto& rules = knowledge.rules();
  const auto jurisdiction = jurisdiction_of(Dossier(Subject::region()), rules);
  writer.use(jurisdiction);
  const auto fund = arguments.text("fund");
  const Rule* level = nullptr;
  for (const Rule* rule : rules.rules_of(RuleKind::fund_level, jurisdiction, arguments.on)) {
    const auto& funds = rule->as<FundLevel>().funds;
    if (std::ranges::find(funds, fund) == funds.end()) continue;
    level = rule;
    break;
  }
  if (level == nullptr) {
    const auto why = no_rule("没有已采用的规则规定该基金的统筹级次",
                             "no adopted rule says at which level the fund is kept");
    writer.put_undetermined("level", why);
    writer.put_undetermined("required", why);
    writer.put_undetermined("conform", why);
    writer.put("movements", {std::vector<Row>{}});
    return {};
  }
  const auto& wanted = level->as<FundLevel>();
  Ruling conform{.truth = Truth::yes, .steps = {{.rule = level}}};
  conform.backing.apply(*level);
  std::vector<Row> rows;
  for (const auto& fact : knowledge.region().of(EventType::fund_movement_recorded)) {
    const auto on = fact.event.envelope().valid_on;
    if (!on || *on > arguments.on || !level->governs(*on)) continue;
    if (fact.event.text(Field::fund) != fund) continue;
    const auto at_level = fact.event.text(Field::level);
    if (at_level.empty()) {
      conform.truth = all_of(conform.truth, Truth::unknown);
      if (conform.truth == Truth::unknown)
        conform.causes = {{"level", "未登记：收支的级次", "not recorded: level of a movement"}};
    } else if (at_level != wanted.level) {
      conform.truth = Truth::no;
      conform.causes = {{"level", "有收支未在规定级次", "a movement is not at the required level"}};
    }
    conform.steps.front().facts.push_back(fact.sequence);
    const auto area = fact.event.area(Field::area);
    rows.push_back({{*on},
                    {writer.code("fund", fund)},
                    {area ? std::to_string(area->code) : std::string()},
                    {writer.code("fiscalLevel", fact.event.text(Field::level))},
                    {fact.event.money(Field::amount).value_or(ledger::Fen{})},
                    at_level.empty() ? none() : Value{at_level == wanted.level},
                    {fact.sequence}});
  }
  writer.put("level", {writer.code("fiscalLevel", wanted.level)}, conform.backing);
  writer.put("required", {wanted.required}, conform.backing);
  writer.put("conform", conform);
  writer.put("movements", {std::move(rows)}, conform.backing);
  writer.apply(conform.steps);
  writer.fail(conform);
  return {};
}

constexpr Argument month_argument{"month",
                                  Argument::Kind::month,
                                  false,
                                  "费款所属月，默认为查询日期所在月",
                                  "month of the contribution; by default that of the date",
                                  {},
                                  {}};

}  // namespace

std::vector<Question> employer_questions() {
  return {
      {.name = "arrears",
       .id = "Q-16",
       .zh = "单位欠费、暂停、责令期限、恢复和就医费用支付方",
       .en = "an employer's arrears: suspension, limit, restoration, and who pays a visit",
       .arguments = {unit_argument,
                     month_argument,
                     {"visit", Argument::Kind::date, false, "就医日期", "day of care", {}, {}}},
       .fields = {{"month", "费款所属月", "month", "month"},
                  {"state",
                   "状态",
                   "state",
                   "code",
                   {},
                   "not_assessed|paid|due|in_arrears|paid_late|restored|overdue"},
                  {"dueOn", "缴费期限（含）", "due on (inclusive)", "date"},
                  {"paidInFullOn", "足额缴纳日期", "paid in full on", "date"},
                  {"suspendedFrom", "暂停起始日", "suspended from", "date"},
                  {"orderedOn", "责令决定日期", "ordered on", "date"},
                  {"limitTo", "责令期限（含）", "limit (inclusive)", "date"},
                  {"limitDays", "期限天数", "days of the limit", "count"},
                  {"limitOk", "期限符合一般规定", "limit as in general", "yesNo"},
                  {"paidInTime", "期限内缴清", "paid inside the limit", "yesNo"},
                  {"restoredFrom", "恢复起始日", "restored from", "date"},
                  {"employerLiableFrom", "单位承担起始日", "employer liable from", "date"},
                  {"payer",
                   "就医费用支付方",
                   "payer of the visit",
                   "code",
                   {},
                   "fund|suspended|employer"}},
       .judge = judge_arrears_question},
      {.name = "handover",
       .id = "Q-17",
       .zh = "各地基金移交是否完整",
       .en = "whether the areas handed their funds over completely",
       .arguments = {},
       .fields = {{"complete", "移交完整", "complete", "yesNo"},
                  {"missing", "未完整移交的地区", "areas that are not complete", "list"},
                  {"areas", "各地区", "areas", "rows", handover_columns}},
       .tells_records_of_region = true,
       .judge = judge_handover},
      {.name = "fundLevel",
       .id = "Q-17",
       .zh = "基金统筹级次及收支是否符合",
       .en = "the level at which a fund is kept, and movements that are not",
       .arguments = {{"fund", Argument::Kind::code, true, "基金", "the fund", "fund", {}}},
       .fields = {{"level", "级次", "level", "code", {}, "of fiscalLevel"},
                  {"required", "要求", "required", "text"},
                  {"conform", "均符合", "all conform", "yesNo"},
                  {"movements", "收支", "movements", "rows", movement_columns}},
       .tells_records_of_region = true,
       .judge = judge_fund_level},
      {.name = "wageBase",
       .id = "Q-18",
       .zh = "单位缴费基数和工资总额",
       .en = "contribution bases and the wage total of a unit",
       .arguments = {unit_argument, month_argument},
       .fields = {{"month", "费款所属月", "month", "month"},
                  {"total", "应有工资总额", "expected wage total", "money"},
                  {"recordedTotal", "登记的工资总额", "recorded wage total", "money"},
                  {"conform", "均符合", "all conform", "yesNo"},
                  {"employees", "职工", "employees", "rows", base_columns}},
       .judge = judge_wage_base},
  };
}

}  // namespace kinledger::projections

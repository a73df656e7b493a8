// what an agent unit (代办单位) declared, against payments and its roster, and whom
// it missed.
#include <algorithm>

#include "projections/judgments/agents.h"
#include "projections/judgments/sums.h"
#include "projections/questions/answer_writer.h"
#include "projections/questions/topics.h"

namespace kinledger::projections {
namespace {

using ledger::Fen;
using ledger::Result;

constexpr Heading missed_person_columns[] = {
    {"person", "人员", "person", "person"},
    {"schoolClass", "班级", "class", "text"},
    {"sequence", "花名册记录", "record", "sequence"},
};

AgentCase asked_case(Asking& asking, const Arguments& arguments) {
  const auto& dossier = asking.knowledge.unit(*arguments.unit);
  return {*arguments.unit, jurisdiction_of(dossier, asking.knowledge.rules()),
          arguments.year_or_that_of_on(), arguments.on};
}

/// Who neither paid nor is exempt is missed, also while his standing is not proven yet.
bool is_missed(Standing standing) {
  return standing == Standing::missed || standing == Standing::unproven;
}

Result<void> judge_missed(Asking& asking, const Arguments& arguments, AnswerWriter& writer) {
  const auto asked = asked_case(asking, arguments);
  writer.use(asked.jurisdiction);
  const auto roster = judge_roster(asking.knowledge, asked);
  std::vector<Row> rows;
  std::int64_t undetermined = 0;
  for (const auto& member : roster.members) {
    if (member.standing == Standing::undetermined) ++undetermined;
    if (!is_missed(member.standing)) continue;
    rows.push_back({{member.person}, {member.school_class}, {member.sequence}});
  }
  Backing backing;
  backing.weaken(ledger::Certainty::derived);
  const Rule* rule = declaration_rule(asking.knowledge.rules(), asked.jurisdiction, asked.year);
  if (rule != nullptr) {
    backing.apply(*rule);
    writer.apply({{.rule = rule}});
  }
  if (roster.members.empty() && roster.head_count.value_or(0) > 0) {
    // Only the number of the roster was reported.
    writer.put("eligible", {*roster.head_count});
    const auto why = missing({"roster", "未登记：花名册人员", "not recorded: the roster's entries"},
                             asking.knowledge.rules(), asked.jurisdiction);
    for (const auto* field : {"missed", "undetermined", "persons"})
      writer.put_undetermined(field, why);
    return {};
  }
  writer.put("eligible", {static_cast<std::int64_t>(roster.members.size())});
  writer.put("missed", {static_cast<std::int64_t>(rows.size())}, backing);
  writer.put("undetermined", {undetermined}, backing);
  writer.put("persons", {std::move(rows)}, backing);
  return {};
}

Result<void> judge_declaration(Asking& asking, const Arguments& arguments, AnswerWriter& writer) {
  auto& knowledge = asking.knowledge;
  const auto asked = asked_case(asking, arguments);
  writer.use(asked.jurisdiction);
  const Rule* rule = declaration_rule(knowledge.rules(), asked.jurisdiction, asked.year);
  const auto filed = declared_by(knowledge.unit(asked.unit), asked.year, asked.on);
  const auto declared = filed.value_or(AgentDeclared{});
  const auto& payers = declared.payers;
  const auto& exempt = declared.exempt;
  Step step{.rule = rule};
  if (filed) step.facts.push_back(filed->sequence);
  const auto roster = judge_roster(knowledge, asked);
  auto [paid_count, exempt_count, missed_count, unproven_count, undetermined_count] =
      roster.counts();
  missed_count += unproven_count;
  auto eligible_count = static_cast<std::int64_t>(roster.members.size());
  if (eligible_count == 0 && roster.head_count && payers) {
    // Only the number of the roster was reported: the rest follows from the declaration.
    eligible_count = *roster.head_count;
    paid_count = *payers;
    exempt_count = exempt.value_or(0);
    // More than are on the roster: then nobody is missed, and the numbers do not add up.
    missed_count = std::max<std::int64_t>(0, eligible_count - paid_count - exempt_count);
  }
  Backing backing;
  if (rule != nullptr) backing.apply(*rule);
  backing.weaken(ledger::Certainty::derived);
  writer.put_or_none("declaredOn", declared.on);
  writer.put_or_none("payers", payers);
  writer.put_or_none("exempt", exempt);
  writer.put_or_none("declared", declared.amount);
  Judged<Fen> per_payer;
  if (rule != nullptr) per_payer = amount_per_payer(*rule, knowledge.rules(), step);
  if (per_payer.value && payers) {
    const auto times = [&](std::int64_t persons) {
      return ledger::multiply(*per_payer.value, persons).value_or(ledger::fen_max);
    };
    const Fen expected = times(*payers);
    const auto declared_to = rule->as<AgentDeclaration>().declared_to;
    writer.put("expected", {expected}, backing);
    writer.put("difference",
               declared.amount ? Value{difference(*declared.amount, expected)} : none(), backing);
    writer.put("inTime", declared.on ? Value{*declared.on <= declared_to} : none(), backing);
    writer.put("financePersonal", exempt ? Value{times(*exempt)} : none(), backing);
  } else {
    const auto why = no_rule("没有已采用的规则规定申报金额，或未登记申报",
                             "no adopted rule says what is declared, or nothing was");
    for (const auto* field : {"expected", "difference", "inTime", "financePersonal"})
      writer.put_undetermined(field, why);
  }
  writer.put("rosterEligible", {eligible_count});
  writer.put("rosterPaid", {paid_count}, backing);
  writer.put("rosterExempt", {exempt_count}, backing);
  writer.put("rosterMissed", {missed_count}, backing);
  writer.put("rosterUndetermined", {undetermined_count}, backing);
  if (undetermined_count > 0) {
    writer.put_undetermined("addsUp",
                            no_rule("花名册中有人员是否免缴尚不能确定",
                                    "for some on the roster the exemption is undetermined"));
  } else if (payers && exempt) {
    writer.put("addsUp", {*payers + *exempt + missed_count == eligible_count}, backing);
  } else {
    writer.put("addsUp", none(), backing);
  }
  if (rule != nullptr) writer.apply({std::move(step)});
  return {};
}

}  // namespace

std::vector<Question> agent_questions() {
  return {
      {.name = "missed",
       .id = "Q-20",
       .zh = "学校（代办单位）漏保名单",
       .en = "persons on an agent's roster who neither paid nor are exempt",
       .arguments = {unit_argument, year_argument},
       .fields = {{"eligible", "应参保人数", "eligible on the roster", "count"},
                  {"missed", "漏保人数", "missed", "count"},
                  {"undetermined", "未确定人数", "undetermined", "count"},
                  {"persons", "漏保人员", "persons missed", "rows", missed_person_columns}},
       .judge = judge_missed},
      {.name = "declaration",
       .id = "Q-21",
       .zh = "代办单位申报与缴费、花名册的核对",
       .en = "an agent's declaration against payments and roster",
       .arguments = {unit_argument, year_argument},
       .fields = {{"declaredOn", "申报日期", "declared on", "date"},
                  {"payers", "申报缴费人数", "payers declared", "count"},
                  {"exempt", "申报免缴人数", "exempt declared", "count"},
                  {"declared", "申报金额", "amount declared", "money"},
                  {"expected", "应申报金额", "amount expected", "money"},
                  {"difference", "差额", "difference", "money"},
                  {"inTime", "按时申报", "in time", "yesNo"},
                  {"financePersonal", "财政代缴个人部分", "personal shares paid by finance",
                   "money"},
                  {"rosterEligible", "花名册应参保人数", "eligible on the roster", "count"},
                  {"rosterPaid", "花名册已缴费人数", "of them paid", "count"},
                  {"rosterExempt", "花名册免缴人数", "of them exempt", "count"},
                  {"rosterMissed", "花名册漏保人数", "of them missed", "count"},
                  {"rosterUndetermined", "花名册未确定人数", "of them undetermined", "count"},
                  {"addsUp", "人数相符", "the numbers add up", "yesNo"}},
       .judge = judge_declaration},
  };
}

}  // namespace kinledger::projections

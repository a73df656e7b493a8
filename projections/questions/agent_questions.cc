// what an agent unit (代办单位) declared, against payments and its roster, and whom
// it missed.
#include <algorithm>
#include <array>
#include <map>

#include "projections/judgments/amounts.h"
#include "projections/judgments/handling.h"
#include "projections/judgments/payments.h"
#include "projections/judgments/sums.h"
#include "projections/questions/answer_writer.h"
#include "projections/questions/topics.h"

namespace kinledger::projections {
namespace {

using ledger::Area;
using ledger::Date;
using ledger::EventType;
using ledger::Fen;
using ledger::Field;
using ledger::PersonId;
using ledger::Result;

struct RosterEntry {
  PersonId person;
  std::string school_class;
  ledger::Sequence sequence;
};

/// The header of the agent's latest roster of the year, or null.
const Fact* latest_roster(const Dossier& agent, ledger::Year year, Date on) {
  const Fact* latest = nullptr;
  for (const auto& fact : agent.of(EventType::roster_reported)) {
    if (fact.event.year(Field::insurance_year) != year || act_date(fact) > on) continue;
    if (latest == nullptr || act_date(fact) >= act_date(*latest)) latest = &fact;
  }
  return latest;
}

/// The persons whom the roster calls eligible, or entries reported after it.
std::vector<RosterEntry> eligible_on_roster(const Dossier& agent, const Fact* roster,
                                            ledger::Year year, Date on) {
  std::map<PersonId, RosterEntry> entries;
  for (const auto& fact : agent.of(EventType::roster_entry_reported)) {
    const auto person = fact.event.person(Field::person);
    const Date reported_on = act_date(fact);
    const bool is_replaced = roster != nullptr && reported_on < act_date(*roster);
    if (fact.event.year(Field::insurance_year) != year || !person || reported_on > on ||
        is_replaced) {
      continue;
    }
    if (fact.event.as<ledger::YesNo>(Field::eligible) == ledger::YesNo::yes) {
      entries.insert_or_assign(
          *person,
          RosterEntry{*person, std::string(fact.event.text(Field::school_class)), fact.sequence});
    } else {
      entries.erase(*person);
    }
  }
  std::vector<RosterEntry> eligible;
  eligible.reserve(entries.size());
  for (auto& [person, entry] : entries) eligible.push_back(std::move(entry));
  return eligible;
}

/// The declaration rule of the year, or null.
const Rule* declaration_rule(const Rulebook& rules, Area jurisdiction, ledger::Year year) {
  for (const Rule* rule : rules.rules_of(RuleKind::agent_declaration, jurisdiction))
    if (rule->as<AgentDeclaration>().insurance_year == year) return rule;
  return nullptr;
}

/// Who neither paid nor is exempt is missed, also while his standing is not proven yet.
enum class Standing : std::uint8_t { paid, exempt, missed, undetermined };

/// How a person of the roster stands at the date.
class Standings {
 public:
  Standings(Knowledge& knowledge, Area jurisdiction, const Arguments& arguments,
            std::string_view scheme)
      : knowledge_(knowledge),
        jurisdiction_(jurisdiction),
        year_(arguments.year_or_that_of_on()),
        on_(arguments.on),
        scheme_(scheme) {}

  Standing of(const PersonId& person) {
    knowledge_.stay_small();
    for (const auto& payment : payments_of(knowledge_.person(person), jurisdiction_)) {
      const bool is_for_it = scheme_.empty() || payment.scheme.empty() || payment.scheme == scheme_;
      if (is_for_it && payment.year == year_ && payment.paid_on <= on_ && payment.net().value > 0)
        return Standing::paid;
    }
    const auto exemption = exemption_of(
        knowledge_,
        {.person = person, .jurisdiction = jurisdiction_, .scheme = scheme_, .on = on_});
    if (exemption.ruling.truth == Truth::yes) return Standing::exempt;
    const bool is_open =
        exemption.ruling.truth == Truth::unknown && exemption.is_ruled && !exemption.is_unproven;
    return is_open ? Standing::undetermined : Standing::missed;
  }

 private:
  Knowledge& knowledge_;
  Area jurisdiction_;
  ledger::Year year_;
  Date on_;
  std::string_view scheme_;
};

constexpr Heading missed_columns[] = {
    {"person", "人员", "person", "person"},
    {"schoolClass", "班级", "class", "text"},
    {"sequence", "花名册记录", "record", "sequence"},
};

/// What both questions share: roster, rule, region.
struct Agent {
  ledger::UnitId unit;
  Area jurisdiction;
  std::vector<RosterEntry> roster;
  std::optional<std::int64_t> head_count;  ///< of the latest roster's header
  const Rule* rule = nullptr;
  std::string scheme;
};

Agent agent_asked(Asking& asking, const Arguments& arguments) {
  const auto& dossier = asking.knowledge.unit(*arguments.unit);
  Agent agent{.unit = *arguments.unit,
              .jurisdiction = jurisdiction_of(dossier, asking.knowledge.rules()),
              .roster = {},
              .head_count = {},
              .scheme = {}};
  const auto year = arguments.year_or_that_of_on();
  const Fact* roster = latest_roster(dossier, year, arguments.on);
  agent.roster = eligible_on_roster(dossier, roster, year, arguments.on);
  if (roster != nullptr) agent.head_count = roster->event.integer(Field::entries);
  agent.rule = declaration_rule(asking.knowledge.rules(), agent.jurisdiction, year);
  if (agent.rule != nullptr) agent.scheme = agent.rule->as<AgentDeclaration>().scheme;
  return agent;
}

Result<void> judge_missed(Asking& asking, const Arguments& arguments, AnswerWriter& writer) {
  const auto agent = agent_asked(asking, arguments);
  writer.use(agent.jurisdiction);
  Standings standings(asking.knowledge, agent.jurisdiction, arguments, agent.scheme);
  std::vector<Row> rows;
  std::int64_t undetermined = 0;
  for (const auto& entry : agent.roster) {
    const auto standing = standings.of(entry.person);
    if (standing == Standing::undetermined) ++undetermined;
    if (standing != Standing::missed) continue;
    rows.push_back({{entry.person}, {entry.school_class}, {entry.sequence}});
  }
  Backing backing;
  backing.weaken(ledger::Certainty::derived);
  if (agent.rule != nullptr) {
    backing.apply(*agent.rule);
    writer.apply({{.rule = agent.rule}});
  }
  writer.put("eligible", {static_cast<std::int64_t>(agent.roster.size())});
  writer.put("missed", {static_cast<std::int64_t>(rows.size())}, backing);
  writer.put("undetermined", {undetermined}, backing);
  writer.put("persons", {std::move(rows)}, backing);
  return {};
}

/// The agent's latest declaration of the year up to the date.
const Fact* declaration_of(const Dossier& agent, ledger::Year year, Date on) {
  const Fact* latest = nullptr;
  for (const auto& fact : agent.of(EventType::agent_declaration_filed)) {
    const auto valid_on = fact.event.envelope().valid_on;
    if (fact.event.year(Field::insurance_year) == year && (!valid_on || *valid_on <= on))
      latest = &fact;
  }
  return latest;
}

Result<void> judge_declaration(Asking& asking, const Arguments& arguments, AnswerWriter& writer) {
  auto& knowledge = asking.knowledge;
  const auto agent = agent_asked(asking, arguments);
  writer.use(agent.jurisdiction);
  const auto* fact =
      declaration_of(knowledge.unit(agent.unit), arguments.year_or_that_of_on(), arguments.on);
  // Values, for the dossier of the unit may be let go of below.
  std::optional<std::int64_t> payers, exempt;
  std::optional<Fen> declared;
  std::optional<Date> declared_on;
  Step step{.rule = agent.rule};
  if (fact != nullptr) {
    payers = fact->event.integer(Field::payers);
    exempt = fact->event.integer(Field::exempt);
    declared = fact->event.money(Field::amount);
    declared_on = fact->event.envelope().valid_on;
    step.facts.push_back(fact->sequence);
  }
  std::array<std::int64_t, 4> counts{};  // by Standing
  auto& [paid_count, exempt_count, missed_count, undetermined_count] = counts;
  Standings standings(knowledge, agent.jurisdiction, arguments, agent.scheme);
  for (const auto& entry : agent.roster)
    ++counts[static_cast<std::size_t>(standings.of(entry.person))];
  auto eligible_count = static_cast<std::int64_t>(agent.roster.size());
  if (eligible_count == 0 && agent.head_count && payers) {
    // Only the number of the roster was reported: the rest follows from the declaration.
    eligible_count = *agent.head_count;
    paid_count = *payers;
    exempt_count = exempt.value_or(0);
    missed_count = eligible_count - paid_count - exempt_count;
  }
  Backing backing;
  if (agent.rule != nullptr) backing.apply(*agent.rule);
  backing.weaken(ledger::Certainty::derived);
  writer.put_or_none("declaredOn", declared_on);
  writer.put_or_none("payers", payers);
  writer.put_or_none("exempt", exempt);
  writer.put_or_none("declared", declared);
  const auto* rule = agent.rule == nullptr ? nullptr : &agent.rule->as<AgentDeclaration>();
  Judged<Fen> per_payer;
  if (rule != nullptr) {
    per_payer = amount_of(
        rule->per_payer,
        {.jurisdiction = agent.jurisdiction, .name = {}, .year = arguments.year_or_that_of_on()},
        knowledge.rules(), {}, step);
  }
  if (per_payer.value && payers) {
    const auto times = [&](std::int64_t persons) {
      return ledger::multiply(*per_payer.value, persons).value_or(ledger::fen_max);
    };
    const Fen expected = times(*payers);
    writer.put("expected", {expected}, backing);
    writer.put("difference", declared ? Value{difference(*declared, expected)} : none(), backing);
    writer.put("inTime", declared_on ? Value{*declared_on <= rule->declared_to} : none(), backing);
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
  if (agent.rule != nullptr) writer.apply({std::move(step)});
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
                  {"persons", "漏保人员", "persons missed", "rows", missed_columns}},
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

// Agent units (代办单位): whom they missed (CHK-33), and what they declared (CHK-34). Both look at
// the day on which declaring ended: what comes later is taken for nobody on the roster.
#include <map>
#include <set>
#include <span>
#include <string>

#include "projections/checks/acts.h"
#include "projections/checks/cells.h"
#include "projections/checks/topics.h"
#include "projections/judgments/sums.h"

namespace kinledger::projections {
namespace {

using ledger::EventType;
using ledger::Fen;
using ledger::Field;
using ledger::Sequence;

using Kind = Subject::Kind;

/// The rules about declarations, of one or several years.
std::span<const Rule* const> declaration_rules(Inspection& inspection) {
  return inspection.rules().rules_of(RuleKind::agent_declaration, inspection.jurisdiction());
}

const AgentRoster& roster_at_close(Inspection& inspection, const AgentDeclaration& declaration) {
  return inspection.roster(declaration.insurance_year, declaration.declared_to);
}

bool is_closed(Inspection& inspection, const AgentDeclaration& declaration) {
  return inspection.on() > declaration.declared_to;
}

Backing derived_from(const Rule& rule) {
  auto backing = Backing::of(rule);
  backing.weaken(ledger::Certainty::derived);
  return backing;
}

// ---------------------------------------------------------------- missed members

constexpr Heading missed_account_columns[] = {
    {"school", "代办单位", "agent unit", "unit"},
    {"schoolClass", "班级", "class", "text"},
    {"classCount", "班级应参保人数", "eligible in the class", "count"},
    {"missedCount", "班级漏保人数", "missed in the class", "count"},
};

struct ClassCounts {
  std::int64_t eligible = 0;
  std::int64_t missed = 0;
};

std::map<std::string, ClassCounts> counts_by_class(const AgentRoster& roster) {
  std::map<std::string, ClassCounts> classes;
  for (const auto& member : roster.members) {
    auto& counts = classes[member.school_class];
    ++counts.eligible;
    if (member.standing == Standing::missed) ++counts.missed;
  }
  return classes;
}

void missed_members(Inspection& inspection) {
  if (inspection.acts(EventType::roster_entry_reported).empty()) return;
  for (const Rule* rule : declaration_rules(inspection)) {
    const auto& declaration = rule->as<AgentDeclaration>();
    if (!is_closed(inspection, declaration)) continue;
    const auto& roster = roster_at_close(inspection, declaration);
    const auto classes = counts_by_class(roster);
    for (const auto& member : roster.members) {
      if (member.standing == Standing::unproven || member.standing == Standing::undetermined)
        inspection.undecided({.why = member.why, .facts = {member.sequence}});
      if (member.standing != Standing::missed) continue;
      const auto& counts = classes.at(member.school_class);
      inspection.report({.rule = rule_saying(inspection.rules(), declaration.missed_rule, *rule,
                                             declaration.declared_to),
                         .facts = {member.sequence},
                         .backing = derived_from(*rule),
                         .cells = {{inspection.unit()},
                                   {member.school_class},
                                   count_cell(counts.eligible),
                                   count_cell(counts.missed)},
                         .person = member.person});
    }
  }
}

// ---------------------------------------------------------------- declarations

constexpr Heading declared_columns[] = {
    {"reason", "情形", "reason", "code", {}, "amount|headcount|receipts"},
    {"expected", "应申报金额", "amount expected", "money"},
    {"declared", "申报金额", "amount declared", "money"},
    {"difference", "差额", "difference", "money"},
    {"expectedPersons", "应有人数（票据不符：票据数）",
     "persons expected (receipts: receipts handed out)", "count"},
    {"declaredPersons", "申报人数（票据不符：缴费人数）",
     "persons declared (receipts: payers declared)", "count"},
    {"differencePersons", "人数差（票据不符：缴费人数减票据数）",
     "difference in persons (receipts: payers less receipts)", "count"},
};

const Word wrong_amount{"amount", {"金额不符", "the amount differs"}};
const Word wrong_headcount{"headcount", {"人数与花名册不符", "the numbers do not add up"}};
const Word wrong_receipts{"receipts", {"票据数与缴费人数不符", "receipts differ from payers"}};

struct DeclarationCase {
  const Rule& rule;
  const AgentDeclared& declared;

  const AgentDeclaration& declaration() const { return rule.as<AgentDeclaration>(); }
};

void judge_amount(Inspection& inspection, const DeclarationCase& asked) {
  const auto& [rule, declared] = asked;
  Step step{.rule = &rule, .facts = {declared.sequence}};
  const auto per_payer = amount_per_payer(rule, inspection.rules(), step);
  if (per_payer.undetermined) inspection.undecided({*per_payer.undetermined, step.facts});
  if (!per_payer.value || !declared.payers || !declared.amount) return;
  const Fen expected =
      ledger::multiply(*per_payer.value, *declared.payers).value_or(ledger::fen_max);
  if (*declared.amount == expected) return;
  auto backing = derived_from(rule);
  backing.add(per_payer.backing);
  inspection.report({.rule = &rule,
                     .facts = std::move(step.facts),
                     .backing = std::move(backing),
                     .cells = {{wrong_amount},
                               {expected},
                               {*declared.amount},
                               {difference(*declared.amount, expected)},
                               none(),
                               none(),
                               none()}});
}

void report_persons(Inspection& inspection, const DeclarationCase& asked, const Word& reason,
                    std::int64_t expected, std::int64_t declared, std::vector<Sequence> facts) {
  facts.push_back(asked.declared.sequence);
  inspection.report({.rule = &asked.rule,
                     .facts = std::move(facts),
                     .backing = derived_from(asked.rule),
                     .cells = {{reason},
                               none(),
                               none(),
                               none(),
                               count_cell(expected),
                               count_cell(declared),
                               count_cell(declared - expected)}});
}

/// Payers, exempt and missed together are everybody on the roster.
void judge_headcount(Inspection& inspection, const DeclarationCase& asked) {
  const auto& declared = asked.declared;
  const auto& roster = roster_at_close(inspection, asked.declaration());
  const auto say = [&](Undetermined why) {
    inspection.undecided({.why = std::move(why), .facts = {declared.sequence}});
  };
  if (roster.members.empty() && roster.head_count && declared.payers && declared.exempt) {
    // Only the number of the roster was reported: more than it holds are too many.
    const auto accounted = *declared.payers + *declared.exempt;
    if (accounted > *roster.head_count) {
      report_persons(inspection, asked, wrong_headcount, *roster.head_count, accounted, {});
      return;
    }
    if (accounted == *roster.head_count) return;
  }
  if (roster.members.empty() || !declared.payers || !declared.exempt) {
    say(not_recorded(inspection, "花名册人员或申报免缴人数",
                     "the roster's entries, or the number of exempt declared"));
    return;
  }
  std::int64_t missed = 0;
  for (const auto& member : roster.members) {
    if (member.standing == Standing::missed) ++missed;
    if (member.standing != Standing::unproven && member.standing != Standing::undetermined)
      continue;
    say(member.why);
    return;
  }
  const auto eligible = static_cast<std::int64_t>(roster.members.size());
  const auto accounted = *declared.payers + *declared.exempt + missed;
  if (accounted != eligible)
    report_persons(inspection, asked, wrong_headcount, eligible, accounted, {});
}

/// One receipt for each payer; without any it is not known whether they were handed out.
void judge_receipts(Inspection& inspection, const DeclarationCase& asked) {
  std::set<std::string, std::less<>> numbers;
  std::vector<Sequence> facts;
  for (const auto* fact : inspection.acts(EventType::receipt_issued)) {
    const auto year = fact->event.year(Field::insurance_year);
    if (fact->event.unit(Field::agent_unit) != inspection.unit() ||
        (year && *year != asked.declaration().insurance_year))
      continue;
    numbers.emplace(fact->event.text(Field::receipt_number));
    facts.push_back(fact->sequence);
  }
  if (numbers.empty()) {
    inspection.undecided(
        {.why = not_recorded(inspection, "开具的票据", "the receipts that were handed out"),
         .facts = {asked.declared.sequence}});
    return;
  }
  const auto issued = static_cast<std::int64_t>(numbers.size());
  if (asked.declared.payers && issued != *asked.declared.payers) {
    report_persons(inspection, asked, wrong_receipts, issued, *asked.declared.payers,
                   std::move(facts));
  }
}

void wrong_declarations(Inspection& inspection) {
  if (inspection.acts(EventType::agent_declaration_filed).empty()) return;
  for (const Rule* rule : declaration_rules(inspection)) {
    const auto& declaration = rule->as<AgentDeclaration>();
    const auto declared =
        declared_by(inspection.dossier(), declaration.insurance_year, inspection.on());
    if (!declared) continue;
    const DeclarationCase asked{*rule, *declared};
    judge_amount(inspection, asked);
    if (!is_closed(inspection, declaration)) continue;
    judge_receipts(inspection, asked);
    judge_headcount(inspection, asked);
  }
}

}  // namespace

std::vector<Check> agent_checks() {
  return {
      {.id = "CHK-33",
       .zh = "代办单位漏保：花名册应参保人员在申报期结束时既未缴费也不免缴",
       .en = "on an agent's roster, at the close neither paid nor exempt",
       .severity = Severity::warning,
       .about = {Kind::unit},
       .kinds = {RuleKind::agent_declaration},
       .columns = missed_account_columns,
       .judge = missed_members},
      {.id = "CHK-34",
       .zh = "代办单位申报的金额、人数与标准、花名册或票据不符",
       .en = "an agent's declaration that differs from the standard, the roster or the receipts",
       .severity = Severity::warning,
       .about = {Kind::unit},
       .kinds = {RuleKind::agent_declaration},
       .columns = declared_columns,
       .judge = wrong_declarations},
  };
}

}  // namespace kinledger::projections

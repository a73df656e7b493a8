#include "projections/judgments/agents.h"

#include <algorithm>
#include <map>
#include <utility>

#include "projections/judgments/amounts.h"
#include "projections/judgments/coverage.h"
#include "projections/judgments/handling.h"
#include "projections/judgments/payments.h"

namespace kinledger::projections {
namespace {

using ledger::Area;
using ledger::Date;
using ledger::EventType;
using ledger::Field;
using ledger::PersonId;
using ledger::Year;

/// The header of the agent's latest roster of the year, or null.
const Fact* latest_roster(const Dossier& agent, Year year, Date on) {
  const Fact* latest = nullptr;
  for (const auto& fact : agent.of(EventType::roster_reported)) {
    if (fact.event.year(Field::insurance_year) != year || act_date(fact) > on) continue;
    if (latest == nullptr || act_date(fact) >= act_date(*latest)) latest = &fact;
  }
  return latest;
}

/// The persons whom the roster calls eligible, or entries reported after it.
std::vector<RosterMember> eligible_on_roster(const Dossier& agent, const Fact* roster, Year year,
                                             Date on) {
  std::map<PersonId, RosterMember> entries;
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
          *person, RosterMember{.person = *person,
                                .school_class = std::string(fact.event.text(Field::school_class)),
                                .sequence = fact.sequence,
                                .why = {}});
    } else {
      entries.erase(*person);
    }
  }
  std::vector<RosterMember> eligible;
  eligible.reserve(entries.size());
  for (auto& [person, entry] : entries) eligible.push_back(std::move(entry));
  return eligible;
}

/// Whether something was paid by the day, and all of it where there is a membership to judge by.
bool has_paid(Knowledge& knowledge, const PersonId& person, const AgentCase& asked,
              std::string_view scheme) {
  const auto is_for_it = [&](const Payment& payment) {
    return (scheme.empty() || payment.scheme.empty() || payment.scheme == scheme) &&
           payment.year == asked.year && payment.paid_on <= asked.on && payment.net().value > 0;
  };
  const auto payments = payments_of(knowledge.person(person), asked.jurisdiction);
  if (std::ranges::none_of(payments, is_for_it)) return false;
  bool is_member = false;
  for (const auto& held : coverage_timeline(knowledge, person, asked.jurisdiction).years) {
    if (held.year != asked.year || (!scheme.empty() && held.membership.scheme != scheme)) continue;
    is_member = true;
    if (held.paid_on && *held.paid_on <= asked.on) return true;
  }
  return !is_member;
}

void judge_standing(Knowledge& knowledge, const AgentCase& asked, std::string_view scheme,
                    RosterMember& member) {
  if (has_paid(knowledge, member.person, asked, scheme)) {
    member.standing = Standing::paid;
    return;
  }
  const auto exemption = exemption_of(knowledge, {.person = member.person,
                                                  .jurisdiction = asked.jurisdiction,
                                                  .scheme = scheme,
                                                  .on = asked.on});
  if (exemption.ruling.truth == Truth::yes) {
    member.standing = Standing::exempt;
  } else if (exemption.ruling.truth == Truth::unknown && exemption.is_ruled) {
    member.standing = exemption.is_unproven ? Standing::unproven : Standing::undetermined;
    member.why = undetermined_by(exemption.ruling, knowledge.rules(), asked.jurisdiction);
  } else {
    member.standing = Standing::missed;
  }
}

}  // namespace

const Rule* declaration_rule(const Rulebook& rules, Area jurisdiction, Year year) {
  for (const Rule* rule : rules.rules_of(RuleKind::agent_declaration, jurisdiction))
    if (rule->as<AgentDeclaration>().insurance_year == year) return rule;
  return nullptr;
}

std::array<std::int64_t, standing_count> AgentRoster::counts() const {
  std::array<std::int64_t, standing_count> counts{};
  for (const auto& member : members) ++counts[static_cast<std::size_t>(member.standing)];
  return counts;
}

AgentRoster judge_roster(Knowledge& knowledge, const AgentCase& asked) {
  const auto& dossier = knowledge.unit(asked.unit);
  const Fact* roster = latest_roster(dossier, asked.year, asked.on);
  AgentRoster result{.members = eligible_on_roster(dossier, roster, asked.year, asked.on),
                     .head_count = {}};
  if (roster != nullptr) result.head_count = roster->event.integer(Field::entries);
  const Rule* rule = declaration_rule(knowledge.rules(), asked.jurisdiction, asked.year);
  const std::string scheme = rule == nullptr ? "" : rule->as<AgentDeclaration>().scheme;
  AgentCase stands = asked;  // what comes after the close is taken for nobody
  if (rule != nullptr) stands.on = std::min(asked.on, rule->as<AgentDeclaration>().declared_to);
  for (auto& member : result.members) {
    knowledge.stay_small();
    judge_standing(knowledge, stands, scheme, member);
  }
  return result;
}

std::optional<AgentDeclared> declared_by(const Dossier& agent, Year year, Date on) {
  const Fact* latest = nullptr;
  for (const auto& fact : agent.of(EventType::agent_declaration_filed)) {
    const auto valid_on = fact.event.envelope().valid_on;
    if (fact.event.year(Field::insurance_year) == year && (!valid_on || *valid_on <= on))
      latest = &fact;
  }
  if (latest == nullptr) return std::nullopt;
  const auto& event = latest->event;
  return AgentDeclared{.sequence = latest->sequence,
                       .payers = event.integer(Field::payers),
                       .exempt = event.integer(Field::exempt),
                       .amount = event.money(Field::amount),
                       .on = event.envelope().valid_on};
}

Judged<ledger::Fen> amount_per_payer(const Rule& rule, const Rulebook& rules, Step& step) {
  const auto& declaration = rule.as<AgentDeclaration>();
  return amount_of(
      declaration.per_payer,
      {.jurisdiction = rule.jurisdiction, .name = {}, .year = declaration.insurance_year}, rules,
      {}, step);
}

}  // namespace kinledger::projections

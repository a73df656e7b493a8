#include "projections/judgments/personal_accounts.h"

#include <algorithm>
#include <utility>

#include "projections/judgments/sums.h"

namespace kinledger::projections {
namespace {

using ledger::AccountYear;
using ledger::Area;
using ledger::Date;
using ledger::EventType;
using ledger::Fen;
using ledger::Field;

void book(PersonalAccount& account, AccountYear year_class, Fen amount) {
  if (year_class == AccountYear::current) add_up(account.current, amount);
  if (year_class == AccountYear::past) add_up(account.past, amount);
}

Fen negative(Fen amount) { return {-amount.value}; }

/// Credits and expenses of the person's own account.
void book_own(const Dossier& person, Date on, PersonalAccount& account) {
  for (const auto type : {EventType::account_credited, EventType::account_spent}) {
    for (const auto& fact : person.of(type)) {
      if (act_date(fact) > on) continue;
      const Fen amount = fact.event.money(Field::amount).value_or(Fen{});
      book(account, fact.event.as<AccountYear>(Field::year_class),
           type == EventType::account_credited ? amount : negative(amount));
    }
  }
}

}  // namespace

Ruling transfer_allowed(const Rulebook& rules, Area jurisdiction, AccountYear year_class, Date on) {
  Ruling ruling;
  const auto in_force = rules.rules_of(RuleKind::account_transfer, jurisdiction, on);
  if (in_force.empty()) {
    ruling.backing.weaken(ledger::Certainty::open);
    ruling.causes.push_back(
        {"no_rule", "没有已采用的规则规定家庭共济", "no adopted rule speaks of moving balances"});
    return ruling;
  }
  for (const Rule* rule : in_force) {
    const auto& classes = rule->as<AccountTransfer>().year_classes;
    ruling.truth = truth_of(std::ranges::find(classes, year_class) != classes.end());
    ruling.backing.apply(*rule);
    ruling.steps.push_back({.rule = rule});
    if (ruling.truth == Truth::yes) return ruling;
  }
  // The text names what may be moved; that the rest may not follows from it.
  ruling.backing.weaken(ledger::Certainty::derived);
  ruling.causes.push_back({"year_class", "该类账户资金不在可转移范围内",
                           "a balance of that class is not one that may be moved"});
  return ruling;
}

Ruling item_allowed(const Rulebook& rules, Area jurisdiction, std::string_view item,
                    AccountYear year_class, Date on) {
  Ruling ruling = no_rule_ruling("没有已采用的规则列出该账户可支付的项目",
                                 "no adopted rule lists what that balance may be spent on");
  for (const Rule* rule : rules.rules_of(RuleKind::account_items, jurisdiction, on)) {
    const auto& named = rule->as<AccountItems>();
    if (named.year_class != year_class) continue;
    ruling = {.truth = truth_of(std::ranges::find(named.items, item) != named.items.end()),
              .steps = {{.rule = rule}}};
    ruling.backing.apply(*rule);
    if (ruling.truth == Truth::yes) return ruling;
    ruling.backing.weaken(ledger::Certainty::derived);
    ruling.causes = {{"item", "不在可支付项目之列", "the item is not on the list"}};
  }
  return ruling;
}

PersonalAccount judge_account(Knowledge& knowledge, const ledger::PersonId& person,
                              Area jurisdiction, Date on) {
  PersonalAccount account;
  const auto& dossier = knowledge.person(person);
  book_own(dossier, on, account);
  for (const auto& fact : dossier.of(EventType::account_transferred)) {
    const auto from = fact.event.person(Field::person);
    const auto to = fact.event.person(Field::to_person);
    if (!from || !to || act_date(fact) > on) continue;
    AccountMove move;
    move.sequence = fact.sequence;
    move.on = fact.event.envelope().valid_on.value_or(on);
    move.from = *from;
    move.to = *to;
    move.year_class = fact.event.as<AccountYear>(Field::year_class);
    move.amount = fact.event.money(Field::amount).value_or(Fen{});
    move.allowed = transfer_allowed(knowledge.rules(), jurisdiction, move.year_class, move.on);
    if (dossier.names(*from)) book(account, move.year_class, negative(move.amount));
    if (dossier.names(*to)) book(account, move.year_class, move.amount);
    account.moves.push_back(std::move(move));
  }
  std::ranges::stable_sort(account.moves, {}, &AccountMove::on);
  return account;
}

}  // namespace kinledger::projections

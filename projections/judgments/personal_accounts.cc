#include "projections/judgments/personal_accounts.h"

#include <algorithm>
#include <utility>

#include "projections/condition_tests.h"
#include "projections/judgments/coverage.h"
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

/// Credits, expenses and moves of the person's own account, of those records that count.
template <class Counts>
PersonalAccount booked(const Dossier& person, const Counts& counts) {
  PersonalAccount account;
  const auto book_as = [&](const Fact& fact, Fen amount) {
    book(account, fact.event.as<AccountYear>(Field::year_class), amount);
  };
  for (const auto type :
       {EventType::account_credited, EventType::account_spent, EventType::account_transferred}) {
    for (const auto& fact : person.of(type)) {
      if (!counts(fact)) continue;
      const Fen amount = fact.event.money(Field::amount).value_or(Fen{});
      const auto owner = fact.event.person(Field::person);
      const auto to = fact.event.person(Field::to_person);
      if (type == EventType::account_credited) {
        book_as(fact, amount);
      } else if (type == EventType::account_spent || (owner && to && person.names(*owner))) {
        book_as(fact, negative(amount));
      }
      if (owner && to && person.names(*to)) book_as(fact, amount);
    }
  }
  return account;
}

/// What the records up to the act, without it, come to.
Fen balance_before(const Dossier& person, AccountYear year_class, const Fact& act) {
  const auto account = booked(person, [&](const Fact& fact) {
    return std::pair(act_date(fact), fact.sequence) < std::pair(act_date(act), act.sequence);
  });
  return year_class == AccountYear::past ? account.past : account.current;
}

/// Lets a ruling hang on a further condition, of which the weakest decides.
void require(Ruling& ruling, Truth truth, Cause cause) {
  if (truth == Truth::yes || truth > ruling.truth) return;
  if (truth < ruling.truth) ruling.causes.clear();
  ruling.truth = truth;
  ruling.causes.push_back(std::move(cause));
}

/// From a parent to the child, who must be insured, and no more than there is.
Ruling move_allowed(Knowledge& knowledge, Area jurisdiction, const Fact& fact,
                    const AccountMove& move) {
  auto ruling = transfer_allowed(knowledge.rules(), jurisdiction, move.year_class, move.on);
  if (ruling.truth != Truth::yes) return ruling;
  const auto is_parent = [&](const ledger::PersonId& parent, const ledger::PersonId& child) {
    const auto parents = parents_of({knowledge.person(child), move.on, jurisdiction, knowledge});
    return std::ranges::find(parents, parent, &Parent::person) != parents.end();
  };
  if (is_parent(move.to, move.from)) {
    require(ruling, Truth::no,
            {"direction", "由子女转给父母", "moved from the child to the parent"});
  } else if (!is_parent(move.from, move.to)) {
    require(ruling, Truth::unknown,
            {"kinship", "未登记：转入人是转出人的子女",
             "not recorded: that it was moved to a child of the account's owner"});
  }
  const auto timeline = coverage_timeline(knowledge, move.to, jurisdiction);
  const auto* held = timeline.described(ledger::year_of(move.on), move.on);
  const bool is_insured = held != nullptr && held->membership.handled_on <= move.on &&
                          (!held->membership.ended_on || *held->membership.ended_on > move.on);
  require(ruling, truth_of(is_insured), {"insured", "转入人未参保", "the receiver is not insured"});
  // The balance of years that the ledger did not see may cover the rest; of an account of which it
  // saw nothing it has no balance to hold against the move.
  const auto& owner = knowledge.person(move.from);
  const bool is_there = owner.of(EventType::account_credited).empty() ||
                        move.amount <= balance_before(owner, move.year_class, fact);
  require(ruling, is_there ? Truth::yes : Truth::unknown,
          {"balance", "未登记：足够的账户余额", "not recorded: a balance that is enough"});
  if (ruling.truth == Truth::no) ruling.backing.weaken(ledger::Certainty::derived);
  if (ruling.truth == Truth::unknown) ruling.backing.weaken(ledger::Certainty::open);
  return ruling;
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

Ruling item_allowed(Knowledge& knowledge, const ledger::PersonId& person, Area jurisdiction,
                    const AccountUse& use) {
  Ruling ruling = no_rule_ruling("没有已采用的规则列出该账户可支付的项目",
                                 "no adopted rule lists what that balance may be spent on");
  for (const Rule* rule :
       knowledge.rules().rules_of(RuleKind::account_items, jurisdiction, use.on)) {
    const auto& named = rule->as<AccountItems>();
    if (named.year_class != use.year_class) continue;
    auto population = population_ruling(*rule, named.population, person, use.on, knowledge);
    if (population.truth == Truth::no) continue;
    ruling = std::move(population);
    if (ruling.truth == Truth::unknown) continue;
    ruling.truth = truth_of(std::ranges::find(named.items, use.item) != named.items.end());
    if (ruling.truth == Truth::yes) return ruling;
    ruling.backing.weaken(ledger::Certainty::derived);
    ruling.causes = {{"item", "不在可支付项目之列", "the item is not on the list"}};
  }
  return ruling;
}

PersonalAccount judge_account(Knowledge& knowledge, const ledger::PersonId& person,
                              Area jurisdiction, Date on) {
  const auto& dossier = knowledge.person(person);
  auto account = booked(dossier, [on](const Fact& fact) { return act_date(fact) <= on; });
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
    move.allowed = move_allowed(knowledge, jurisdiction, fact, move);
    account.moves.push_back(std::move(move));
  }
  std::ranges::stable_sort(account.moves, {}, &AccountMove::on);
  return account;
}

}  // namespace kinledger::projections

#include "projections/judgments/steps.h"

#include <algorithm>

#include "projections/judgments/coverage.h"
#include "projections/judgments/payments.h"

namespace kinledger::projections {
namespace {

using ledger::Area;
using ledger::Date;
using ledger::EventType;
using ledger::Field;

std::optional<DoneStep> first_of(const Dossier& person, EventType type,
                                 std::optional<ledger::Year> year, Date by,
                                 bool (*counts)(const ledger::EventView&)) {
  std::optional<DoneStep> first;
  for (const auto& fact : person.of(type)) {
    const auto on = fact.event.envelope().valid_on;
    const auto of_year = fact.event.year(Field::insurance_year);
    if (!on || *on > by || !counts(fact.event) || (year && of_year && *of_year != *year)) continue;
    if (!first || *on < first->on) first = DoneStep{*on, fact.sequence};
  }
  return first;
}

bool any_event(const ledger::EventView&) { return true; }

template <ledger::CardState... states>
bool is_in_state(const ledger::EventView& event) {
  const auto state = event.as<ledger::CardState>(Field::state);
  return ((state == states) || ...);
}

std::optional<DoneStep> materials_sent(const Dossier& person, Date by) {
  const auto sent = first_of(person, EventType::card_batch_entry_sent, {}, by, any_event);
  return sent ? sent : first_of(person, EventType::card_material_submitted, {}, by, any_event);
}

/// The last of the payments up to the day.
std::optional<DoneStep> last_payment(const std::vector<Payment>& payments, Date by) {
  std::optional<DoneStep> last;
  for (const auto& payment : payments)
    if (payment.net().value > 0 && payment.paid_on <= by)
      last = DoneStep{payment.paid_on, payment.sequence};
  return last;
}

/// What the premium comes to is judged for a membership; without one any payment counts.
std::optional<DoneStep> paid_in_full(const StepCase& of, std::optional<ledger::Year> year,
                                     Date by) {
  const auto is_of_year = [&](ledger::Year other) { return !year || other == *year; };
  std::optional<DoneStep> first;
  bool is_member = false;
  for (const auto& held : coverage_timeline(of.knowledge, of.person, of.jurisdiction).years) {
    if (!is_of_year(held.year)) continue;
    is_member = true;
    if (!held.paid_on || *held.paid_on > by || (first && first->on <= *held.paid_on)) continue;
    if (const auto last = last_payment(held.payments, *held.paid_on)) first = last;
  }
  if (is_member) return first;
  for (const auto& payment : payments_of(of.knowledge.person(of.person), of.jurisdiction)) {
    if (is_of_year(payment.year) && payment.net().value > 0 && payment.paid_on <= by)
      return DoneStep{payment.paid_on, payment.sequence};
  }
  return std::nullopt;
}

/// Whoever had a card before handing anything in for one, on or before the last day of the step,
/// where the rules say that he does not apply again.
bool needs_no_card(const StepCase& of, const Milestones::Milestone& milestone) {
  using enum Milestones::Step;
  if (milestone.step != card_materials && milestone.step != card_at_unit) return false;
  const auto held = step_done(of, card, {}, milestone.to);
  if (!held || materials_sent(of.knowledge.person(of.person), held->on)) return false;
  const auto routes =
      of.knowledge.rules().rules_of(RuleKind::card_route, of.jurisdiction, milestone.to);
  return std::ranges::any_of(
      routes, [](const Rule* route) { return route->as<CardRoute>().without_card_only; });
}

}  // namespace

RuleSteps steps_by(const Rule& rule, Knowledge& knowledge, const ledger::PersonId& person,
                   Date on) {
  const auto& duties = rule.as<Milestones>();
  RuleSteps result{population_ruling(rule, duties.population, person, on, knowledge), {}};
  if (result.population.truth == Truth::no) return result;
  const StepCase of{knowledge, person, rule.jurisdiction};
  for (const auto& milestone : duties.milestones) {
    DueStep step{.step = milestone.step,
                 .from = milestone.from,
                 .to = milestone.to,
                 .obligatory = duties.obligatory && !needs_no_card(of, milestone)};
    if (const auto done = step_done(of, milestone.step, duties.insurance_year, on)) {
      step.done_on = done->on;
      step.sequence = done->sequence;
      step.met = done->on <= milestone.to && (!milestone.from || *milestone.from <= done->on);
    } else if (on > milestone.to) {
      step.met = false;
    }
    result.steps.push_back(step);
  }
  return result;
}

StepsJudgment due_steps(Knowledge& knowledge, const ledger::PersonId& person, Area jurisdiction,
                        ledger::Year year, Date on) {
  StepsJudgment result;
  auto& all_met = result.all_met;
  all_met.truth = Truth::yes;
  bool is_ruled = false;
  for (const Rule* rule : knowledge.rules().rules_of(RuleKind::milestones, jurisdiction)) {
    if (rule->as<Milestones>().insurance_year != year) continue;
    const auto [population, steps] = steps_by(*rule, knowledge, person, on);
    if (population.truth == Truth::no) continue;
    is_ruled = true;
    all_met.backing.add(population.backing);
    append(all_met.steps, population.steps);
    if (population.truth == Truth::unknown) {
      // Whether the steps are this person's is not known: "all done" would be saying too much.
      all_met.truth = all_of(all_met.truth, Truth::unknown);
      all_met.open_point = population.open_point;
      all_met.causes.insert(all_met.causes.end(), population.causes.begin(),
                            population.causes.end());
      continue;
    }
    for (const auto& step : steps) {
      result.steps.push_back(step);
      if (!step.obligatory || step.met != false) continue;
      const auto word = word_of(step.step);
      all_met.truth = Truth::no;
      all_met.causes.push_back(
          {"milestone", "未按期：" + word.label.zh, "not done in time: " + word.label.en});
    }
  }
  if (!is_ruled) {
    all_met = no_rule_ruling("没有已采用的规则规定此人的时间节点",
                             "no adopted rule sets milestones for this person");
  }
  return result;
}

Word word_of(Milestones::Step step) {
  using enum Milestones::Step;
  switch (step) {
    case enrollment:
      return {"enrollment", {"参保登记", "enrollment"}};
    case payment:
      return {"payment", {"缴费", "payment"}};
    case card_materials:
      return {"card_materials", {"提交制卡材料", "card materials handed in"}};
    case card:
      return {"card", {"申领社会保障卡", "social security card"}};
    case card_at_unit:
      return {"card_at_unit", {"卡送达单位", "card at the unit"}};
    case card_activated:
      return {"card_activated", {"激活金融账户", "financial account activated"}};
    case debit_agreement:
      return {"debit_agreement", {"签订代扣协议", "debit agreement"}};
  }
  invariant(false);
}

std::optional<DoneStep> step_done(const StepCase& of, Milestones::Step step,
                                  std::optional<ledger::Year> year, Date by) {
  using enum Milestones::Step;
  using ledger::CardState;
  const auto& person = of.knowledge.person(of.person);
  switch (step) {
    case enrollment:
      return first_of(person, EventType::enrollment_registered, year, by, any_event);
    case payment:
      return paid_in_full(of, year, by);
    case card_materials:
      return materials_sent(person, by);
    case card:
      return first_of(person, EventType::card_state_changed, {}, by,
                      is_in_state<CardState::issued, CardState::delivered, CardState::collectable,
                                  CardState::collected, CardState::activated>);
    case card_at_unit:
      return first_of(person, EventType::card_state_changed, {}, by,
                      is_in_state<CardState::delivered>);
    case card_activated:
      return first_of(person, EventType::card_state_changed, {}, by,
                      is_in_state<CardState::activated>);
    case debit_agreement:
      return first_of(person, EventType::debit_agreement_recorded, {}, by, any_event);
  }
  invariant(false);
}

Ruling steps_before(Milestones::Step step, const StepCase& of, Date at) {
  const auto orders = of.knowledge.rules().rules_of(RuleKind::step_order, of.jurisdiction, at);
  if (orders.empty()) {
    return no_rule_ruling("没有已采用的规则规定办理顺序",
                          "no adopted rule says which step comes first");
  }
  const Rule& rule = *orders.front();
  Ruling in_order{.truth = Truth::yes, .backing = Backing::of(rule), .steps = {{.rule = &rule}}};
  for (const auto before : rule.as<StepOrder>().steps) {
    if (before == step) break;
    if (step_done(of, before, {}, at)) continue;
    const auto word = word_of(before);
    in_order.truth = Truth::no;
    in_order.causes.push_back(
        {"step_missing", "须先完成：" + word.label.zh, "needed first: " + word.label.en});
  }
  return in_order;
}

}  // namespace kinledger::projections

#include "projections/judgments/reimbursement.h"

#include <algorithm>
#include <utility>

#include "projections/judgments/coverage.h"
#include "projections/judgments/sums.h"

namespace kinledger::projections {
namespace {

using ledger::Area;
using ledger::Date;
using ledger::EventType;
using ledger::Fen;
using ledger::Field;
using ledger::Year;

/// Everything that the steps of one judgment share.
struct ReimbursementCase : SettlementCase {
  Knowledge& knowledge;
  const Timeline& timeline;

  const Dossier& dossier() const { return knowledge.person(child); }
};

void apply_base_rules(const ReimbursementCase& asked, Backing& backing, Steps& steps,
                      const std::vector<ledger::Sequence>& facts) {
  const Date year_end = ledger::last_day(asked.year);
  for (const Rule* rule : asked.knowledge.rules().rules_of(RuleKind::reimbursable_base,
                                                           asked.jurisdiction, year_end)) {
    backing.apply(*rule);
    steps.push_back({.rule = rule, .facts = facts});
  }
}

void take_annual(const ReimbursementCase& asked, const Fact& annual,
                 ReimbursementJudgment& result) {
  Backing backing = result.subsidy.ruling.backing;
  apply_base_rules(asked, backing, result.steps, {annual.sequence});
  result.eligible = Judged<Fen>::of(
      annual.event.money(Field::subsidy_eligible_amount).value_or(Fen{}), std::move(backing));
}

/// Services settled under the scheme while it covered; what lies outside is told apart.
void take_services(const ReimbursementCase& asked, ReimbursementJudgment& result) {
  Fen eligible;
  Fen deductible;
  Backing backing = result.subsidy.ruling.backing;
  std::vector<ledger::Sequence> facts;
  std::optional<Undetermined> open_cover;
  for (const auto& fact : asked.dossier().of(EventType::medical_settlement_recorded)) {
    if (!is_about(fact, asked.dossier(), asked.jurisdiction)) continue;
    const Date served_on = act_date(fact);
    const auto year = fact.event.year(Field::settlement_year);
    if (year.value_or(ledger::year_of(served_on)) != asked.year || served_on > asked.on) continue;
    const auto amount = fact.event.money(Field::subsidy_eligible);
    if (!amount) continue;
    facts.push_back(fact.sequence);
    const auto* span = asked.timeline.on(served_on);
    const bool is_covered = span != nullptr && span->state == CoverageState::covered;
    if (span != nullptr) backing.add(span->backing);
    if (span != nullptr && span->year != CoverageSpan::no_year) {
      append(result.steps, asked.timeline.years[span->year].steps);
    }
    if (span != nullptr && span->open) {
      open_cover = span->open;
      continue;
    }
    add_up(is_covered ? eligible : result.excluded, *amount);
    if (is_covered) add_up(deductible, fact.event.money(Field::deductible).value_or(Fen{}));
  }
  apply_base_rules(asked, backing, result.steps, facts);
  for (const auto& step : result.steps) {
    if (step.rule->kind() != RuleKind::reimbursable_base) continue;
    // Which services count is then read off each settlement, not off the year's.
    for (const auto& point : step.rule->open_points) backing.rely_on(point);
  }
  if (facts.empty()) {
    const Cause cause{"settlement", "未登记：该年度的结算信息",
                      "not recorded: a settlement of that year"};
    result.eligible = Judged<Fen>::open(missing(cause, asked.knowledge.rules(), asked.jurisdiction),
                                        std::move(backing));
    return;
  }
  if (open_cover) {
    result.eligible = Judged<Fen>::open(*std::move(open_cover), std::move(backing));
    return;
  }
  result.deductible = deductible;
  result.eligible = Judged<Fen>::of(eligible, std::move(backing));
}

void judge_eligible(const ReimbursementCase& asked, ReimbursementJudgment& result) {
  const Truth truth = result.subsidy.ruling.truth;
  const Fact* annual = annual_settlement(asked.dossier(), asked.jurisdiction, asked.year, asked.on);
  // The family bears it, whether or not the rest is reimbursed.
  if (annual != nullptr) result.deductible = annual->event.money(Field::deductible_total);
  if (truth == Truth::no) {
    result.eligible = Judged<Fen>::of({}, result.subsidy.ruling.backing);
  } else if (annual != nullptr) {
    take_annual(asked, *annual, result);
  } else {
    take_services(asked, result);
  }
  if (truth == Truth::unknown) {
    result.eligible = Judged<Fen>::open(
        undetermined_by(result.subsidy.ruling, asked.knowledge.rules(), asked.jurisdiction),
        result.subsidy.ruling.backing);
  }
}

/// One record of a year's expense supports one reimbursement of it, whichever unit pays (O-07).
void judge_excess(const ReimbursementCase& asked, ReimbursementJudgment& result) {
  result.excess_backing = result.eligible.backing;
  for (const auto& reimbursement : result.reimbursements) {
    if (reimbursement.unit == result.reimbursements.front().unit) continue;
    result.excess_backing.rely_on(asked.knowledge.rules()
                                      .reading(Convention::reimbursing_unit, asked.jurisdiction,
                                               ledger::first_day(asked.year))
                                      .point);
  }
  if (!result.eligible.value) {
    result.reimbursable = result.eligible;
    return;
  }
  const Fen left = difference(*result.eligible.value, result.reimbursed);
  result.reimbursable = Judged<Fen>::of(not_below_zero(left), result.excess_backing);
  result.excess = not_below_zero({-left.value});
}

}  // namespace

const Fact* annual_settlement(const Dossier& child, Area jurisdiction, Year year, Date on) {
  const Fact* found = nullptr;
  for (const auto& fact : child.of(EventType::annual_settlement_received)) {
    if (!is_about(fact, child, jurisdiction)) continue;
    if (fact.event.year(Field::settlement_year) != year) continue;
    if (act_date(fact) <= on) found = &fact;
  }
  return found;
}

std::vector<Reimbursement> reimbursements_of(const Dossier& dossier, Date on) {
  std::vector<Reimbursement> reimbursements;
  std::vector<ledger::FactId> facts;
  for (const auto& fact : dossier.of(EventType::subsidy_reimbursed)) {
    const auto& event = fact.event;
    const auto child = event.person(Field::person);
    const auto unit = event.unit(Field::unit);
    const auto year = event.year(Field::settlement_year);
    if (!child || !unit || !year || act_date(fact) > on) continue;
    reimbursements.push_back({.sequence = fact.sequence,
                              .child = *child,
                              .unit = *unit,
                              .paid_on = act_date(fact),
                              .settlement_year = *year,
                              .fund_year = event.year(Field::fund_year),
                              .amount = event.money(Field::amount).value_or(Fen{}),
                              .from_channel = event.money(Field::from_channel),
                              .from_fiscal = event.money(Field::from_fiscal),
                              .paid_back = {},
                              .reversals = {}});
    facts.push_back(event.envelope().fact);
  }
  for (const auto& fact : dossier.of(EventType::reimbursement_reversed)) {
    if (act_date(fact) > on) continue;
    const auto& event = fact.event;
    const auto named = event.fact(Field::reimbursement);
    for (std::size_t i = reimbursements.size(); i-- > 0;) {
      auto& paid = reimbursements[i];
      const bool is_its = named ? facts[i] == *named
                                : paid.child == event.person(Field::person) &&
                                      paid.unit == event.unit(Field::unit) &&
                                      paid.settlement_year == event.year(Field::settlement_year);
      if (!is_its) continue;
      add_up(paid.paid_back, event.money(Field::amount).value_or(Fen{}));
      paid.reversals.push_back(fact.sequence);
      break;
    }
  }
  std::ranges::stable_sort(reimbursements, {}, &Reimbursement::paid_on);
  return reimbursements;
}

Judged<ledger::Interval> reimbursement_window(const Rulebook& rules, Area jurisdiction,
                                              Year settlement_year, Steps& steps) {
  const Date year_end = ledger::last_day(settlement_year);
  const auto windows = rules.rules_of(RuleKind::reimbursement_window, jurisdiction, year_end);
  if (windows.empty()) {
    return Judged<ledger::Interval>::open(
        no_rule("没有已采用的规则规定报销年份", "no adopted rule sets when it is reimbursed"));
  }
  const Rule& rule = *windows.front();
  auto backing = Backing::of(rule);
  rely_on_declared(backing, point_calendar_year, rules, jurisdiction);
  steps.push_back({.rule = &rule});
  const Year year{settlement_year.value + rule.as<ReimbursementWindow>().years_after};
  return Judged<ledger::Interval>::of({ledger::first_day(year), ledger::first_day_after(year)},
                                      std::move(backing));
}

ReimbursementJudgment judge_reimbursement(Knowledge& knowledge, const SettlementCase& settlement) {
  ReimbursementJudgment result;
  const auto timeline = coverage_timeline(knowledge, settlement.child, settlement.jurisdiction);
  const ReimbursementCase asked{settlement, knowledge, timeline};
  result.subsidy = judge_subsidy(knowledge, settlement, timeline);
  append(result.steps, result.subsidy.ruling.steps);
  result.window =
      reimbursement_window(knowledge.rules(), asked.jurisdiction, asked.year, result.steps);
  for (auto& reimbursement : reimbursements_of(asked.dossier(), asked.on)) {
    const bool counts =
        asked.dossier().names(reimbursement.child) && reimbursement.settlement_year == asked.year;
    if (!counts) continue;
    if (result.window.value) {
      reimbursement.in_window = contains(*result.window.value, reimbursement.paid_on);
    }
    add_up(result.reimbursed, difference(reimbursement.amount, reimbursement.paid_back));
    result.reimbursements.push_back(reimbursement);
  }
  judge_eligible(asked, result);
  judge_excess(asked, result);
  return result;
}

}  // namespace kinledger::projections

#include "projections/judgments/employers.h"

#include <algorithm>

#include "projections/judgments/sums.h"

namespace kinledger::projections {
namespace {

using ledger::Date;
using ledger::EventType;
using ledger::Fen;
using ledger::Field;

/// Compares without rounding: wage * 10,000 against average * share.
bool is_below(Fen wage, Fen average, std::int32_t share) {
  constexpr __int128 whole = 10'000;
  return static_cast<__int128>(wage.value) * whole < static_cast<__int128>(average.value) * share;
}
bool is_above(Fen wage, Fen average, std::int32_t share) {
  constexpr __int128 whole = 10'000;
  return static_cast<__int128>(wage.value) * whole > static_cast<__int128>(average.value) * share;
}

Judged<Rounded> base_of(Fen wage, Fen average, const Rule& rule) {
  const auto& base = rule.as<WageBase>();
  auto backing = Backing::of(rule);
  backing.weaken(ledger::Certainty::derived);
  const bool too_low = is_below(wage, average, base.at_least_basis_points);
  const bool too_high = is_above(wage, average, base.at_most_basis_points);
  if (!too_low && !too_high) return Judged<Rounded>::of(Rounded::exactly(wage), std::move(backing));
  return Judged<Rounded>::of(
      share_of(average, too_low ? base.at_least_basis_points : base.at_most_basis_points),
      std::move(backing));
}

/// Of acts up to the day the later by its date holds; of one day the one recorded later.
bool holds_over(const Fact* found, const Fact& fact, Date on) {
  return act_date(fact) <= on && (found == nullptr || act_date(fact) >= act_date(*found));
}

const Fact* assessment(const Dossier& unit, const EmployerMonth& asked) {
  const Fact* found = nullptr;
  for (const auto& fact : unit.of(EventType::employer_contribution_assessed))
    if (fact.event.month(Field::month) == asked.month && holds_over(found, fact, asked.on))
      found = &fact;
  return found;
}

/// The first payment of the month that is stated to be in full, up to the day of asking.
const Fact* full_payment(const Dossier& unit, const EmployerMonth& asked) {
  const Fact* found = nullptr;
  for (const auto& fact : unit.of(EventType::employer_contribution_paid)) {
    if (fact.event.month(Field::month) != asked.month || act_date(fact) > asked.on) continue;
    if (fact.event.as<ledger::YesNo>(Field::in_full) != ledger::YesNo::yes) continue;
    if (found == nullptr || act_date(fact) < act_date(*found)) found = &fact;
  }
  return found;
}

constexpr std::int32_t months_of_an_order_max = 240;

/// Inclusive, as far as it counts; without a last month the first one alone.
struct OrderedMonths {
  ledger::Month first;
  ledger::Month last;
};
std::optional<OrderedMonths> ordered_months(const Fact& order) {
  const auto first = order.event.month(Field::first_month);
  if (!first) return std::nullopt;
  const ledger::Month last_that_counts{first->index + months_of_an_order_max - 1};
  return OrderedMonths{
      *first, std::min(order.event.month(Field::last_month).value_or(*first), last_that_counts)};
}

const Fact* order_for(const Dossier& unit, const EmployerMonth& asked) {
  const Fact* found = nullptr;
  for (const auto& fact : unit.of(EventType::arrears_order_issued)) {
    const auto months = ordered_months(fact);
    const bool covers = months && months->first <= asked.month && asked.month <= months->last;
    if (covers && holds_over(found, fact, asked.on)) found = &fact;
  }
  return found;
}

/// Whether the month was not paid in full by the day on which it was due. Who is ordered to pay has
/// not done so; unknown where neither that day nor an order is recorded.
Truth is_late(const ArrearsJudgment& month, const EmployerMonth& asked, const Fact* order) {
  if (!month.due_on) return order == nullptr ? Truth::unknown : Truth::yes;
  return truth_of(month.paid_in_full_on.value_or(asked.on) > *month.due_on);
}

/// A rule whose text says what another one computes is a reason too.
void cite(const Rulebook& rules, std::string_view id, const EmployerMonth& asked, Steps& steps) {
  const auto& main = steps.front();
  const auto* saying = rule_saying(rules, id, *main.rule, ledger::first_day(asked.month));
  if (saying != main.rule) steps.push_back({.rule = saying, .facts = main.facts});
}

/// Day 1 of the n-th natural month of the trigger, by the convention.
Judged<Date> natural_month(const Rulebook& rules, const EmployerMonth& asked, Date trigger,
                           std::int32_t n, Backing backing) {
  const auto reading = rules.reading(Convention::natural_month, asked.jurisdiction, trigger);
  backing.rely_on(reading.point);
  const bool counts = reading.choice != "trigger_month_not_counted";
  return Judged<Date>::of(ledger::nth_natural_month(trigger, counts ? n : n + 1),
                          std::move(backing));
}

OrderLimit limit_of(const Rulebook& rules, ledger::Area jurisdiction, const Rule& rule,
                    const Fact& order) {
  OrderLimit limit{.rule = &rule, .days_max = rule.as<Arrears>().limit_days_max};
  limit.ok.backing.apply(rule);
  rely_on_declared(limit.ok.backing, "I-12", rules, jurisdiction);
  const auto limit_to = order.event.date(Field::limit_to);
  if (!limit_to) return limit;
  limit.days = ledger::days_between(act_date(order), *limit_to);
  limit.ok.truth = truth_of(limit.days <= limit.days_max);
  if (limit.ok.truth == Truth::no) {
    limit.ok.causes = {{"limit_days", "责令期限超过一般期限（提示）",
                        "the limit is longer than in general (a warning)"}};
  }
  return limit;
}

void judge_limit(const Rulebook& rules, const EmployerMonth& asked, const Rule& rule,
                 const Fact& order, ArrearsJudgment& result) {
  auto limit = limit_of(rules, asked.jurisdiction, rule, order);
  result.ordered_on = act_date(order);
  result.limit_to = order.event.date(Field::limit_to);
  result.limit_ok = std::move(limit.ok);
  if (result.limit_to) result.limit_days = limit.days;
}

/// After the limit: restored, or the employer bears the costs.
void judge_consequence(const Rulebook& rules, const EmployerMonth& asked, const Rule& rule,
                       ArrearsJudgment& result) {
  using enum ArrearsJudgment::State;
  const auto& arrears = rule.as<Arrears>();
  if (!result.limit_to) {
    // The documents tell what a payment inside the limit of an order does, and no other.
    if (result.paid_in_full_on) {
      result.state = paid_late;
      result.restored_from = Judged<Date>::open(
          open_point(arrears.open_point_late, rules, asked.jurisdiction), result.backing);
    }
    return;
  }
  const bool limit_is_over = asked.on > *result.limit_to;
  if (result.paid_in_full_on) {
    result.paid_in_time = *result.paid_in_full_on <= *result.limit_to;
  } else if (limit_is_over) {
    result.paid_in_time = false;
  }
  if (!result.paid_in_time) return;
  if (*result.paid_in_time) {
    result.state = restored;
    Backing backing = result.backing;
    rely_on_declared(backing, "I-12", rules, asked.jurisdiction);
    result.restored_from = natural_month(rules, asked, *result.paid_in_full_on,
                                         arrears.restored_natural_month, std::move(backing));
    return;
  }
  result.state = overdue;
  result.employer_liable_from = result.suspended_from;
  if (result.paid_in_full_on) {
    result.restored_from = Judged<Date>::open(
        open_point(arrears.open_point_late, rules, asked.jurisdiction), result.backing);
  }
}

/// Whether all is as expected, for a reason that leaves it open. What is wrong stays so.
void doubt(WageBases& bases, const Undetermined& why) {
  if (bases.conform.truth != Truth::yes) return;
  bases.conform.truth = Truth::unknown;
  bases.conform.open_point = why.open_point;
  bases.conform.causes = {{why.open_point.empty() ? "no_rule" : "base", why.why.zh, why.why.en}};
}

/// The total too.
void leave_open(WageBases& bases, const Undetermined& why) {
  auto& total = bases.total_share;
  if (!total.undetermined) total = Judged<Rounded>::open(why, total.backing);
  doubt(bases, why);
}

void refute(WageBases& bases, Cause cause) {
  auto& conform = bases.conform;
  if (conform.truth != Truth::no) conform.causes.clear();
  conform.truth = Truth::no;
  conform.open_point.clear();
  if (std::ranges::find(conform.causes, cause.code, &Cause::code) == conform.causes.end())
    conform.causes.push_back(std::move(cause));
}

void compare_base(WageBases& bases, const EmployeeBase& employee) {
  const auto& expected = *employee.expected_share.value;
  if (!expected.may_be(employee.recorded)) {
    refute(bases,
           {"base", "登记的缴费基数与应有基数不符", "a recorded base is not the expected one"});
  } else if (employee.expected.undetermined) {
    doubt(bases, *employee.expected.undetermined);
  }
}

void compare_total(WageBases& bases) {
  if (!bases.recorded_total || !bases.total_share.value) return;
  if (!bases.total_share.value->may_be(*bases.recorded_total)) {
    refute(bases, {"total", "登记的工资总额与各缴费基数之和不符",
                   "the recorded wage total is not the sum of the bases"});
  } else if (bases.total.undetermined) {
    doubt(bases, *bases.total.undetermined);
  }
}

/// An employee's base by the rule, or why there is none.
Judged<Rounded> expected_base(Fen wage, const std::optional<Announcement>& average,
                              const Rule& rule, const Rulebook& rules, ledger::Area jurisdiction) {
  if (average && average->amount) return base_of(wage, *average->amount, rule);
  const auto& point = rule.as<WageBase>().open_point_average;
  if (!point.empty()) return Judged<Rounded>::open(open_point(point, rules, jurisdiction));
  return Judged<Rounded>::open(
      no_rule("上年度平均工资尚未公告", "last year's average wage is not announced"));
}

}  // namespace

WageBases judge_wage_bases(Knowledge& knowledge, const EmployerMonth& asked) {
  WageBases result;
  result.conform.truth = Truth::yes;
  const auto& rules = knowledge.rules();
  const auto& unit = knowledge.unit(asked.unit);
  const Date month_begins = ledger::first_day(asked.month);
  const Rule* rule = rules.first_rule(RuleKind::wage_base, asked.jurisdiction, month_begins);
  if (rule == nullptr) {
    const auto why = no_rule("没有已采用的规则规定缴费基数",
                             "no adopted rule says what the contribution base is");
    result.total = Judged<Fen>::open(why);
    result.total_share = Judged<Rounded>::open(why);
    result.conform = no_rule_ruling(why.why.zh, why.why.en);
    return result;
  }
  const auto& base = rule->as<WageBase>();
  const auto last_year = ledger::Year{ledger::year_of(month_begins).value - 1};
  const auto average = rules.announced(
      {.jurisdiction = asked.jurisdiction, .name = base.average, .year = last_year});
  Step step{.rule = rule};
  if (average) step.facts.push_back(average->sequence);
  const auto rounding = [&] { return open_point(base.open_point, rules, asked.jurisdiction); };
  auto sum = Rounded::exactly({});
  result.total_share.backing.apply(*rule);
  result.total_share.backing.weaken(ledger::Certainty::derived);
  for (const auto& fact : unit.of(EventType::employer_contribution_base_assessed)) {
    if (fact.event.month(Field::month) != asked.month || act_date(fact) > asked.on) continue;
    EmployeeBase employee{.person = fact.event.person(Field::person).value_or(ledger::PersonId{}),
                          .average_wage = fact.event.money(Field::average_wage).value_or(Fen{}),
                          .recorded = fact.event.money(Field::base).value_or(Fen{}),
                          .sequence = fact.sequence};
    step.facts.push_back(fact.sequence);
    employee.expected_share =
        expected_base(employee.average_wage, average, *rule, rules, asked.jurisdiction);
    employee.expected = in_whole_fen(employee.expected_share, rounding);
    if (employee.expected_share.undetermined) {
      leave_open(result, *employee.expected_share.undetermined);
    } else {
      add_up(sum, *employee.expected_share.value);
      compare_base(result, employee);
    }
    result.employees.push_back(std::move(employee));
  }
  if (result.employees.empty()) {
    leave_open(result, missing({"base", "未登记：职工的缴费基数",
                                "not recorded: contribution bases of employees"},
                               rules, asked.jurisdiction));
  }
  if (!result.total_share.undetermined) result.total_share.value = sum;
  result.total = in_whole_fen(result.total_share, rounding);
  if (const auto* assessed = assessment(knowledge.unit_itself(asked.unit), asked)) {
    result.recorded_total = assessed->event.money(Field::wage_total);
    step.facts.push_back(assessed->sequence);
  }
  compare_total(result);
  // What is wrong under every rounding does not hang on the rounding.
  result.conform.backing =
      result.conform.truth == Truth::unknown ? result.total.backing : result.total_share.backing;
  result.steps.push_back(std::move(step));
  if (!result.employees.empty()) cite(rules, base.total_rule, asked, result.steps);
  return result;
}

std::set<ledger::Month> contribution_months(const Dossier& unit) {
  std::set<ledger::Month> months;
  for (const auto& fact : unit.of(EventType::employer_contribution_assessed))
    if (const auto month = fact.event.month(Field::month)) months.insert(*month);
  for (const auto& fact : unit.of(EventType::arrears_order_issued)) {
    const auto ordered = ordered_months(fact);
    if (!ordered) continue;
    for (auto month = ordered->first; month <= ordered->last; ++month.index) months.insert(month);
  }
  return months;
}

ArrearsJudgment judge_arrears(Knowledge& knowledge, const EmployerMonth& asked) {
  using enum ArrearsJudgment::State;
  ArrearsJudgment result;
  const auto& rules = knowledge.rules();
  const auto& unit = knowledge.unit_itself(asked.unit);
  const Fact* assessed = assessment(unit, asked);
  const auto* order = order_for(unit, asked);
  // An order says by itself that the month was due and was not paid.
  if (assessed == nullptr && order == nullptr) return result;
  Step step{.rule = nullptr};
  if (assessed != nullptr) {
    step.facts.push_back(assessed->sequence);
    result.due_on = assessed->event.date(Field::due_on);
  }
  if (const auto* payment = full_payment(unit, asked)) {
    result.paid_in_full_on = act_date(*payment);
    step.facts.push_back(payment->sequence);
  }
  const auto late = is_late(result, asked, order);
  if (late == Truth::no) {
    result.state = result.paid_in_full_on ? paid : due;
    return result;
  }
  if (late == Truth::unknown) {
    result.state_open = missing({"due_on", "未登记：缴费期限", "not recorded: the day it was due"},
                                rules, asked.jurisdiction);
  }
  result.state = in_arrears;
  const Rule* rule =
      rules.first_rule(RuleKind::arrears, asked.jurisdiction, ledger::first_day(asked.month));
  if (rule == nullptr) {
    result.suspended_from = Judged<Date>::open(
        no_rule("没有已采用的规则规定单位欠费的后果", "no adopted rule says what arrears lead to"));
    return result;
  }
  const auto& arrears = rule->as<Arrears>();
  step.rule = rule;
  result.backing.apply(*rule);
  if (result.state_open) {
    result.suspended_from = Judged<Date>::open(*result.state_open, result.backing);
    result.restored_from = result.employer_liable_from = result.suspended_from;
    result.backing = result.suspended_from.backing;
    result.steps.push_back(std::move(step));
    return result;
  }
  result.backing.rely_on(arrears.open_point_counting);
  result.suspended_from = natural_month(rules, asked, ledger::first_day(asked.month),
                                        arrears.suspended_natural_month, result.backing);
  result.backing = result.suspended_from.backing;
  if (order != nullptr) {
    step.facts.push_back(order->sequence);
    judge_limit(rules, asked, *rule, *order, result);
  }
  judge_consequence(rules, asked, *rule, result);
  result.steps.push_back(std::move(step));
  if (order != nullptr) cite(rules, arrears.limit_rule, asked, result.steps);
  if (result.state == restored) cite(rules, arrears.restored_rule, asked, result.steps);
  if (result.state == overdue) cite(rules, arrears.employer_rule, asked, result.steps);
  return result;
}

OrderLimit judge_order_limit(const Rulebook& rules, ledger::Area jurisdiction, const Fact& order) {
  const Rule* rule = rules.first_rule(RuleKind::arrears, jurisdiction, act_date(order));
  return rule == nullptr ? OrderLimit{} : limit_of(rules, jurisdiction, *rule, order);
}

Word word_of(ArrearsJudgment::State state) {
  using enum ArrearsJudgment::State;
  switch (state) {
    case not_assessed:
      return {"not_assessed", {"未核定", "not assessed"}};
    case paid:
      return {"paid", {"已按时足额缴纳", "paid in time and in full"}};
    case due:
      return {"due", {"缴费期内", "still in time"}};
    case in_arrears:
      return {"in_arrears", {"欠费", "in arrears"}};
    case paid_late:
      return {"paid_late", {"逾期缴清，未经责令", "paid late, without an order"}};
    case restored:
      return {"restored", {"期限内缴清，已恢复", "paid inside the limit, restored"}};
    case overdue:
      return {"overdue", {"逾期未缴清", "not paid by the limit"}};
  }
  invariant(false);
}

Judged<Word> payer_on(const ArrearsJudgment& arrears, Date visit) {
  const Word fund{"fund", {"医保基金", "the fund"}};
  const Word employer{"employer", {"用人单位", "the employer"}};
  const Word nobody_yet{"suspended",
                        {"暂停，待缴清后补结算", "suspended: settled after the payment"}};
  const auto& suspended = arrears.suspended_from;
  if (suspended.undetermined) return Judged<Word>::open(*suspended.undetermined);
  if (!suspended.value || visit < *suspended.value || arrears.suspends_nobody()) {
    return Judged<Word>::of(fund, arrears.backing);
  }
  const bool after_late_payment = arrears.paid_in_full_on && visit > *arrears.paid_in_full_on;
  if (after_late_payment && arrears.restored_from.undetermined) {
    return Judged<Word>::open(*arrears.restored_from.undetermined, arrears.backing);
  }
  if (arrears.state == ArrearsJudgment::State::overdue) {
    return Judged<Word>::of(employer, arrears.backing);
  }
  if (arrears.state == ArrearsJudgment::State::restored) {
    return Judged<Word>::of(fund, arrears.restored_from.backing);
  }
  return Judged<Word>::of(nobody_yet, arrears.backing);
}

}  // namespace kinledger::projections

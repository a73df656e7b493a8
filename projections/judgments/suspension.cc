#include "projections/judgments/suspension.h"

#include <algorithm>
#include <map>
#include <utility>

#include "projections/judgments/employers.h"
#include "projections/judgments/units.h"

namespace kinledger::projections {
namespace {

using ledger::Date;
using ledger::EventType;
using ledger::Field;
using ledger::Interval;
using ledger::UnitId;

/// What one month of an employer leads to: suspended, until restored or until that is open.
std::vector<Suspension> consequences_of(const ArrearsJudgment& month, Date next_month) {
  // Without a rule nothing is suspended.
  if (month.steps.empty() || month.steps.front().rule == nullptr) return {};
  const auto& schemes = month.steps.front().rule->as<Arrears>().schemes;
  const auto& from = month.suspended_from;
  if (from.undetermined)
    return {{{next_month, std::nullopt}, schemes, from.undetermined, from.backing, month.steps}};
  if (!from.value) return {};
  const auto& restored = month.restored_from;
  Suspension suspended{{*from.value, restored.value}, schemes, {}, month.backing, month.steps};
  if (!restored.undetermined || !month.paid_in_full_on) return {std::move(suspended)};
  auto after = suspended;
  after.period = {std::max(ledger::add_days(*month.paid_in_full_on, 1), *from.value), {}};
  after.open = restored.undetermined;
  after.backing = restored.backing;
  suspended.period.until = after.period.from;
  return {std::move(suspended), std::move(after)};
}

bool is_in_time(const ArrearsJudgment& month, Date asked_on) {
  return month.state == ArrearsJudgment::State::in_arrears && !month.ordered_on && month.due_on &&
         asked_on <= *month.due_on;
}

std::vector<Suspension> suspensions_by(Knowledge& knowledge, const UnitId& employer,
                                       Date asked_on) {
  const auto jurisdiction = jurisdiction_of_unit(knowledge, employer);
  std::vector<Suspension> suspensions;
  for (const auto month : contribution_months(knowledge.unit_itself(employer))) {
    const auto judged = judge_arrears(
        knowledge,
        {.unit = employer, .jurisdiction = jurisdiction, .month = month, .on = ledger::date_max});
    const auto next_month = ledger::next_month_first_day(ledger::first_day(month));
    const bool may_suspend = judged.suspended_from.value || !judged.paid_in_full_on ||
                             *judged.paid_in_full_on >= next_month;
    if (!may_suspend || judged.suspends_nobody() || is_in_time(judged, asked_on)) continue;
    for (auto& each : consequences_of(judged, next_month)) suspensions.push_back(std::move(each));
  }
  return suspensions;
}

}  // namespace

std::vector<Suspension> suspensions_of(Knowledge& knowledge, const ledger::PersonId& person,
                                       Date asked_on) {
  std::map<UnitId, std::vector<Interval>> employments;
  for (const auto& fact : knowledge.person(person).of(EventType::employment_recorded)) {
    // A child's dossier has where its parents work.
    if (fact.event.person(Field::person) != person) continue;
    if (const auto unit = fact.event.unit(Field::unit))
      employments[*unit].push_back({act_date(fact), fact.event.date(Field::until)});
  }
  std::vector<Suspension> suspensions;
  for (const auto& [employer, periods] : employments) {
    for (const auto& suspension : suspensions_by(knowledge, employer, asked_on)) {
      for (const auto& employed : periods) {
        const auto both = ledger::overlap(suspension.period, employed);
        if (!both) continue;
        suspensions.push_back(suspension);
        suspensions.back().period = *both;
      }
    }
  }
  return suspensions;
}

}  // namespace kinledger::projections

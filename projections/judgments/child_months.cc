// The headcount of a unit's channel: its eligible bound children, month by month.
#include <algorithm>

#include "projections/each_once.h"
#include "projections/judgments/bindings.h"
#include "projections/judgments/channel_records.h"
#include "projections/judgments/subsidy.h"

namespace kinledger::projections {
namespace {

using ledger::Date;
using ledger::Field;

/// Months of the year on whose last day the child is bound to the unit.
std::array<bool, 12> months_bound(const std::vector<Binding>& bindings, const ledger::UnitId& unit,
                                  ledger::Year year) {
  std::array<bool, 12> bound{};
  Date month = ledger::first_day(year);
  for (bool& is_bound : bound) {
    const Binding* binding = binding_on(bindings, ledger::last_day_of_month(month));
    is_bound = binding != nullptr && binding->unit == unit;
    month = ledger::next_month_first_day(month);
  }
  return bound;
}

}  // namespace

std::int32_t ChildMonths::total() const {
  std::int32_t total = 0;
  for (const auto month : by_month) total += month;
  return total;
}

std::vector<ledger::PersonId> children_of(const Dossier& unit) {
  std::vector<ledger::PersonId> children;
  for (const auto type :
       {ledger::EventType::binding_registered, ledger::EventType::legacy_membership_recorded}) {
    for (const auto& fact : unit.of(type)) {
      if (const auto child = fact.event.person(Field::person)) children.push_back(*child);
    }
  }
  keep_each_once(children);
  return children;
}

bool ChildShare::is_bound() const {
  return std::ranges::any_of(bound, [](bool is_bound_then) { return is_bound_then; });
}

bool is_same(const ChildShare& left, const ChildShare& right) {
  return left.bound == right.bound &&
         (!left.is_bound() || left.subsidy.truth == right.subsidy.truth);
}

ChildShare child_share(Knowledge& knowledge, const ledger::PersonId& child,
                       const ChannelCase& asked) {
  const auto& [unit, jurisdiction, year, on] = asked;
  ChildShare share;
  const auto bindings = bindings_of(knowledge.person(child), knowledge.rules(), jurisdiction);
  share.bound = months_bound(bindings, unit, year);
  if (share.is_bound())
    share.subsidy =
        judge_subsidy(knowledge, {child, jurisdiction, year, ledger::last_day(year)}).ruling;
  return share;
}

ChildMonths count_child_months(Knowledge& knowledge, const ledger::UnitId& unit,
                               ledger::Area jurisdiction, ledger::Year year) {
  ChildMonths months;
  for (const auto& child : children_of(knowledge.unit(unit))) {
    knowledge.stay_small();
    const auto share = child_share(knowledge, child, {unit, jurisdiction, year});
    const auto& [bound, subsidy] = share;
    if (!share.is_bound() || subsidy.truth == Truth::no) continue;
    if (subsidy.truth == Truth::unknown) {
      ++months.undetermined;
      continue;
    }
    ++months.children;
    months.backing.add(subsidy.backing);
    for (std::size_t month = 0; month < bound.size(); ++month) {
      if (bound[month]) ++months.by_month[month];
    }
  }
  return months;
}

}  // namespace kinledger::projections

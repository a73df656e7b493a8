// The headcount of a unit's channel: its eligible bound children, month by month.
#include <algorithm>

#include "projections/each_once.h"
#include "projections/judgments/bindings.h"
#include "projections/judgments/channel_account.h"
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

ChildMonths count_child_months(Knowledge& knowledge, const ledger::UnitId& unit,
                               ledger::Area jurisdiction, ledger::Year year) {
  ChildMonths months;
  const Date year_end = ledger::last_day(year);
  for (const auto& child : children_of(knowledge.unit(unit))) {
    knowledge.stay_small();
    const auto bindings = bindings_of(knowledge.person(child), knowledge.rules(), jurisdiction);
    const auto bound = months_bound(bindings, unit, year);
    if (std::ranges::none_of(bound, [](bool is_bound) { return is_bound; })) continue;
    const auto subsidy = judge_subsidy(knowledge, {child, jurisdiction, year, year_end});
    if (subsidy.ruling.truth == Truth::no) continue;
    if (subsidy.ruling.truth == Truth::unknown) {
      ++months.undetermined;
      continue;
    }
    ++months.children;
    months.backing.add(subsidy.ruling.backing);
    for (std::size_t month = 0; month < bound.size(); ++month) {
      if (bound[month]) ++months.by_month[month];
    }
  }
  return months;
}

}  // namespace kinledger::projections

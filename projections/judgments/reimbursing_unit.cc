// The unit that reimburses a settlement year.
#include <algorithm>
#include <utility>

#include "projections/judgments/bindings.h"
#include "projections/judgments/employment.h"

namespace kinledger::projections {
namespace {

using ledger::Date;
using ledger::UnitId;

ReimbursingUnit by_employment(Knowledge& knowledge, const SettlementCase& asked, Date on,
                              const Reading& reading, Backing backing) {
  ReimbursingUnit result;
  auto units = units_of_parents(knowledge, asked.child, asked.jurisdiction, on);
  if (units.size() == 1) {
    result.facts = std::move(units.front().facts);
    result.unit = Judged<UnitId>::of(units.front().unit, std::move(backing));
    return result;
  }
  if (units.size() > 1 && !reading.point.empty()) {
    result.unit = Judged<UnitId>::open(
        open_point(reading.point, knowledge.rules(), asked.jurisdiction), std::move(backing));
    return result;
  }
  const Cause cause{"binding", "未登记：子女与单位的关系绑定",
                    "not recorded: a binding of the child to a unit"};
  result.unit = Judged<UnitId>::open(missing(cause, knowledge.rules(), asked.jurisdiction),
                                     std::move(backing));
  return result;
}

/// The one unit that the child was ever bound to, else what employment left open, with the unit of
/// the other reading beside it.
ReimbursingUnit bound_otherwise(const std::vector<Binding>& bindings, const Binding& other,
                                ReimbursingUnit found, Backing backing, bool by_payment) {
  const bool is_one_unit = std::ranges::all_of(
      bindings, [&](const Binding& binding) { return binding.unit == other.unit; });
  if (is_one_unit) {
    found.facts = other.facts;
    found.unit = Judged<UnitId>::of(other.unit, std::move(backing));
  } else {
    found.alternatives.emplace_back(by_payment ? "bound_at_year_end" : "bound_at_payment",
                                    other.unit);
  }
  return found;
}

/// Two units that the child was bound to from the same day: nothing says which of them it is.
bool has_rival(const std::vector<Binding>& bindings, const Binding& chosen, Date on) {
  return std::ranges::any_of(bindings, [&](const Binding& binding) {
    return binding.unit != chosen.unit && binding.period.from == chosen.period.from &&
           contains(binding.period, on);
  });
}

}  // namespace

ReimbursingUnit reimbursing_unit(Knowledge& knowledge, const SettlementCase& asked) {
  const auto& [child, jurisdiction, settlement_year, on] = asked;
  const auto& rules = knowledge.rules();
  const Date year_end = ledger::last_day(settlement_year);
  const auto reading = rules.reading(Convention::reimbursing_unit, jurisdiction, year_end);
  const auto bindings = bindings_of(knowledge.person(child), rules, jurisdiction);
  const Binding* at_year_end = binding_on(bindings, std::min(year_end, on));
  const Binding* at_payment = binding_on(bindings, on);
  const bool by_payment = reading.choice == "bound_at_payment";
  const Binding* chosen = by_payment ? at_payment : at_year_end;
  const Binding* other = by_payment ? at_year_end : at_payment;
  const Date chosen_on = by_payment ? on : std::min(year_end, on);

  Backing backing;
  if (chosen == nullptr) {
    backing.rely_on(reading);
    auto found = by_employment(knowledge, asked, std::min(year_end, on), reading, backing);
    if (found.unit.value || other == nullptr) return found;
    // Bound too late for this reading: that is flagged (CHK-12 and others) and is no denial.
    return bound_otherwise(bindings, *other, std::move(found), std::move(backing), by_payment);
  }
  // With one unit all the year round every reading gives the same.
  const ledger::Interval year{ledger::first_day(settlement_year), ledger::add_days(year_end, 1)};
  const bool is_one_unit = std::ranges::all_of(bindings, [&](const Binding& binding) {
    return binding.unit == chosen->unit || !overlap(binding.period, year);
  });
  const bool agrees = other == nullptr || other->unit == chosen->unit;
  if (!is_one_unit || !agrees || chosen->is_legacy_link) backing.rely_on(reading);

  ReimbursingUnit result;
  result.facts = chosen->facts;
  if (has_rival(bindings, *chosen, chosen_on) && !reading.point.empty()) {
    result.unit =
        Judged<UnitId>::open(open_point(reading.point, rules, jurisdiction), std::move(backing));
    return result;
  }
  result.unit = Judged<UnitId>::of(chosen->unit, std::move(backing));
  if (!agrees) {
    result.alternatives.emplace_back(by_payment ? "bound_at_year_end" : "bound_at_payment",
                                     other->unit);
  }
  return result;
}

}  // namespace kinledger::projections

#include "server/unit_places.h"

#include <algorithm>

#include "projections/declarations.h"

namespace kinledger::server {

using ledger::EventView;
using ledger::Result;

Result<bool> UnitPlaces::lies_in(const ledger::UnitId& unit, ledger::Area area) {
  auto known = areas_.find(unit);
  if (known == areas_.end()) {
    const auto durable = archive_.ledger().durable().size;
    if (const auto reached = archive_.reach(durable); !reached) return reached.error();
    const auto events = archive_.projector().events(
        {projections::Subject::of(unit), projections::Aspect::subject_itself}, durable);
    if (!events) return events.error();
    std::vector<ledger::Area> areas;
    for (const auto& [sequence, bytes] : *events) {
      const auto event = EventView::read(bytes);
      if (!event) return event.error();
      if (!ledger::records_a_unit(event->type())) continue;
      if (const auto stated = event->area(ledger::Field::area)) areas.push_back(*stated);
    }
    known = areas_.emplace(unit, std::move(areas)).first;
  }
  return std::ranges::any_of(
      known->second, [&](ledger::Area stated) { return projections::lies_in(stated, area); });
}

Result<bool> UnitPlaces::covers(const Scope& scope, const EventView& event) {
  if (scope.covers(event)) return true;
  if (!scope.area || (scope.unit && !Scope{scope.unit, {}}.covers(event))) return false;
  auto units = event.units();
  if (event.has_correction()) {
    const auto former = event.correction()->former_units;
    units.insert(units.end(), former.begin(), former.end());
  }
  for (const auto& unit : units) {
    if (scope.unit && unit != *scope.unit) continue;
    auto lies = lies_in(unit, *scope.area);
    if (!lies || *lies) return lies;
  }
  return false;
}

}  // namespace kinledger::server

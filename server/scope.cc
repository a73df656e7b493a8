#include "server/scope.h"

#include <algorithm>

#include "ledger/catalogue.h"
#include "projections/declarations.h"

namespace kinledger::server {
namespace {

bool names(const ledger::EventView& event, const ledger::UnitId& unit) {
  const auto units = event.units();
  if (std::ranges::find(units, unit) != units.end()) return true;
  if (!event.has_correction()) return false;
  const auto former = event.correction()->former_units;
  return std::ranges::find(former, unit) != former.end();
}

bool is_of(const ledger::EventView& event, ledger::Area division) {
  if (projections::lies_in(event.envelope().jurisdiction, division)) return true;
  return std::ranges::any_of(ledger::type_info(event.type()).fields, [&](const auto& field) {
    if (field.kind != ledger::FieldKind::area) return false;
    const auto area = event.area(field.id);
    return area && projections::lies_in(*area, division);
  });
}

}  // namespace

bool Scope::is_everything_in(ledger::Area jurisdiction) const {
  return !unit && (!area || projections::lies_in(jurisdiction, *area));
}

bool Scope::covers(const ledger::EventView& event) const {
  return (!area || is_of(event, *area)) && (!unit || names(event, *unit));
}

}  // namespace kinledger::server

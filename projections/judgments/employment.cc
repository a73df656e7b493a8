#include "projections/judgments/employment.h"

#include <algorithm>

#include "projections/condition_tests.h"

namespace kinledger::projections {

std::vector<ParentsUnit> units_of_parents(Knowledge& knowledge, const ledger::PersonId& child,
                                          ledger::Area jurisdiction, ledger::Date on) {
  std::vector<ParentsUnit> units;
  const auto parents = parents_of({knowledge.person(child), on, jurisdiction, knowledge});
  for (const auto& parent : parents) {
    const auto& dossier = knowledge.person(parent.person);
    for (const auto& job : dossier.of(ledger::EventType::employment_recorded)) {
      const auto unit = job.event.unit(ledger::Field::unit);
      const auto from = job.event.envelope().valid_on;
      const auto until = job.event.date(ledger::Field::until);
      if (!unit || (from && *from > on) || (until && *until <= on)) continue;
      if (std::ranges::find(units, *unit, &ParentsUnit::unit) != units.end()) continue;
      units.push_back({*unit, {parent.fact, job.sequence}});
    }
  }
  return units;
}

}  // namespace kinledger::projections

#include "projections/judgments/people.h"

#include <algorithm>
#include <iterator>

#include "ledger/catalogue.h"
#include "projections/each_once.h"
#include "projections/judgments/units.h"

namespace kinledger::projections {
namespace {

using ledger::Area;
using ledger::Date;
using ledger::PersonId;
using ledger::UnitId;

bool states_area_in(const ledger::EventView& event, Area division) {
  return std::ranges::any_of(ledger::type_info(event.type()).fields, [&](const auto& field) {
    if (field.kind != ledger::FieldKind::area) return false;
    const auto area = event.area(field.id);
    return area && lies_in(*area, division);
  });
}

bool is_recorded_in(const Dossier& unit, Area division, Date on) {
  const auto state = unit_state(unit, on);
  if (state && lies_in(state->area, division)) return true;
  const auto organisation = organisation_state(unit, on);  // a school, an agency
  return organisation && lies_in(organisation->area, division);
}

}  // namespace

std::vector<PersonId> people_of(const Dossier& unit) {
  std::vector<PersonId> people;
  for (const auto& fact : unit.facts())
    std::ranges::copy(fact.event.persons(), std::back_inserter(people));
  keep_each_once(people);
  return people;
}

bool lies_in_division(Knowledge& knowledge, const Subject& subject, Area division, Date on) {
  if (subject.kind == Subject::Kind::unit)
    return is_recorded_in(knowledge.unit_itself(UnitId{subject.id}), division, on);
  const auto& person = knowledge.person(PersonId{subject.id});
  return std::ranges::any_of(person.facts(), [&](const Fact& fact) {
    if (states_area_in(fact.event, division)) return true;
    return std::ranges::any_of(fact.event.units(), [&](const UnitId& unit) {
      const auto state = unit_state(knowledge.unit_itself(unit), on);
      return state && lies_in(state->area, division);
    });
  });
}

}  // namespace kinledger::projections

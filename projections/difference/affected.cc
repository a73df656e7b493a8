#include "projections/difference/affected.h"

#include <algorithm>
#include <optional>

#include "projections/judgments/channel_account.h"

namespace kinledger::projections {
namespace {

using ledger::Error;
using ledger::EventType;
using ledger::EventView;
using ledger::Field;
using ledger::PersonId;
using ledger::Result;
using ledger::UnitId;

/// What bears on people whom the event does not name.
bool bears_on_everyone(EventType type) {
  switch (type) {
    case EventType::pack_adopted:
    case EventType::policy_document_published:
    case EventType::rule_version_published:
    case EventType::parameter_announced:
    case EventType::window_published:
    case EventType::interpretation_adopted:
    case EventType::organisation_recorded:
    case EventType::exemption_list_received:
      return true;
    default:
      return false;
  }
}

/// Says nothing of the unit that its people's answers hang on.
bool is_of_the_account_alone(EventType type) {
  return type == EventType::channel_fund_allocated || type == EventType::fiscal_top_up_granted ||
         type == EventType::surplus_recovered;
}

/// Collects whom events bear on.
class Collector {
 public:
  explicit Collector(Affected& affected) : affected_(affected) {}

  void add(const EventView& event) {
    if (bears_on_everyone(event.type())) affected_.everyone = true;
    const auto persons = event.persons();
    const auto units = event.units();
    add_named(persons, affected_.persons);
    // Of care at an institution nothing is counted in the institution's own account.
    const auto institution = event.unit(Field::institution);
    const bool is_of_care = institution && units == std::vector<UnitId>{*institution};
    if (is_of_care)
      add_all(units, affected_.units);
    else
      add_named(units, affected_.units);
    if (persons.empty() && !is_of_the_account_alone(event.type())) add_all(units, with_people_);
    if (event.has_correction()) {
      const auto correction = event.correction();
      add_named(correction->former_persons, affected_.persons);
      add_named(correction->former_units, affected_.units);
      // A void names nobody itself.
      if (persons.empty() && correction->former_persons.empty())
        add_all(correction->former_units, with_people_);
      if (units.empty() && persons.empty() && correction->former_persons.empty() &&
          correction->former_units.empty())
        affected_.everyone = true;
    }
    if (affected_.persons.size() + affected_.units.size() > affected_subjects_max)
      affected_.everyone = true;
  }

  /// Units whose people are meant too.
  const std::set<UnitId>& with_people() const { return with_people_; }

 private:
  template <class Id>
  static void add_all(const std::vector<Id>& ids, std::set<Id>& into) {
    into.insert(ids.begin(), ids.end());
  }

  template <class Id>
  void add_named(const std::vector<Id>& ids, std::set<Id>& into) {
    add_all(ids, into);
    for (const auto& id : ids) affected_.named.insert(Subject::of(id));
  }

  Affected& affected_;
  std::set<UnitId> with_people_;
};

Result<void> collect(Archive& archive, const Side& from, const Side& to, Collector& collector) {
  std::optional<Error> fault;
  const auto first = from.basis().size.value;
  const auto read = archive.ledger().journal().read(
      {first}, to.basis().size, [&](ledger::Sequence at, const ledger::Page& page) {
        for (std::size_t i = 0; i < page.count(); ++i) {
          if (at.value + i < first) continue;
          if (at.value + i >= to.basis().size.value) return false;
          const auto event = EventView::read(page.event(i));
          if (!event) {
            fault = event.error();
            return false;
          }
          collector.add(*event);
        }
        return true;
      });
  if (fault) return *fault;
  if (!read) return read.error();
  if (to.overlay() != nullptr && from.overlay() == nullptr)
    for (const auto& event : to.overlay()->events()) collector.add(event);
  return {};
}

/// The persons whom facts about this one are about: a parent's children.
void add_dependants(const Dossier& person, std::set<PersonId>& persons) {
  for (const auto type : {EventType::kinship_recorded, EventType::binding_registered,
                          EventType::legacy_membership_recorded}) {
    for (const auto& fact : person.of(type))
      if (const auto child = fact.event.person(Field::person)) persons.insert(*child);
  }
}

/// The units whose accounts hang on this person.
void add_units(const Dossier& person, Affected& affected) {
  std::set<UnitId> units;
  for (const auto type : {EventType::binding_registered, EventType::legacy_membership_recorded,
                          EventType::subsidy_reimbursed}) {
    for (const auto& fact : person.of(type))
      if (const auto unit = fact.event.unit(Field::unit)) units.insert(*unit);
  }
  for (const auto& unit : units) affected.people[unit].push_back(PersonId{person.subject().id});
  affected.units.merge(units);
}

}  // namespace

Result<Affected> affected_between(Archive& archive, const Side& from, const Side& to) {
  Affected affected;
  affected.everyone = from.on() != to.on();
  if (affected.everyone) return affected;
  Collector collector(affected);
  if (const auto read = collect(archive, from, to, collector); !read) return read.error();
  if (affected.everyone) return affected;

  auto knowledge = to.knowledge();
  for (const auto& unit : collector.with_people()) {
    for (const auto& child : children_of(knowledge.unit(unit))) affected.persons.insert(child);
    knowledge.stay_small();
  }
  std::set<PersonId> dependants;
  for (const auto& person : affected.persons) {
    add_dependants(knowledge.person(person), dependants);
    knowledge.stay_small();
  }
  affected.persons.merge(dependants);
  for (const auto& person : affected.persons) {
    add_units(knowledge.person(person), affected);
    knowledge.stay_small();
  }
  if (const auto& fault = knowledge.fault()) return *fault;
  return affected;
}

}  // namespace kinledger::projections

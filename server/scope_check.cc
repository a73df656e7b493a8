#include "server/scope_check.h"

#include <algorithm>

#include "ledger/catalogue.h"
#include "projections/checks/finding_gate.h"
#include "projections/declarations.h"

namespace kinledger::server {

using ledger::EventView;
using ledger::PersonId;
using ledger::Result;
using ledger::SubmittedEvent;
using ledger::UnitId;
using projections::Truth;

namespace {

/// One of several that must all lie within.
Truth both(Truth one, bool other) { return one == Truth::no || !other ? Truth::no : Truth::yes; }

}  // namespace

Result<bool> ScopeCheck::covers(const PersonId& person) {
  const auto durable = archive_.ledger().durable().size;
  if (const auto reached = archive_.reach(durable); !reached) return reached.error();
  const auto events = archive_.projector().events(
      {projections::Subject::of(person), projections::Aspect::subject_itself}, durable);
  if (!events) return events.error();
  for (const auto& [sequence, bytes] : *events) {
    const auto event = EventView::read(bytes);
    if (!event) return event.error();
    auto covered = places_.covers(scope_, *event);
    if (!covered || *covered) return covered;
  }
  return false;
}

Result<bool> ScopeCheck::covers(const UnitId& unit) {
  if (scope_.unit && *scope_.unit != unit) return false;
  return scope_.area ? places_.lies_in(unit, *scope_.area) : Result<bool>(true);
}

Result<Truth> ScopeCheck::areas_of(const SubmittedEvent& event) const {
  auto within = Truth::unknown;
  if (!scope_.area) return within;
  for (const auto& field : ledger::type_info(event.draft.type).fields) {
    if (field.kind != ledger::FieldKind::area) continue;
    const auto* value = event.draft.find(field.id);
    if (value == nullptr) continue;
    const ledger::Area area{static_cast<std::uint32_t>(std::get<std::int64_t>(*value))};
    within = both(within, projections::lies_in(area, *scope_.area));
  }
  // A division says nothing of the unit that the scope is about.
  return within == Truth::yes && scope_.unit ? Truth::unknown : within;
}

/// A unit that is being recorded lies where the event says (`is_placed`: within the scope).
Result<Truth> ScopeCheck::units_of(const SubmittedEvent& event, bool is_placed) {
  auto within = Truth::unknown;
  for (const auto& [field, reference] : event.units) {
    const auto* number = std::get_if<std::string>(&reference);
    const auto unit = number != nullptr ? ledger::unit_id(*number) : std::get<UnitId>(reference);
    if (is_placed && !scope_.unit && ledger::records_a_unit(event.draft.type)) {
      const auto recorded = archive_.ledger().journal().unit_recorded_by(unit);
      if (!recorded) return recorded.error();
      if (!*recorded) continue;
    }
    const auto covered = covers(unit);
    if (!covered) return covered.error();
    within = both(within, *covered);
  }
  return within;
}

Result<Truth> ScopeCheck::target_of(const SubmittedEvent& event) {
  if (!event.correction) return Truth::unknown;
  const auto target = event.correction->replaces;
  // One that is not there is refused by whoever records it.
  if (target.value >= archive_.ledger().durable().size.value) return Truth::no;
  const auto located = archive_.ledger().journal().locate(target);
  if (!located) return located.error();
  const auto replaced = EventView::read(located->event(target));
  if (!replaced) return replaced.error();
  auto covered = places_.covers(scope_, *replaced);
  if (!covered) return covered.error();
  if (const auto finding = replaced->text(ledger::Field::finding); !*covered && !finding.empty()) {
    const auto found = covers_finding(finding);
    if (!found) return found.error();
    covered = *found == Truth::yes;
  }
  for (const auto& person : replaced->persons()) {
    if (*covered) break;
    covered = covers(person);
    if (!covered) return covered.error();
  }
  return *covered ? Truth::yes : Truth::no;
}

Result<Truth> ScopeCheck::persons_of(const SubmittedEvent& event) {
  auto within = Truth::unknown;
  for (const auto& [field, reference] : event.persons) {
    std::optional<PersonId> known;
    if (const auto* person = std::get_if<PersonId>(&reference.who)) {
      known = *person;
    } else {
      auto found = archive_.ledger().vault().find(std::get<ledger::IdentityNumber>(reference.who));
      if (!found) return found.error();
      known = *found;
    }
    // Whom nobody knew is the one's who registers them.
    const bool is_new = !known && event.draft.type == ledger::EventType::person_registered;
    const auto covered = is_new ? Result<bool>(true) : known ? covers(*known) : Result<bool>(false);
    if (!covered) return covered.error();
    within = both(within, *covered);
  }
  return within;
}

Result<Truth> ScopeCheck::covers_finding(std::string_view finding) {
  const auto view = archive_.view(archive_.ledger().durable().size);
  if (!view) return view.error();
  auto asking = archive_.asking(*view);
  const auto linked = projections::linked_checks(asking, {std::string(finding)});
  if (!linked) return linked.error();
  if (linked->empty()) return Truth::unknown;
  const auto& about = linked->begin()->second.scope;
  if (about.unit) {
    const auto covered = covers(*about.unit);
    if (!covered) return covered.error();
    return *covered ? Truth::yes : Truth::no;
  }
  // One that names neither unit nor division is about everyone.
  const bool is_within =
      about.area && scope_.area && !scope_.unit && projections::lies_in(*about.area, *scope_.area);
  return is_within ? Truth::yes : Truth::no;
}

Result<Truth> ScopeCheck::finding_of(const SubmittedEvent& event,
                                     const ledger::Submission& submission) {
  const auto number_of = [](const SubmittedEvent& of) {
    const auto* value = of.draft.find(ledger::Field::finding);
    const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(value);
    return text == nullptr ? std::string_view() : std::string_view(*text);
  };
  const auto finding = number_of(event);
  // What opens one says itself where it is.
  if (finding.empty() || event.draft.type == ledger::EventType::finding_opened)
    return Truth::unknown;
  const bool is_opened_here =
      std::ranges::any_of(submission.events, [&](const SubmittedEvent& other) {
        return other.draft.type == ledger::EventType::finding_opened && !other.correction &&
               number_of(other) == finding;
      });
  return is_opened_here ? Result<Truth>(Truth::yes) : covers_finding(finding);
}

Result<bool> ScopeCheck::covers(const SubmittedEvent& event, const ledger::Submission& submission) {
  const auto areas = areas_of(event);
  if (!areas) return areas.error();
  const auto units = units_of(event, *areas == Truth::yes);
  if (!units) return units.error();
  const auto target = target_of(event);
  if (!target) return target.error();
  const auto finding = finding_of(event, submission);
  if (!finding) return finding.error();
  const Truth stated[] = {*areas, *units, *target, *finding};
  if (std::ranges::find(stated, Truth::no) != std::end(stated)) return false;
  if (std::ranges::find(stated, Truth::yes) != std::end(stated)) return true;
  const auto persons = persons_of(event);
  if (!persons) return persons.error();
  return *persons == Truth::yes;
}

Result<bool> ScopeCheck::covers(const ledger::Submission& submission) {
  for (const auto& event : submission.events)
    if (auto covered = covers(event, submission); !covered || !*covered) return covered;
  return true;
}

}  // namespace kinledger::server

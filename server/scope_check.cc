#include "server/scope_check.h"

#include <algorithm>

#include "ledger/catalogue.h"
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

/// The finding that an event is about; empty: none.
std::string_view finding_number(const SubmittedEvent& event) {
  const auto* value = event.draft.find(ledger::Field::finding);
  const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(value);
  return text == nullptr ? std::string_view() : std::string_view(*text);
}

/// Where the record is that a correction replaces; nothing where there is none.
Result<std::optional<ledger::Journal::Located>> replaced_by(
    ledger::Ledger& ledger, const ledger::CorrectionRequest& correction) {
  using Found = std::optional<ledger::Journal::Located>;
  if (correction.replaces.value >= ledger.durable().size.value) return Found();
  auto located = ledger.journal().locate(correction.replaces);
  if (!located) return located.error();
  return Found(std::move(*located));
}

/// Whether a record says of itself which units it is of, or, where that counts, which divisions.
bool says_where(const EventView& event, bool divisions_count) {
  if (!event.units().empty()) return true;
  return divisions_count &&
         std::ranges::any_of(ledger::type_info(event.type()).fields, [&](const auto& field) {
           return field.kind == ledger::FieldKind::area && event.area(field.id).has_value();
         });
}

bool opens_finding(const SubmittedEvent& event) {
  return event.draft.type == ledger::EventType::finding_opened;
}

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

Result<bool> ScopeCheck::covers(const projections::Within& within) {
  // A unit's scope covers no division.
  for (const auto area : within.areas)
    if (scope_.unit || (scope_.area && !projections::lies_in(area, *scope_.area))) return false;
  for (const auto& unit : within.units)
    if (auto covered = covers(unit); !covered || !*covered) return covered;
  return within.is_empty() && scope_.unit ? covers(*scope_.unit) : Result<bool>(true);
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
  const auto located = replaced_by(archive_.ledger(), *event.correction);
  if (!located) return located.error();
  // One that is not there is refused by whoever records it.
  if (!*located) return Truth::no;
  const auto replaced = EventView::read((*located)->event(event.correction->replaces));
  if (!replaced) return replaced.error();
  auto covered = places_.covers(scope_, *replaced);
  if (!covered) return covered.error();
  const auto finding = findings_.find(replaced->text(ledger::Field::finding));
  if (finding != findings_.end()) covered = *covered || finding->second;
  // That of a person something was recorded here too makes no other unit's record one's own.
  const bool is_placed =
      finding != findings_.end() || says_where(*replaced, scope_.area && !scope_.unit);
  if (is_placed) return *covered ? Truth::yes : Truth::no;
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

Result<bool> ScopeCheck::covers(const projections::LinkedCheck& finding) {
  const auto& about = finding.scope;
  if (about.unit) return covers(*about.unit);
  // One that names neither unit nor division is about everyone.
  return about.area && scope_.area && !scope_.unit &&
         projections::lies_in(*about.area, *scope_.area);
}

Result<void> ScopeCheck::know_findings(const ledger::Submission& submission) {
  projections::FindingNumbers numbers;
  for (const auto& event : submission.events) {
    if (const auto number = finding_number(event); !number.empty()) numbers.emplace(number);
    if (!event.correction) continue;
    const auto located = replaced_by(archive_.ledger(), *event.correction);
    if (!located) return located.error();
    if (!*located) continue;
    const auto replaced = EventView::read((*located)->event(event.correction->replaces));
    if (!replaced) return replaced.error();
    if (const auto number = replaced->text(ledger::Field::finding); !number.empty())
      numbers.emplace(number);
  }
  if (numbers.empty()) return {};
  const auto view = archive_.view(archive_.ledger().durable().size);
  if (!view) return view.error();
  auto asking = archive_.asking(*view);
  const auto linked = projections::linked_checks(asking, numbers);
  if (!linked) return linked.error();
  for (const auto& [number, finding] : *linked) {
    const auto covered = covers(finding);
    if (!covered) return covered.error();
    findings_.emplace(number, *covered);
  }
  for (const auto& event : submission.events)
    if (opens_finding(event) && !event.correction)
      findings_[std::string(finding_number(event))] = true;
  return {};
}

Truth ScopeCheck::finding_of(const SubmittedEvent& event) const {
  // What opens one says itself where it is.
  if (opens_finding(event)) return Truth::unknown;
  const auto finding = findings_.find(finding_number(event));
  if (finding == findings_.end()) return Truth::unknown;
  return finding->second ? Truth::yes : Truth::no;
}

Result<bool> ScopeCheck::covers(const SubmittedEvent& event) {
  const auto areas = areas_of(event);
  if (!areas) return areas.error();
  const auto units = units_of(event, *areas == Truth::yes);
  if (!units) return units.error();
  const auto target = target_of(event);
  if (!target) return target.error();
  const Truth stated[] = {*areas, *units, *target, finding_of(event)};
  if (std::ranges::find(stated, Truth::no) != std::end(stated)) return false;
  if (std::ranges::find(stated, Truth::yes) != std::end(stated)) return true;
  const auto persons = persons_of(event);
  if (!persons) return persons.error();
  return *persons == Truth::yes;
}

Result<bool> ScopeCheck::covers(const ledger::Submission& submission) {
  // The pooling region says whose rules hold, and in which division events lie.
  const auto region = archive_.ledger().identity().jurisdiction;
  if (submission.jurisdiction.value_or(region) != region) return false;
  if (const auto known = know_findings(submission); !known) return known.error();
  for (const auto& event : submission.events)
    if (auto covered = covers(event); !covered || !*covered) return covered;
  return true;
}

}  // namespace kinledger::server

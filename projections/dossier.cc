#include "projections/dossier.h"

#include <algorithm>
#include <numeric>

#include "ledger/calendar.h"

namespace kinledger::projections {
namespace {

// What most persons need, so that their rows are taken without moving them.
constexpr std::size_t usual_events = 16;
constexpr std::size_t usual_bytes = 4096;

using ledger::EventType;
using ledger::EventView;
using ledger::Sequence;

/// The versions in force, of each fact id the last one, those that they replaced, and those that
/// were voided with the record that did so; all in the order of the rows.
struct EventVersions {
  std::vector<Fact> in_force;
  std::vector<Fact> replaced;
  std::vector<Fact> voided;
};

EventVersions told_apart(std::vector<Fact> all) {
  const auto is_correction = [](const Fact& fact) { return fact.event.has_correction(); };
  if (std::ranges::none_of(all, is_correction)) return {std::move(all), {}, {}};
  const auto id = [&](std::size_t index) { return all[index].event.envelope().fact; };
  std::vector<std::size_t> order(all.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, [&](std::size_t left, std::size_t right) {
    return id(left) != id(right) ? id(left) < id(right) : left < right;
  });
  enum class Standing : std::uint8_t { in_force, replaced, void_ };
  std::vector<Standing> standing(all.size(), Standing::replaced);
  for (std::size_t begin = 0; begin < order.size();) {
    std::size_t end = begin + 1;
    while (end < order.size() && id(order[end]) == id(order[begin])) ++end;
    const std::size_t last = order[end - 1];
    standing[last] = Standing::in_force;
    if (all[last].event.type() == EventType::event_voided)
      for (std::size_t i = begin; i < end; ++i) standing[order[i]] = Standing::void_;
    begin = end;
  }
  EventVersions versions;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (standing[i] == Standing::in_force) versions.in_force.push_back(all[i]);
    if (standing[i] == Standing::replaced) versions.replaced.push_back(all[i]);
    if (standing[i] == Standing::void_) versions.voided.push_back(all[i]);
  }
  return versions;
}

/// By type, within a type by sequence. Views are large, so each is copied once.
std::vector<Fact> by_type(const std::vector<Fact>& by_sequence) {
  std::vector<std::pair<EventType, std::size_t>> order;
  order.reserve(by_sequence.size());
  for (std::size_t i = 0; i < by_sequence.size(); ++i)
    order.emplace_back(by_sequence[i].event.type(), i);
  std::ranges::sort(order);
  std::vector<Fact> facts;
  facts.reserve(order.size());
  for (const auto& [type, index] : order) facts.push_back(by_sequence[index]);
  return facts;
}

/// Whom an event is about. A void says nothing itself: it is about whom the version that it takes
/// away was about.
std::pair<std::vector<ledger::PersonId>, std::vector<ledger::UnitId>> named_by(
    const EventView& event) {
  if (event.type() != EventType::event_voided) return {event.persons(), event.units()};
  auto correction = event.correction();
  if (!correction) return {};  // no program records one without: whoever handed it in made it up
  return {std::move(correction->former_persons), std::move(correction->former_units)};
}

bool names_subject(const EventView& event, const Dossier& dossier) {
  const auto [persons, units] = named_by(event);
  switch (dossier.subject().kind) {
    case Subject::Kind::region:
      return persons.empty() && units.empty();
    case Subject::Kind::person:
      return std::ranges::any_of(persons, [&](const auto& id) { return dossier.names(id); });
    case Subject::Kind::unit:
      return std::ranges::any_of(
          units, [&](const auto& id) { return Subject::of(id) == dossier.subject(); });
  }
  return false;
}

}  // namespace

ledger::Date act_date(const Fact& fact) {
  const auto& envelope = fact.event.envelope();
  return envelope.valid_on.value_or(ledger::civil_date_of(envelope.recorded_at));
}

std::optional<ledger::Date> birth_date_of(const Dossier& person) {
  const auto registered = person.of(EventType::person_registered);
  if (registered.empty()) return std::nullopt;
  const auto date = registered.back().event.date(ledger::Field::birth_date);
  return date && is_in_range(*date) ? date : std::nullopt;
}

std::span<const Fact> Dossier::of(EventType type) const {
  const auto type_of = [](const Fact& fact) { return fact.event.type(); };
  return {std::ranges::lower_bound(facts_, type, {}, type_of),
          std::ranges::upper_bound(facts_, type, {}, type_of)};
}

const Fact* Dossier::find(const ledger::FactId& fact) const {
  const auto at = std::ranges::find(facts_, fact, [](const Fact& held) -> const ledger::FactId& {
    return held.event.envelope().fact;
  });
  return at == facts_.end() ? nullptr : &*at;
}

void DossierBuilder::add(Sequence sequence, ledger::ByteView event) {
  if (rows_.empty()) {
    rows_.reserve(usual_events);
    bytes_.reserve(usual_bytes);
  }
  rows_.push_back({sequence, bytes_.size(), event.size()});
  bytes_.insert(bytes_.end(), event.begin(), event.end());
}

ledger::Result<Dossier> DossierBuilder::build() {
  Dossier dossier(subject_);
  dossier.bytes_ = std::exchange(bytes_, {});
  auto rows = std::exchange(rows_, {});
  if (rows.size() > dossier_events_max) {
    return ledger::Error{ledger::Failure::invalid,
                         "a subject has more events than one dossier may hold"};
  }

  std::ranges::sort(rows, {}, &Row::sequence);
  const auto is_same = [](const Row& a, const Row& b) { return a.sequence == b.sequence; };
  rows.erase(std::unique(rows.begin(), rows.end(), is_same), rows.end());

  std::vector<Fact> all;
  all.reserve(rows.size());
  for (const Row& row : rows) {
    auto event = EventView::read(ledger::ByteView(dossier.bytes_).subspan(row.offset, row.size));
    if (!event) return event.error();
    all.push_back({row.sequence, *event});
  }
  auto versions = told_apart(std::move(all));
  const auto is_not_its_own = [&](const Fact& version) {
    // Only a correction can take a fact away from a subject that it was recorded for.
    const auto& event = version.event;
    return (event.has_correction() && !names_subject(event, dossier)) ||
           (extent_ == Extent::unit_itself && !named_by(event).first.empty());
  };
  std::erase_if(versions.in_force, is_not_its_own);
  std::erase_if(versions.replaced, is_not_its_own);
  std::erase_if(versions.voided, is_not_its_own);
  dossier.facts_ = by_type(versions.in_force);
  dossier.replaced_ = by_type(versions.replaced);
  dossier.voided_ = by_type(versions.voided);
  return dossier;
}

}  // namespace kinledger::projections

#include "projections/dossier.h"

#include <algorithm>
#include <numeric>

namespace kinledger::projections {
namespace {

using ledger::EventType;
using ledger::EventView;
using ledger::Sequence;

/// Leaves the versions in force: of each fact id the last one, unless it is a void. `versions` are
/// in the order of their sequences and stay so.
void drop_replaced(std::vector<Fact>& versions) {
  const auto is_correction = [](const Fact& version) { return version.event.has_correction(); };
  if (std::ranges::none_of(versions, is_correction)) return;
  const auto fact_id = [&](std::size_t index) -> const ledger::FactId& {
    return versions[index].event.envelope().fact;
  };
  std::vector<std::size_t> order(versions.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, [&](std::size_t left, std::size_t right) {
    return fact_id(left) != fact_id(right) ? fact_id(left) < fact_id(right) : left < right;
  });
  std::vector<std::size_t> kept;
  kept.reserve(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    const bool is_last = i + 1 == order.size() || fact_id(order[i]) != fact_id(order[i + 1]);
    if (is_last && versions[order[i]].event.type() != EventType::event_voided)
      kept.push_back(order[i]);
  }
  std::ranges::sort(kept);
  for (std::size_t i = 0; i < kept.size(); ++i) versions[i] = versions[kept[i]];
  versions.erase(versions.begin() + static_cast<std::ptrdiff_t>(kept.size()), versions.end());
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

bool names_subject(const EventView& event, std::span<const Subject> names) {
  const auto persons = event.persons();
  const auto units = event.units();
  if (names.front().kind == Subject::Kind::region) return persons.empty() && units.empty();
  const auto is_named = [&](const auto& id) {
    return std::ranges::find(names, Subject::of(id)) != names.end();
  };
  return std::ranges::any_of(persons, is_named) || std::ranges::any_of(units, is_named);
}

}  // namespace

bool Dossier::names(const ledger::PersonId& person) const {
  return std::ranges::find(names_, Subject::of(person)) != names_.end();
}

std::span<const Fact> Dossier::of(EventType type) const {
  const auto type_of = [](const Fact& fact) { return fact.event.type(); };
  const auto range = std::ranges::equal_range(facts_, type, {}, type_of);
  return {range.begin(), range.end()};
}

std::vector<const Fact*> Dossier::in_sequence_order() const {
  std::vector<const Fact*> facts;
  facts.reserve(facts_.size());
  for (const auto& fact : facts_) facts.push_back(&fact);
  std::ranges::sort(facts, {}, [](const Fact* fact) { return fact->sequence; });
  return facts;
}

const Fact* Dossier::find(const ledger::FactId& fact) const {
  const auto at = std::ranges::find(facts_, fact, [](const Fact& held) -> const ledger::FactId& {
    return held.event.envelope().fact;
  });
  return at == facts_.end() ? nullptr : &*at;
}

void DossierBuilder::reserve(std::size_t events, std::size_t bytes) {
  rows_.reserve(events);
  bytes_.reserve(bytes);
}

void DossierBuilder::add(Sequence sequence, ledger::ByteView event) {
  rows_.push_back({sequence, bytes_.size(), event.size()});
  bytes_.insert(bytes_.end(), event.begin(), event.end());
}

ledger::Result<Dossier> DossierBuilder::build() {
  Dossier dossier(names_.front());
  dossier.names_ = std::move(names_);
  dossier.bytes_ = std::move(bytes_);
  std::vector<Row> rows = std::move(rows_);
  names_ = {dossier.subject()};
  bytes_.clear();
  rows_.clear();
  if (rows.size() > dossier_events_max) {
    return ledger::Error{ledger::Failure::invalid,
                         "a subject has more events than one dossier may hold"};
  }

  std::ranges::sort(rows, {}, &Row::sequence);
  const auto repeated = std::ranges::unique(rows, {}, &Row::sequence);
  rows.erase(repeated.begin(), repeated.end());

  std::vector<Fact> versions;
  versions.reserve(rows.size());
  for (const Row& row : rows) {
    auto event = EventView::read(ledger::ByteView(dossier.bytes_).subspan(row.offset, row.size));
    if (!event) return event.error();
    versions.push_back({row.sequence, *event});
  }
  drop_replaced(versions);
  std::erase_if(versions, [&](const Fact& version) {
    // Only a correction can take a fact away from a subject that it was recorded for.
    const auto& event = version.event;
    return (event.has_correction() && !names_subject(event, dossier.names_)) ||
           (extent_ == Extent::unit_itself && !event.persons().empty());
  });
  dossier.facts_ = by_type(versions);
  return dossier;
}

}  // namespace kinledger::projections

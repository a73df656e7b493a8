#include "projections/dossier.h"

#include <algorithm>
#include <numeric>

namespace kinledger::projections {
namespace {

using ledger::EventType;
using ledger::EventView;
using ledger::Sequence;

/// The versions in force: of each fact id the last one, in the order of the rows.
std::vector<EventView> last_versions(std::vector<EventView> versions,
                                     std::vector<Sequence>& sequences) {
  const auto is_correction = [](const EventView& event) { return event.has_correction(); };
  if (std::ranges::none_of(versions, is_correction)) return versions;
  std::vector<std::size_t> order(versions.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, [&](std::size_t left, std::size_t right) {
    const auto& left_fact = versions[left].envelope().fact;
    const auto& right_fact = versions[right].envelope().fact;
    return left_fact != right_fact ? left_fact < right_fact : left < right;
  });
  std::vector<std::size_t> kept;
  kept.reserve(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    const bool is_last = i + 1 == order.size() || versions[order[i]].envelope().fact !=
                                                      versions[order[i + 1]].envelope().fact;
    if (is_last && versions[order[i]].type() != EventType::event_voided) kept.push_back(order[i]);
  }
  std::ranges::sort(kept);
  std::vector<EventView> in_force;
  std::vector<Sequence> in_force_sequences;
  in_force.reserve(kept.size());
  in_force_sequences.reserve(kept.size());
  for (const std::size_t index : kept) {
    in_force.push_back(versions[index]);
    in_force_sequences.push_back(sequences[index]);
  }
  sequences = std::move(in_force_sequences);
  return in_force;
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

  std::vector<EventView> versions;
  std::vector<Sequence> sequences;
  versions.reserve(rows.size());
  sequences.reserve(rows.size());
  for (const Row& row : rows) {
    auto event = EventView::read(ledger::ByteView(dossier.bytes_).subspan(row.offset, row.size));
    if (!event) return event.error();
    versions.push_back(*event);
    sequences.push_back(row.sequence);
  }
  versions = last_versions(std::move(versions), sequences);

  dossier.facts_.reserve(versions.size());
  for (std::size_t i = 0; i < versions.size(); ++i) {
    // Only a correction can take a fact away from a subject that it was recorded for.
    if (versions[i].has_correction() && !names_subject(versions[i], dossier.names_)) continue;
    if (extent_ == Extent::unit_itself && !versions[i].persons().empty()) continue;
    dossier.facts_.push_back({sequences[i], versions[i]});
  }
  std::ranges::stable_sort(dossier.facts_, {}, [](const Fact& fact) { return fact.event.type(); });
  return dossier;
}

}  // namespace kinledger::projections

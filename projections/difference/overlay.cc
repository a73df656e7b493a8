#include "projections/difference/overlay.h"

#include <algorithm>

namespace kinledger::projections {
namespace {

using ledger::EventView;
using ledger::Result;
using ledger::Sequence;

}  // namespace

Result<void> Overlay::read(std::span<const std::size_t> ends, ledger::TreeSize basis,
                           ledger::RecordedAt at) {
  std::size_t begin = 0;
  Sequence sequence{basis.value};
  for (const auto end : ends) {
    const auto bytes = std::span(bytes_).subspan(begin, end - begin);
    ledger::set_recorded_at(bytes, at);
    const auto event = EventView::read(bytes);
    if (!event) return event.error();
    place_event(sequence, *event, [&](const FactKey& key, ledger::ByteView stored) {
      const auto of = events_of(std::string_view(key.data(), key.size()));
      entries_[of].push_back({sequence, stored});
    });
    begin = end;
    ++sequence.value;
  }
  return {};
}

Result<Overlay> Overlay::of(std::span<const ledger::Preview> previews, ledger::TreeSize basis,
                            ledger::RecordedAt at) {
  Overlay overlay;
  std::vector<std::size_t> ends;
  for (const auto& preview : previews) {
    const auto before = overlay.bytes_.size();
    overlay.bytes_.insert(overlay.bytes_.end(), preview.events.begin(), preview.events.end());
    for (const auto end : preview.ends) ends.push_back(before + end);
  }
  if (const auto read = overlay.read(ends, basis, at); !read) return read.error();
  return overlay;
}

Result<Overlay> Overlay::of(const Pack& pack, ledger::TreeSize basis, ledger::RecordedAt at) {
  auto drafts = compile(pack, ledger::civil_date_of(at));
  if (!drafts) return drafts.error();
  Overlay overlay;
  std::vector<std::size_t> ends;
  std::uint64_t number = 0;
  for (auto& draft : *drafts) {
    // Ids of its own, so that no two of these facts are taken for versions of one.
    for (std::size_t i = 0; i < sizeof number; ++i)
      draft.envelope.fact.bytes[i] = static_cast<std::uint8_t>(number >> (8 * i));
    ++number;
    draft.envelope.jurisdiction = pack.declarations.jurisdiction;
    if (const auto encoded = ledger::encode(draft, overlay.bytes_); !encoded)
      return encoded.error();
    ends.push_back(overlay.bytes_.size());
  }
  if (const auto read = overlay.read(ends, basis, at); !read) return read.error();
  return overlay;
}

bool Overlay::names(const Subject& subject) const {
  return entries_.contains({subject, Aspect::subject_itself}) ||
         entries_.contains({subject, Aspect::names_persons});
}

std::vector<EventView> Overlay::events() const {
  std::map<Sequence, EventView> events;
  for (const auto& [of, entries] : entries_)
    for (const auto& entry : entries)
      events.try_emplace(entry.sequence, EventView::read(entry.event).value());
  std::vector<EventView> all;
  all.reserve(events.size());
  for (const auto& [sequence, event] : events) all.push_back(event);
  return all;
}

std::vector<Subject> Overlay::subjects() const {
  std::vector<Subject> subjects;
  for (const auto& [of, entries] : entries_) subjects.push_back(of.subject);
  subjects.erase(std::unique(subjects.begin(), subjects.end()), subjects.end());
  return subjects;
}

void Overlay::add_to(DossierBuilder& builder, const SubjectEvents& of,
                     std::optional<Sequence> left_out) const {
  const auto at = entries_.find(of);
  if (at == entries_.end()) return;
  for (const auto& entry : at->second)
    if (entry.sequence != left_out) builder.add(entry.sequence, entry.event);
}

std::vector<Sequence> Overlay::sequences(const Subject& subject) const {
  std::vector<Sequence> sequences;
  for (const auto aspect : {Aspect::subject_itself, Aspect::names_persons}) {
    const auto at = entries_.find({subject, aspect});
    if (at == entries_.end()) continue;
    for (const auto& entry : at->second) sequences.push_back(entry.sequence);
  }
  std::ranges::sort(sequences);
  return sequences;
}

}  // namespace kinledger::projections

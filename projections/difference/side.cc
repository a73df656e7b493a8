#include "projections/difference/side.h"

#include <algorithm>

#include "ledger/version.h"

namespace kinledger::projections {
namespace {

using ledger::Result;
using ledger::Sequence;

}  // namespace

Result<Side> Side::of(Archive& archive, ledger::TreeSize basis, ledger::Date on,
                      const Overlay* overlay) {
  auto stated = archive.basis(basis);
  if (!stated) return stated.error();
  auto rules = archive.rulebook(basis);
  if (!rules) return rules.error();
  Side side(archive, std::move(*stated), on);
  side.overlay_ = overlay;
  side.rules_ = std::move(*rules);
  if (overlay != nullptr && overlay->names(Subject::region())) {
    auto region = side.load(Subject::region(), Extent::whole);
    if (!region) return region.error();
    side.rules_ = std::make_shared<const Rulebook>(std::move(*region));
  }
  return side;
}

ledger::TreeSize Side::end() const {
  return {basis_.size.value + (overlay_ == nullptr ? 0 : overlay_->events().size())};
}

Result<Dossier> Side::load(const Subject& subject, Extent extent,
                           std::optional<Sequence> left_out) const {
  const auto& projector = archive_->projector();
  const bool is_as_recorded = overlay_ == nullptr || !overlay_->names(subject);
  if (is_as_recorded && !left_out) return projector.load(subject, basis_.size, extent);
  DossierBuilder builder(subject, extent);
  for (const auto aspect : {Aspect::subject_itself, Aspect::names_persons}) {
    if (aspect == Aspect::names_persons && extent == Extent::unit_itself) continue;
    const auto events = projector.events({subject, aspect}, basis_.size);
    if (!events) return events.error();
    for (const auto& [sequence, event] : *events)
      if (sequence != left_out) builder.add(sequence, event);
    if (overlay_ != nullptr) overlay_->add_to(builder, {subject, aspect}, left_out);
  }
  return builder.build();
}

Knowledge Side::knowledge() const {
  return Knowledge(*rules_,
                   [this](const Subject& subject, Extent extent) { return load(subject, extent); });
}

Knowledge Side::knowledge_without(Sequence left_out) const {
  return Knowledge(*rules_, [this, left_out](const Subject& subject, Extent extent) {
    return load(subject, extent, left_out);
  });
}

Asking Side::asking(Knowledge& knowledge) const {
  return {knowledge, {}, {}, basis_, "kinledger " + std::string(ledger::kinledger_version)};
}

Result<void> Side::shares(
    Subject::Kind kind,
    const std::function<void(unsigned share, Knowledge& knowledge, const Subject&)>& visit) const {
  auto view = archive_->view(basis_.size);
  if (!view) return view.error();
  const auto asking = archive_->asking(*view);
  if (overlay_ == nullptr) return asking.shares(kind, visit);
  // The dossiers that come with the pass know nothing of the overlay, nor of its rules.
  KnowledgeByThread known(*this);
  return asking.shares(kind, [&](unsigned share, Knowledge&, const Subject& subject) {
    visit(share, known.of_this_thread(), subject);
  });
}

Result<std::vector<Sequence>> Side::sequences(const Subject& subject, Sequence from) const {
  std::vector<Sequence> all;
  for (const auto aspect : {Aspect::subject_itself, Aspect::names_persons}) {
    if (aspect == Aspect::names_persons && subject.kind != Subject::Kind::unit) continue;
    const auto events = archive_->projector().events({subject, aspect}, basis_.size);
    if (!events) return events.error();
    for (auto at = events->lower_bound(from); at != events->end(); ++at) all.push_back(at->first);
  }
  if (overlay_ != nullptr)
    for (const auto sequence : overlay_->sequences(subject)) all.push_back(sequence);
  std::ranges::sort(all);
  return all;
}

Knowledge& KnowledgeByThread::of_this_thread() {
  const auto mine = [this]() -> Knowledge& {
    const std::lock_guard lock(mutex_);
    const auto at = of_threads_.find(std::this_thread::get_id());
    if (at != of_threads_.end()) return at->second;
    return of_threads_.emplace(std::this_thread::get_id(), side_.knowledge()).first->second;
  };
  auto& knowledge = mine();
  knowledge.stay_small();
  return knowledge;
}

}  // namespace kinledger::projections

#include "projections/views.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include "ledger/version.h"

namespace kinledger::projections {

using ledger::Error;
using ledger::Result;
using ledger::Sequence;
using ledger::TreeSize;

Views::Views(const ledger::Journal& journal, Projector& projector, std::string origin)
    : journal_(journal), projector_(projector), origin_(std::move(origin)) {}

Result<void> Views::reach(TreeSize at) {
  const std::lock_guard lock(mutex_);
  if (projector_.position() >= at) return {};
  return projector_.catch_up();
}

Result<Basis> Views::basis(TreeSize size) {
  {
    const std::lock_guard lock(mutex_);
    if (basis_ && basis_->size == size) return *basis_;
  }
  auto made = make_basis(size);
  if (!made) return made.error();
  const std::lock_guard lock(mutex_);
  basis_ = *made;
  return made;
}

Result<Basis> Views::make_basis(TreeSize size) const {
  const auto root = journal_.root(size);
  if (!root) return root.error();
  const Sequence last{size.value - 1};
  const auto located = journal_.locate(last);
  if (!located) return located.error();
  const auto event = ledger::EventView::read(located->event(last));
  if (!event) return event.error();
  return Basis{origin_, size, *root, event->envelope().recorded_at};
}

Result<std::shared_ptr<const Rulebook>> Views::rulebook(TreeSize at) {
  const std::lock_guard lock(mutex_);
  if (rulebook_ && rulebook_basis_ == at) return rulebook_;
  if (projector_.position() < at)
    if (const auto caught_up = projector_.catch_up(); !caught_up) return caught_up.error();
  auto region = projector_.load(Subject::region(), at);
  if (!region) return region.error();
  rulebook_ = std::make_shared<const Rulebook>(std::move(*region));
  rulebook_basis_ = at;
  return rulebook_;
}

Knowledge Views::knowledge(const Rulebook& rules, TreeSize at) const {
  return Knowledge(rules, [this, at](const Subject& subject, Extent extent) {
    return projector_.load(subject, at, extent);
  });
}

Result<View> Views::view(TreeSize at) {
  auto basis_of_view = basis(at);
  if (!basis_of_view) return basis_of_view.error();
  auto rules = rulebook(at);
  if (!rules) return rules.error();
  auto known = std::make_unique<Knowledge>(knowledge(**rules, at));
  return View{std::move(*basis_of_view), std::move(*rules), std::move(known)};
}

Result<void> Views::run_shares(const Rulebook& rules, const Subjects& subjects, TreeSize at,
                               const ShareVisitor& visit) const {
  std::atomic<unsigned> next{0};
  std::mutex mutex;
  std::optional<Error> fault;
  const auto work = [&] {
    for (;;) {
      const unsigned share = next.fetch_add(1);
      if (share >= subject_shares) return;
      auto known = knowledge(rules, at);
      const auto read =
          projector_.dossiers(subjects, share, at, [&](const Subject& subject, Dossier dossier) {
            known.stay_small();
            known.hold(subject, std::move(dossier));
            visit(share, known, subject);
          });
      if (read && !known.fault()) continue;
      const std::lock_guard lock(mutex);
      if (!fault) fault = read ? *known.fault() : read.error();
    }
  };
  const auto count = std::clamp(std::thread::hardware_concurrency(), 1u, subject_shares);
  std::vector<std::jthread> threads;
  for (unsigned i = 1; i < count; ++i) threads.emplace_back(work);
  work();
  threads.clear();
  if (fault) return *fault;
  return {};
}

Asking Views::asking(const View& known) const {
  const auto at = known.basis.size;
  return {*known.knowledge,
          [this, at](Subject::Kind kind, const std::function<bool(const Subject&)>& visit) {
            return projector_.subjects(kind, at, visit);
          },
          [this, at, rules = known.rules](const Subjects& subjects, const ShareVisitor& visit) {
            return run_shares(*rules, subjects, at, visit);
          },
          known.basis, "kinledger " + std::string(ledger::kinledger_version)};
}

}  // namespace kinledger::projections

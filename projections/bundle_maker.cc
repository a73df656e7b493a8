#include "projections/bundle_maker.h"

#include <algorithm>

#include "projections/each_once.h"

namespace kinledger::projections {
namespace {

using ledger::Result;
using ledger::Sequence;
using ledger::TreeSize;

using Events = Projector::Events;

/// Every event of the subject below the map's size; those that the answer may use go to `used` too.
Result<BundledSubject> bundled(const BundleSources& sources, const SubjectEvents& of,
                               TreeSize basis, Events& used) {
  const auto size = sources.map.position();
  auto events = sources.projector.events(of, size);
  if (!events) return events.error();
  auto shown = sources.map.show(of);
  if (!shown) return shown.error();
  BundledSubject subject{of, {}, std::move(shown->proof)};
  EventChain chain;
  for (auto& [sequence, bytes] : *events) {
    const auto leaf = ledger::leaf_hash(bytes);
    chain.add(sequence, leaf);
    subject.events.push_back({sequence, leaf});
    if (sequence.value < basis.value) used.try_emplace(sequence, std::move(bytes));
  }
  if (chain != shown->chain)
    return ledger::Error{ledger::Failure::corrupt,
                         "the projections and the subject map disagree; run: kinledger rebuild",
                         std::string(rebuild_advice_zh)};
  return subject;
}

/// Adds an event that is there for the proof itself.
Result<void> add_event(const ledger::Journal& journal, Sequence sequence, Events& used) {
  const auto located = journal.locate(sequence);
  if (!located) return located.error();
  const auto event = located->event(sequence);
  used.try_emplace(sequence, event.begin(), event.end());
  return {};
}

/// Proofs of the bundle's events and of its basis at the checkpoint.
Result<void> prove(const ledger::Journal& journal, TreeSize size, Bundle& bundle) {
  const auto read = [&](ledger::Subtree subtree) { return journal.subtree_hash(subtree); };
  std::vector<Sequence> indexes;
  for (const auto& event : bundle.events) indexes.push_back(event.sequence);
  auto proof = ledger::prove_leaves(indexes, size, read);
  if (!proof) return proof.error();
  bundle.proof = std::move(*proof);
  auto consistency = ledger::prove_consistency(bundle.basis.size, size, read);
  if (!consistency) return consistency.error();
  bundle.consistency = std::move(*consistency);
  return {};
}

}  // namespace

Result<Dossier> WatchedLoader::load(const Subject& subject, Extent extent) {
  seen_.push_back({subject, Aspect::subject_itself});
  if (subject.kind == Subject::Kind::unit && extent == Extent::whole)
    seen_.push_back({subject, Aspect::names_persons});
  return projector_.load(subject, basis_, extent);
}

std::vector<SubjectEvents> WatchedLoader::seen() const {
  auto seen = seen_;
  keep_each_once(seen);
  return seen;
}

Result<Bundle> make_bundle(const BundleSources& sources, const Answer& answer,
                           const Arguments& arguments, const std::vector<SubjectEvents>& seen) {
  Bundle bundle;
  bundle.question = answer.question;
  bundle.arguments = arguments;
  bundle.basis = {answer.basis.size, answer.basis.root};
  bundle.answer = answer_text(answer);
  bundle.map = sources.recorded;
  Events used;
  for (const auto& of : seen) {
    auto subject = bundled(sources, of, bundle.basis.size, used);
    if (!subject) return subject.error();
    if (used.size() > bundle_events_max)
      return ledger::Error{ledger::Failure::invalid,
                           "the answer rests on more events than one bundle may hold: publish the "
                           "ledger instead"};
    bundle.subjects.push_back(std::move(*subject));
  }
  const auto& journal = sources.ledger.journal();
  for (auto at = sources.map.position().value; at < bundle.basis.size.value; ++at)
    if (const auto added = add_event(journal, {at}, used); !added) return added.error();
  if (const auto added = add_event(journal, bundle.map, used); !added) return added.error();
  for (auto& [sequence, bytes] : used) bundle.events.push_back({sequence, std::move(bytes)});

  auto checkpoint = sources.ledger.checkpoint();
  if (!checkpoint) return checkpoint.error();
  if (checkpoint->head.size.value <= bundle.map.value)
    return ledger::Error{ledger::Failure::unavailable,
                         "the ledger is read-only, and the last checkpoint that it signed, of " +
                             std::to_string(checkpoint->head.size.value) +
                             " events, does not reach the answer"};
  bundle.checkpoint = std::move(checkpoint->note);
  if (const auto proven = prove(journal, checkpoint->head.size, bundle); !proven)
    return proven.error();
  return bundle;
}

}  // namespace kinledger::projections

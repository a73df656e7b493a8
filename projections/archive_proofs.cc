// The archive's proofs: the root of the subject map in the log, and answers as bundles.
#include <algorithm>

#include "projections/archive.h"
#include "projections/bundle_maker.h"
#include "projections/identity_access.h"

namespace kinledger::projections {
namespace {

using ledger::Error;
using ledger::EventType;
using ledger::Field;
using ledger::Parsed;
using ledger::Reason;
using ledger::Result;
using ledger::TreeSize;

std::filesystem::path subject_map_path(const ledger::Ledger& ledger) {
  return ledger.projections_directory() / "subject-map";
}

}  // namespace

std::optional<Archive::MapRoot> Archive::recorded_already(const Dossier& region, TreeSize durable) {
  const auto roots = region.of(EventType::subject_map_committed);
  if (roots.empty()) return std::nullopt;
  const auto size = static_cast<std::uint64_t>(roots.back().event.integer(Field::size).value_or(0));
  const auto since = std::ranges::count_if(
      roots, [size](const Fact& root) { return root.sequence.value >= size; });
  if (size + static_cast<std::uint64_t>(since) != durable.value) return std::nullopt;
  return MapRoot{roots.back().sequence, {size}};
}

Result<void> Archive::discard_subject_map() {
  const std::lock_guard lock(proving_);
  subject_map_.reset();
  std::error_code error;
  std::filesystem::remove_all(subject_map_path(*ledger_), error);
  if (error)
    return Error{ledger::Failure::unavailable,
                 "the subject map cannot be removed: " + error.message()};
  return {};
}

Result<Dossier> Archive::dossier_of(const ledger::PersonId& person) {
  const auto size = ledger_->durable().size;
  if (const auto reached = reach(size); !reached) return reached.error();
  return projector_->load(Subject::of(person), size);
}

Result<Parsed<void>> Archive::open_identity(Bundle& bundle) {
  const Error none{ledger::Failure::invalid, "there is no person whose identity can be opened"};
  if (!bundle.arguments.person) return none;
  const auto person = dossier_of(*bundle.arguments.person);
  if (!person) return person.error();
  if (auto withheld = identity_withheld(*person, ledger::civil_date_of(ledger_->now())))
    return Parsed<void>(std::move(*withheld));
  const auto opened = ledger_->vault().identity_of(*bundle.arguments.person);
  if (!opened) return opened.error();
  if (!*opened) return none;
  const auto& [identities, key] = **opened;
  // The oldest document is what the registration commits to.
  bundle.identity = {ledger::canonical_identity(identities.front()),
                     ledger::Bytes(key.bytes().begin(), key.bytes().end())};
  return Parsed<void>();
}

Result<SubjectMap*> Archive::subject_map(TreeSize size) {
  if (!subject_map_) {
    auto opened = ledger_->read_only()
                      ? SubjectMap::open_apart(ledger_->journal())
                      : SubjectMap::open(subject_map_path(*ledger_), ledger_->journal());
    if (!opened) return opened.error();
    subject_map_ = std::move(*opened);
  }
  if (const auto caught_up = subject_map_->catch_up(size); !caught_up) return caught_up.error();
  return subject_map_.get();
}

Result<void> Archive::commit_subject_map() {
  const std::lock_guard lock(proving_);
  const auto recorded = record_subject_map();
  return recorded ? Result<void>() : recorded.error();
}

Result<Archive::MapRoot> Archive::record_subject_map() {
  const auto durable = ledger_->durable().size;
  const auto rules = rulebook(durable);
  if (!rules) return rules.error();
  if (const auto recorded = recorded_already((*rules)->region(), durable)) return *recorded;

  const auto map = subject_map(durable);
  if (!map) return map.error();
  const auto root = (*map)->root();
  if (!root) return root.error();
  ledger::Submission submission;
  submission.key = "subject map/" + std::to_string(durable.value);
  submission.jurisdiction = ledger_->identity().jurisdiction;
  auto& draft = submission.events.emplace_back().draft;
  draft.type = EventType::subject_map_committed;
  draft.envelope.valid_on = ledger::civil_date_of(ledger_->now());
  draft.set(Field::size, static_cast<std::int64_t>(durable.value));
  draft.set(Field::subjects, static_cast<std::int64_t>((*map)->subjects()));
  draft.set(Field::root, ledger::as_text(root->bytes));
  const auto outcome = submit(submission);
  if (!outcome) return outcome.error();
  invariant(outcome->receipt.has_value(), "the root of a subject map is never refused");
  return MapRoot{outcome->receipt->first, durable};
}

Result<Parsed<Bundle>> Archive::prove(const Question& question, const Arguments& arguments,
                                      TreeSize at) {
  auto known = view(at);
  if (!known) return known.error();
  WatchedLoader watched(*projector_, at);
  Knowledge knowledge(*known->rules, [&](const Subject& subject, Extent extent) {
    return watched.load(subject, extent);
  });
  auto asked = asking(*known);
  bool everyone = false;
  const auto refuse = [&](auto, const auto&) -> Result<void> {
    everyone = true;
    return Error{ledger::Failure::invalid, "a bundle is about one person or unit"};
  };
  Asking watching{knowledge, refuse, refuse, asked.basis, asked.program};
  const auto answer = projections::ask(question, arguments, watching);
  if (everyone)
    return Parsed<Bundle>(
        Reason("BUNDLE_EVERYONE", "证据包只涉及一人或一个单位；涉及全体的查询请公布账本后校验",
               "a bundle is about one person or unit: publish the ledger to prove the others"));
  if (!answer) return answer.error();
  if (knowledge.fault()) return *knowledge.fault();
  if (!*answer) return Parsed<Bundle>(answer->error());

  auto seen = watched.seen();
  seen.insert(std::ranges::lower_bound(seen, SubjectEvents{}), SubjectEvents{});  // the region
  // One at a time: the map stays at the size whose root is recorded.
  const std::lock_guard lock(proving_);
  const auto recorded = record_subject_map();
  if (!recorded) return recorded.error();
  const auto map = subject_map(recorded->size);
  if (!map) return map.error();
  auto bundle =
      make_bundle({*ledger_, *projector_, **map, recorded->event}, **answer, arguments, seen);
  if (!bundle) return bundle.error();
  return Parsed<Bundle>(std::move(*bundle));
}

}  // namespace kinledger::projections

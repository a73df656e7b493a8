#include "projections/bundle_check.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <map>

#include "ledger/log_key.h"
#include "ledger/stated_keys.h"
#include "ledger/version.h"
#include "projections/rulebook.h"

namespace kinledger::projections {
namespace {

using ledger::ByteView;
using ledger::EventType;
using ledger::EventView;
using ledger::Field;
using ledger::Hash;
using ledger::Parsed;
using ledger::PlacedLeaf;
using ledger::Reason;
using ledger::Sequence;
using ledger::TreeHead;

using Wrong = std::optional<Reason>;

/// The events of a bundle by sequence, read and hashed.
struct HeldEvent {
  EventView event;
  Hash leaf;
};
using HeldEvents = std::map<Sequence, HeldEvent>;

Wrong check_basis(const Bundle& bundle, const TreeHead& head) {
  if (bundle.basis.size.value > 0 &&
      ledger::verify_consistency(bundle.basis, head, bundle.consistency))
    return std::nullopt;
  return Reason("BUNDLE_BASIS", "答复所依据的账本不是已签发检查点的开头部分",
                "the basis of the answer is not a beginning of the signed tree");
}

/// Reads the events into `held` and compares them with the root.
Wrong hold_events(const Bundle& bundle, const TreeHead& head, HeldEvents& held) {
  std::vector<PlacedLeaf> leaves;
  for (const auto& [sequence, bytes] : bundle.events) {
    const auto event = EventView::read(bytes);
    if (!event || !ledger::check_canonical(bytes))
      return Reason("BUNDLE_EVENT", "记录 " + std::to_string(sequence.value) + " 无法读取",
                    "event " + std::to_string(sequence.value) + " cannot be read");
    const auto leaf = ledger::leaf_hash(bytes);
    leaves.push_back({sequence, leaf});
    held.try_emplace(sequence, HeldEvent{*event, leaf});
  }
  if (ledger::root_of_leaves(leaves, bundle.proof, head.size) == head.root) return std::nullopt;
  return Reason("BUNDLE_PROOF", "所附记录与已签发的检查点不符",
                "the events are not those of the signed tree");
}

struct RecordedMap {
  std::uint64_t size = 0;
  Hash root;
};

/// The map that the bundle relies on. What was recorded between its size and the basis must be
/// roots of maps, which are about nobody.
std::optional<RecordedMap> recorded_map(const Bundle& bundle, const HeldEvents& held) {
  const auto found = held.find(bundle.map);
  if (found == held.end() || found->second.event.type() != EventType::subject_map_committed)
    return std::nullopt;
  const auto& event = found->second.event;
  const auto size = event.integer(Field::size);
  const auto root = event.text(Field::root);
  RecordedMap map;
  if (!size || *size < 0 || root.size() != map.root.bytes.size() ||
      static_cast<std::uint64_t>(*size) > bundle.map.value)
    return std::nullopt;
  map.size = static_cast<std::uint64_t>(*size);
  std::ranges::copy(ledger::as_bytes(root), map.root.bytes.begin());
  for (auto at = map.size; at < bundle.basis.size.value; ++at) {
    const auto between = held.find({at});
    if (between == held.end() || between->second.event.type() != EventType::subject_map_committed)
      return std::nullopt;
  }
  return map;
}

bool is_complete(const BundledSubject& subject, const Bundle& bundle, const RecordedMap& map,
                 const HeldEvents& held) {
  EventChain chain;
  std::optional<Sequence> before;
  for (const auto& [sequence, leaf] : subject.events) {
    if (sequence.value >= map.size || (before && sequence <= *before)) return false;
    before = sequence;
    const auto found = held.find(sequence);
    const bool is_held = found != held.end() && found->second.leaf == leaf;
    if (!is_held && sequence < Sequence{bundle.basis.size.value}) return false;
    chain.add(sequence, leaf);
  }
  return is_shown(map_key(subject.of), chain, subject.proof, map.root);
}

Wrong check_subjects(const Bundle& bundle, const HeldEvents& held) {
  const auto map = recorded_map(bundle, held);
  if (!map)
    return Reason("BUNDLE_SUBJECT_MAP", "没有覆盖答复依据的主体目录",
                  "no subject map of that tree covers the basis");
  for (std::size_t i = 0; i < bundle.subjects.size(); ++i) {
    const auto& subject = bundle.subjects[i];
    const bool ascends = i == 0 || bundle.subjects[i - 1].of < subject.of;
    if (ascends && is_complete(subject, bundle, *map, held)) continue;
    const auto id = ledger::to_hex(subject.of.subject.id);
    return Reason("BUNDLE_SUBJECT", "主体 " + id + " 的记录不完整",
                  "the events of subject " + id + " are not all there");
  }
  return std::nullopt;
}

/// Dossiers from the bundle alone.
ledger::Result<Dossier> load(const Bundle& bundle, const HeldEvents& held, const Subject& subject,
                             Extent extent) {
  DossierBuilder builder(subject, extent);
  const auto add = [&](Aspect aspect) {
    const auto found =
        std::ranges::find(bundle.subjects, SubjectEvents{subject, aspect}, &BundledSubject::of);
    if (found == bundle.subjects.end()) return false;
    for (const auto& leaf : found->events)
      if (leaf.index.value < bundle.basis.size.value)
        builder.add(leaf.index, held.at(leaf.index).event.bytes());
    return true;
  };
  const bool is_whole_unit = subject.kind == Subject::Kind::unit && extent == Extent::whole;
  if (!add(Aspect::subject_itself) || (is_whole_unit && !add(Aspect::names_persons)))
    return ledger::Error{ledger::Failure::invalid, ledger::to_hex(subject.id)};
  return builder.build();
}

Reason lacks(const std::string& subject) {
  return {"BUNDLE_NEEDS", "证据包缺少主体 " + subject + " 的记录",
          "the bundle lacks the events of subject " + subject};
}

/// The program that the answer in the bundle names.
std::string program_of(const Bundle& bundle) {
  boost::system::error_code error;
  const auto answer = boost::json::parse(bundle.answer, error);
  const auto* object = error ? nullptr : answer.if_object();
  const auto* program = object == nullptr ? nullptr : object->if_contains("program");
  const auto* text = program == nullptr ? nullptr : program->if_string();
  return text == nullptr ? std::string() : std::string(text->data(), text->size());
}

Parsed<Answer> answer_again(const Bundle& bundle, const HeldEvents& held, const std::string& origin,
                            const std::string& program) {
  const auto* question = find_question(bundle.question);
  if (question == nullptr)
    return Reason("BUNDLE_QUESTION", "没有这个查询", "there is no such question");
  auto region = load(bundle, held, Subject::region(), Extent::whole);
  if (!region) return lacks(region.error().what);
  const Rulebook rules(std::move(*region));
  Knowledge knowledge(rules, [&](const Subject& subject, Extent extent) {
    return load(bundle, held, subject, extent);
  });
  const auto everyone = [](auto, const auto&) -> ledger::Result<void> {
    return ledger::Error{ledger::Failure::invalid, "*"};
  };
  const Basis basis{origin, bundle.basis.size, bundle.basis.root, {}};
  Asking asking{knowledge, everyone, everyone, basis, program};
  auto answer = ask(*question, bundle.arguments, asking);
  if (!answer) return lacks(answer.error().what);
  if (knowledge.fault()) return lacks(knowledge.fault()->what);
  if (!*answer) return Reason("BUNDLE_QUESTION", answer->error().zh, answer->error().en);
  return std::move(**answer);
}

/// An opened identity must be that of the person asked about, as an event of the bundle commits to.
bool is_registered(const Bundle& bundle, const HeldEvents& held) {
  const auto& [canonical, secret] = *bundle.identity;
  if (!bundle.arguments.person || secret.size() != ledger::Key256::size_bytes ||
      !ledger::read_canonical_identity(canonical))
    return false;
  const ledger::Key256 key{std::span<const std::uint8_t, ledger::Key256::size_bytes>(secret)};
  const auto commitment = ledger::identity_commitment(key, canonical);
  return std::ranges::any_of(held, [&](const auto& one) {
    const auto& event = one.second.event;
    return event.type() == EventType::person_registered &&
           event.person(Field::person) == bundle.arguments.person &&
           event.text(Field::identity_commitment) == ledger::as_text(commitment.bytes);
  });
}

}  // namespace

Parsed<Answer> check_bundle(const Bundle& bundle, const ledger::NoteVerifier& log) {
  const ledger::LogKey key = log;
  const auto checkpoint = ledger::read_signed_checkpoint(bundle.checkpoint, {&key, 1});
  if (!checkpoint)
    return Reason("BUNDLE_CHECKPOINT", "检查点不是用该账本的密钥签发的",
                  "the checkpoint is not signed with the key of the ledger");
  HeldEvents held;
  if (auto wrong = check_basis(bundle, checkpoint->head)) return std::move(*wrong);
  if (auto wrong = hold_events(bundle, checkpoint->head, held)) return std::move(*wrong);
  if (auto wrong = check_subjects(bundle, held)) return std::move(*wrong);

  if (bundle.identity && !is_registered(bundle, held))
    return Reason("BUNDLE_IDENTITY", "所附身份不是登记时的身份",
                  "the opened identity is not the one that was registered");

  const auto program = "kinledger " + std::string(ledger::kinledger_version);
  const auto made_by = program_of(bundle);
  if (made_by != program)
    return Reason("BUNDLE_PROGRAM",
                  "证据包由 " + made_by + " 制作，请用该版本校验（本程序为 " + program + "）",
                  "made by " + made_by + ": verify it with that version (this is " + program + ")");
  auto answer = answer_again(bundle, held, log.name, program);
  if (answer && answer_text(*answer) != bundle.answer)
    return Reason("BUNDLE_ANSWER", "由所附记录得不出这一答复",
                  "the answer does not follow from the events");
  return answer;
}

std::optional<ledger::IdentityRecord> identity_in(const Bundle& bundle) {
  if (!bundle.identity) return std::nullopt;
  return ledger::read_canonical_identity(bundle.identity->canonical);
}

std::optional<ledger::NoteVerifier> stated_key(const Bundle& bundle) {
  ledger::StatedKeys keys;
  for (const auto& proven : bundle.events) {
    const auto event = ledger::EventView::read(proven.bytes);
    if (!event || !keys.take(*event)) return std::nullopt;
  }
  if (keys.empty()) return std::nullopt;
  return keys.in_force();
}

}  // namespace kinledger::projections

#include "ledger/stated_keys.h"

#include <algorithm>

#include "ledger/journal.h"

namespace kinledger::ledger {
namespace {

std::optional<PublicKey> key_in(const EventView& event, Field field) {
  const auto bytes = as_bytes(event.text(field));
  PublicKey key{};
  if (bytes.size() != key.size()) return std::nullopt;
  std::ranges::copy(bytes, key.begin());
  return key;
}

/// KeyRotated of another purpose is none of a log's.
bool is_rotation(const EventView& event) {
  return event.type() == EventType::key_rotated && event.text(Field::purpose) == checkpoint_key;
}

}  // namespace

bool StatedKeys::take(const EventView& event) {
  const bool is_first = all_.empty();
  if (is_first && event.type() != EventType::ledger_created) return false;
  if (!is_first && !is_rotation(event)) return true;
  if (!is_first && key_in(event, Field::previous_public_key) != in_force().key) return false;
  const auto key = key_in(event, Field::public_key);
  if (!key) return false;
  all_.push_back({is_first ? std::string(event.text(Field::origin)) : origin(), *key});
  return true;
}

bool StatedKeys::have_signed(const SignedNote& note) const {
  return std::ranges::any_of(all_, [&](const auto& key) { return is_signed_by(note, key); });
}

std::optional<Checkpoint> StatedKeys::read_checkpoint(std::string_view text) const {
  const auto note = read_note(text);
  auto checkpoint = note ? ledger::read_checkpoint(note->text) : std::nullopt;
  if (!checkpoint || checkpoint->origin != origin() || !have_signed(*note)) return std::nullopt;
  return checkpoint;
}

Result<StatedKeys> stated_keys(const Journal& journal) {
  auto events = journal.key_rotations();
  if (!events) return events.error();
  events->insert(events->begin(), Sequence{0});
  StatedKeys keys;
  for (const auto sequence : *events) {
    const auto located = journal.locate(sequence);
    if (!located) return located.error();
    const auto event = EventView::read(located->event(sequence));
    if (!event) return event.error();
    const auto before = keys.all().size();
    if (!keys.take(*event) || keys.all().size() == before)
      return Error{Failure::corrupt, "event " + std::to_string(sequence.value) +
                                         " does not state the key of the log that it should"};
  }
  return keys;
}

}  // namespace kinledger::ledger

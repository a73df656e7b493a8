// The keys of Ed25519 that a log says it signs with: that of its first event, LedgerCreated, and
// those that KeyRotated (密钥轮换) put in its place. Whoever trusts them trusts whoever handed the
// events out.
#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "ledger/checkpoint.h"
#include "ledger/event.h"
#include "ledger/signed_note.h"

namespace kinledger::ledger {

class Journal;

/// Purpose that KeyRotated has for a key of Ed25519 that signs checkpoints.
inline constexpr std::string_view checkpoint_key = "checkpoint";

class StatedKeys {
 public:
  /// None yet: the first event is to be taken.
  StatedKeys() = default;
  /// Of a log that has had one key.
  StatedKeys(NoteVerifier only) : all_{std::move(only)} {}

  /// Takes an event of the log, in order; most state no key. False at one that does: a first event
  /// that is no LedgerCreated or has no key, a KeyRotated that does not follow from the key before.
  bool take(const EventView& event);

  bool empty() const { return all_.empty(); }
  /// In the order in which they came into force. All have the name of the log.
  const std::vector<NoteVerifier>& all() const { return all_; }
  /// Precondition: not empty().
  const NoteVerifier& in_force() const { return all_.back(); }
  const std::string& origin() const { return all_.front().name; }

  /// Whether one of them, in force or not, signed the note.
  bool have_signed(const SignedNote& note) const;
  /// The checkpoint, if it is of this log and one of its keys signed it.
  std::optional<Checkpoint> read_checkpoint(std::string_view note) const;

 private:
  std::vector<NoteVerifier> all_;
};

/// Those of the events in the journal, which has at least one. `corrupt` when they do not fit.
Result<StatedKeys> stated_keys(const Journal& journal);

}  // namespace kinledger::ledger

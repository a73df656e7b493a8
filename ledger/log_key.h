// The public keys of a log, whatever their kind: what a reader checks checkpoints with, offline.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "ledger/checkpoint.h"
#include "ledger/signed_note.h"
#include "ledger/sm2_note.h"
#include "ledger/types.h"

namespace kinledger::ledger {

/// Ed25519, or SM2.
using LogKey = std::variant<NoteVerifier, Sm2Verifier>;

/// Reads what to_text() of one of them writes; nothing else.
std::optional<LogKey> read_log_key(std::string_view text);
const std::string& name_of(const LogKey& key);
bool is_signed_by(const SignedNote& note, const LogKey& key);

/// The checkpoint, if every one of the keys signed it and is named like its origin. Precondition:
/// at least one key.
std::optional<Checkpoint> read_signed_checkpoint(std::string_view note,
                                                 std::span<const LogKey> keys);

}  // namespace kinledger::ledger

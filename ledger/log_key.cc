#include "ledger/log_key.h"

#include <algorithm>

namespace kinledger::ledger {

std::optional<LogKey> read_log_key(std::string_view text) {
  if (auto ed25519 = read_verifier(text)) return *ed25519;
  if (auto sm2 = read_sm2_verifier(text)) return *sm2;
  return std::nullopt;
}

const std::string& name_of(const LogKey& key) {
  return std::visit([](const auto& any) -> const std::string& { return any.name; }, key);
}

bool is_signed_by(const SignedNote& note, const LogKey& key) {
  return std::visit([&](const auto& any) { return is_signed_by(note, any); }, key);
}

std::optional<Checkpoint> read_signed_checkpoint(std::string_view text,
                                                 std::span<const LogKey> keys) {
  invariant(!keys.empty(), "a key to check with");
  const auto note = read_note(text);
  auto checkpoint = note ? read_checkpoint(note->text) : std::nullopt;
  if (!checkpoint || !std::ranges::all_of(keys, [&](const LogKey& key) {
        return name_of(key) == checkpoint->origin && is_signed_by(*note, key);
      }))
    return std::nullopt;
  return checkpoint;
}

}  // namespace kinledger::ledger

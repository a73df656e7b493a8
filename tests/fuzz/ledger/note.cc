// Signed notes, what they hold, and the keys that sign them: what is read is what its writer
// writes.
#include <array>

#include "ledger/checkpoint.h"
#include "ledger/cosignature.h"
#include "ledger/log_key.h"
#include "ledger/witness_policy.h"
#include "tests/fuzz/published_log.h"
#include "tests/fuzz/refusals.h"
#include "tests/fuzz/target.h"

namespace kinledger::fuzz {
namespace {

using namespace ledger;

void read_keys(std::string_view text) {
  if (const auto key = read_verifier(text)) invariant(key->to_text() == text);
  if (const auto key = read_witness_verifier(text)) invariant(key->to_text() == text);
  (void)read_log_key(text);
}

void read_policy(std::string_view text) {
  const auto policy = WitnessPolicy::read(text);
  if (policy) return;
  invariant(!policy.error().empty());
  for (const auto& refusal : policy.error()) check(refusal.reason);
}

}  // namespace

void note(ByteView input) {
  const auto text = as_text(input);
  read_keys(text);
  read_policy(text);
  if (const auto checkpoint = read_checkpoint(text)) invariant(checkpoint->to_text() == text);
  const auto note = read_note(text);
  if (!note) return;
  invariant(note->to_text() == text && !note->signatures.empty());
  const std::array<LogKey, 1> keys{published_log()};
  const auto checkpoint = read_signed_checkpoint(text, keys);
  invariant(!checkpoint || is_signed_by(*note, published_log()));
  (void)cosigned_at(*note, published_witness());
}

const Registered registered_note({"note", note, 20'000});

}  // namespace kinledger::fuzz

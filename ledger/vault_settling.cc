#include "ledger/vault_settling.h"

#include <algorithm>

#include "ledger/erasure.h"

namespace kinledger::ledger {
namespace {

/// Events that a start looks through for erasures without noting that it did.
constexpr std::uint64_t unchecked_events_max = 10'000;

Result<void> settle_pending(const Journal& journal, Vault& vault) {
  const auto pending = vault.pending();
  if (!pending) return pending.error();
  for (const auto& id : *pending) {
    const auto record = journal.submission(id);
    if (!record) return record.error();
    const auto settled = record->has_value() ? vault.confirm(id) : vault.discard(id);
    if (!settled) return settled.error();
  }
  return {};
}

}  // namespace

Result<std::uint64_t> settle_vault(const Journal& journal, Vault& vault) {
  if (const auto settled = settle_pending(journal, vault); !settled) return settled.error();
  const auto size = journal.size();
  const auto done = vault.erasures_done();
  if (!done) return done.error();
  const auto from = std::min(*done, size);
  const auto erased = apply_erasures(journal, vault, {from.value}, size);
  if (!erased) return erased.error();
  // Not with every start: a few thousand events are looked through in no time.
  if (*erased == 0 && *done <= size && size.value - from.value < unchecked_events_max)
    return *erased;
  if (const auto set = vault.set_erasures_done(size); !set) return set.error();
  if (const auto synced = vault.sync(); !synced) return synced.error();
  return *erased;
}

}  // namespace kinledger::ledger

// Erasures (删除) that the log records, carried out again in a vault of an older moment: one that
// was restored from a backup still holds whoever was erased since.
#pragma once

#include <cstdint>

#include "ledger/journal.h"
#include "ledger/result.h"
#include "ledger/vault.h"

namespace kinledger::ledger {

/// Erases in the vault whoever events [from, until) of the journal say was erased. Gives how many
/// of them it still had. Fails as reading the journal and as Vault::erase do.
Result<std::uint64_t> apply_erasures(const Journal& journal, Vault& vault, Sequence from,
                                     TreeSize until);

/// Whether the vault still has somebody whom an event of [from, until) erases.
Result<bool> has_erased(const Journal& journal, const Vault& vault, Sequence from, TreeSize until);

}  // namespace kinledger::ledger

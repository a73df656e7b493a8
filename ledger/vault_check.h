// Compares the vault with the log: every registered person's identity must open to the commitment
// in the event that registered them.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "ledger/journal.h"
#include "ledger/vault.h"
#include "ledger/verify.h"

namespace kinledger::ledger {

struct VaultCheck {
  std::uint64_t persons = 0;     ///< whose identity is the one that was registered
  std::optional<Damage> damage;  ///< the first registration whose identity is not
};

/// Of the registrations below `size`; persons that were erased since are passed over.
Result<VaultCheck> check_vault(const Journal& journal, const Vault& vault, TreeSize size,
                               const std::function<void(std::uint64_t done)>& progress);

}  // namespace kinledger::ledger

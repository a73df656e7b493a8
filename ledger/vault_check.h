// Compares the vault with the log: every registered person's identity must open to the commitment
// in the event that registered them, unless another event says that the person was erased.
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
  std::uint64_t erased = 0;      ///< of whom nothing is left, as was recorded
  std::optional<Damage> damage;  ///< the first event that the vault contradicts
};

/// Of the registrations below `size`, and of the erasures: who was erased must not be in the vault,
/// and of everybody else it must have the identity that was registered.
Result<VaultCheck> check_vault(const Journal& journal, const Vault& vault, TreeSize size,
                               const std::function<void(std::uint64_t done)>& progress);

}  // namespace kinledger::ledger

// Settling (了结) what an interrupted run left half done in the vault, by what the journal holds:
// ledger/vault.h says what that can be.
#pragma once

#include <cstdint>

#include "ledger/journal.h"
#include "ledger/result.h"
#include "ledger/vault.h"

namespace kinledger::ledger {

/// Confirms what is pending for submissions whose events are durable and takes back the others,
/// then carries out the erasures that the vault does not know to be carried out in it: none, unless
/// it is of an older moment than the journal. Gives how many persons those still had. Precondition:
/// the journal holds all that was acknowledged. Fails as reading the journal and as the vault do.
Result<std::uint64_t> settle_vault(const Journal& journal, Vault& vault);

}  // namespace kinledger::ledger

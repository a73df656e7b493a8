// --policy: a witness policy, from its file.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ledger/refusal.h"
#include "ledger/witness_policy.h"
#include "tools/command.h"

namespace kinledger::tools {

/// Tells every line that cannot be accepted.
Told<ledger::WitnessPolicy> read_policy(const std::string& file, Terminal& terminal);

/// Why a note that is signed does not have the cosignatures that the policy asks for
/// (QUORUM_NOT_REACHED); nothing when it has.
std::optional<ledger::Reason> lacks_quorum(std::string_view note,
                                           const ledger::WitnessPolicy& policy);

}  // namespace kinledger::tools

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

/// Why a checkpoint is not what the policy asks for: no log of the policy signed it (POLICY_LOG),
/// or too few of its witnesses cosigned it (QUORUM_NOT_REACHED). Nothing when it is.
std::optional<ledger::Reason> falls_short(std::string_view note,
                                          const ledger::WitnessPolicy& policy);

}  // namespace kinledger::tools

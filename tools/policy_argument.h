// --policy: a witness policy, from its file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/refusal.h"
#include "ledger/witness_policy.h"
#include "tools/command.h"

namespace kinledger::tools {

/// Tells every line that cannot be accepted.
Told<ledger::WitnessPolicy> read_policy(const std::string& file, Terminal& terminal);

/// --policy and --cosigned-within, for whoever checks a checkpoint.
struct PolicyArguments {
  std::string file;    ///< empty: no cosignature is needed
  std::string within;  ///< seconds; empty: of any age
};
/// Of `says` is what the option --policy is for.
void add_policy_parameters(PolicyArguments& arguments, const Label& says,
                           std::vector<Parameter>& parameters);

struct NeededCosignatures {
  ledger::WitnessPolicy policy;
  std::uint64_t age_seconds_max = UINT64_MAX;

  /// Now: none is taken from the future, nor one that is older.
  ledger::CosignedWindow window() const {
    return ledger::CosignedWindow::at(ledger::cosigned_now(), age_seconds_max);
  }
};
/// Nothing without --policy.
Told<std::optional<NeededCosignatures>> read_needed(const PolicyArguments& arguments,
                                                    Terminal& terminal);

/// Why a checkpoint is not what is asked for: no log of the policy signed it (POLICY_LOG), or too
/// few of its witnesses cosigned it, in time (QUORUM_NOT_REACHED). Nothing when it is.
std::optional<ledger::Reason> falls_short(std::string_view note, const NeededCosignatures& needed);

}  // namespace kinledger::tools

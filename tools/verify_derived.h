// verify of what lies beside the log: the subject maps that it records, the vault, and the
// projections.
#pragma once

#include <boost/json/fwd.hpp>
#include <optional>
#include <string>

#include "tools/open_ledger.h"

namespace kinledger::tools {

/// What was compared, and the first thing that is not as the log says.
struct DerivedVerification {
  std::uint64_t subject_maps = 0;
  std::uint64_t persons = 0;
  std::uint64_t erased = 0;  ///< persons of whom the vault has nothing left, as was recorded
  std::optional<ledger::Sequence> sequence;  ///< of the event that it contradicts, if it is one
  std::string wrong;                         ///< one English sentence; empty when nothing is
};

/// The log itself must have been verified.
ledger::Result<DerivedVerification> verify_derived(projections::Archive& archive,
                                                   Terminal& terminal);

}  // namespace kinledger::tools

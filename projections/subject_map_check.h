// Derives every subject map again whose root the log records, from the log alone.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>

#include "ledger/journal.h"
#include "ledger/verify.h"

namespace kinledger::projections {

struct SubjectMapCheck {
  std::uint64_t roots = 0;               ///< recorded, and as the log says
  std::optional<ledger::Damage> damage;  ///< the first one that is not
};

/// Checks the roots recorded below `size`, by a map made in `scratch`, a directory that is not
/// there yet or empty. An Error only when the check itself could not run.
ledger::Result<SubjectMapCheck> check_subject_maps(
    const ledger::Journal& journal, ledger::TreeSize size, const std::filesystem::path& scratch,
    const std::function<void(std::uint64_t done, std::uint64_t total)>& progress);

}  // namespace kinledger::projections

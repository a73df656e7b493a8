// What submissions that are only tried would change (预览): the ledger as it is against the ledger
// with their events.
#pragma once

#include <span>

#include "ledger/submission.h"
#include "projections/difference/difference.h"

namespace kinledger::projections {

/// With the checks that would find more or fewer irregularities. Records nothing.
ledger::Result<Difference> preview_difference(Archive& archive,
                                              std::span<const ledger::Preview> previews,
                                              ledger::TreeSize known, ledger::Date on);

}  // namespace kinledger::projections

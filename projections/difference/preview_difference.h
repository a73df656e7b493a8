// What submissions that are only tried would change (预览): the ledger as it is against the ledger
// with their events.
#pragma once

#include <cstddef>
#include <span>

#include "ledger/submission.h"
#include "projections/difference/difference.h"

namespace kinledger::projections {

/// Events that a preview takes at most.
inline constexpr std::size_t preview_events_max = 200'000;

/// With the checks that would find more or fewer irregularities. Records nothing. Refused: more
/// than so many events, PREVIEW_TOO_LARGE.
ledger::Result<ledger::Parsed<Difference>> preview_difference(
    Archive& archive, std::span<const ledger::Preview> previews, ledger::TreeSize known,
    ledger::Date on);

}  // namespace kinledger::projections

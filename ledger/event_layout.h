// Where the parts of an encoded event stand: what its writer and its reader share.
#pragma once

#include <bit>
#include <cstdint>

namespace kinledger::ledger {

static_assert(std::endian::native == std::endian::little, "stored integers are little-endian");

// Rata Die number of 1970-01-01: stored dates count from 0001-01-01 = 1, so that 0 is absent.
inline constexpr std::int64_t rata_die_epoch = 719'163;
// Stored months are year * 12 + month.
inline constexpr std::int64_t stored_month_epoch = 1970 * 12 + 1;

// The pointer section of the envelope holds the correction and then the body.
inline constexpr std::uint16_t body_pointer = 1;

}  // namespace kinledger::ledger

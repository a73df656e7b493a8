// Limits of the numbers of an event, handed in or read from storage. Dates and months have theirs
// in calendar.h.
#pragma once

#include <cstdint>

#include "ledger/calendar.h"
#include "ledger/money.h"

namespace kinledger::ledger {

inline constexpr Year year_min{1900};  ///< that of date_min
inline constexpr Year year_max{2199};  ///< that of date_max
inline constexpr std::int64_t count_max = 999'999'999;

/// To be asked of every year, amount and count that is read from storage: whoever computes with
/// them takes the limits for granted.
constexpr bool is_in_range(Year year) { return year >= year_min && year <= year_max; }
constexpr bool is_in_range(Fen amount) { return amount.value >= 0 && amount <= fen_max; }
constexpr bool is_count(std::int64_t number) { return number >= 0 && number <= count_max; }

}  // namespace kinledger::ledger

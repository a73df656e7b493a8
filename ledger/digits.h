// The ten digits of ASCII; whatever the locale says, nothing else is a digit here.
#pragma once

#include <algorithm>
#include <string_view>

namespace kinledger::ledger {

constexpr bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

/// True of the empty text.
constexpr bool all_digits(std::string_view text) { return std::ranges::all_of(text, is_digit); }

}  // namespace kinledger::ledger

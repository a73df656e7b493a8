// Three-valued truth: what the ledger does not know is neither yes nor no.
#pragma once

#include <algorithm>
#include <cstdint>

namespace kinledger::projections {

/// Ordered so that "all of" is the least and "any of" the greatest (Kleene's strong logic).
enum class Truth : std::uint8_t { no, unknown, yes };

constexpr Truth all_of(Truth left, Truth right) { return std::min(left, right); }
constexpr Truth any_of(Truth left, Truth right) { return std::max(left, right); }
constexpr Truth not_of(Truth truth) {
  return static_cast<Truth>(static_cast<std::uint8_t>(Truth::yes) -
                            static_cast<std::uint8_t>(truth));
}
constexpr Truth truth_of(bool value) { return value ? Truth::yes : Truth::no; }

}  // namespace kinledger::projections

// Money (金额) as whole fen (分, CNY/100): exact sums, never a binary fraction. Convention I-02 of
// docs/RULES.md. How a share of an amount is rounded is a policy question (O-34), so nothing here
// rounds.
//
// Pure functions; any thread.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ledger/refusal.h"

namespace kinledger::ledger {

/// An amount in fen. Amounts handed in are never negative; differences may be.
struct Fen {
  std::int64_t value = 0;
  auto operator<=>(const Fen&) const = default;
};

/// 999,999,999,999.99 yuan: the largest amount, handed in or computed, in either direction.
inline constexpr Fen fen_max{99'999'999'999'999};

/// An amount in yuan as data write it: "250", "250.0" or "250.00"; ASCII digits, no separators, no
/// leading zeros. Refused:
///   MONEY_FORMAT             not such a number
///   MONEY_NEGATIVE           a minus sign before such a number
///   MONEY_TOO_MANY_DECIMALS  a fraction of a fen, even if it is zero
///   MONEY_TOO_LARGE          above fen_max
Parsed<Fen> parse_yuan(std::string_view text);

/// As a spreadsheet shows it: also outer spaces, a ¥ or ￥ before, 元 after, and commas between
/// groups of three digits ("¥1,920.00"). Refusals as for parse_yuan; a comma elsewhere is
/// MONEY_FORMAT.
Parsed<Fen> parse_yuan_loosely(std::string_view text);

/// "1920.00", "-0.05".
std::string format_yuan(Fen amount);
/// "1,920.00".
std::string format_yuan_grouped(Fen amount);

/// Exact, or nothing if the result lies outside ±fen_max: amounts come from users, so a sum that
/// is too large is theirs to see and not a bug. Precondition: the amounts are within ±fen_max.
std::optional<Fen> add(Fen left, Fen right);
std::optional<Fen> multiply(Fen amount, std::int64_t times);

}  // namespace kinledger::ledger

// What refusals of several readers have in common: the nearest known name as advice, and names
// taken from the input shown so that they give nothing away and do no harm on a terminal.
//
// Pure functions; any thread.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "ledger/refusal.h"

namespace kinledger::ledger::intake {

/// Of a key or heading out of the input, in characters.
inline constexpr std::size_t shown_name_characters_max = 64;

/// Ends a sentence that says "there is no such command": with "; did you mean 'import'?" or, when
/// no candidate is likely, with a full stop. The one that is named differs least from `sought`: in
/// at most a third of the bytes (two may always differ).
struct Suggestion {
  std::string zh;
  std::string en;
};
Suggestion did_you_mean(std::string_view sought, std::span<const std::string_view> candidates);

/// A name from the input as a refusal may show it: white space folded, cut to
/// shown_name_characters_max; "?" when it holds characters that text must not hold or looks like
/// an identity number.
std::string shown_name(std::string_view name);

/// True when the text holds a resident ID number (GB 11643): 18 digits, or 17 and an X, no more and
/// no less, that begin with a province and have a birth date and a right check character;
/// full-width digits count as digits. Such a text must not get into an event.
bool holds_resident_id(std::string_view text);

/// The text with full-width forms (U+FF01 .. U+FF5E) as the ASCII characters that they stand for.
/// Any bytes.
std::string half_width(std::string_view text);

/// TEXT_LOOKS_LIKE_ID
Reason looks_like_resident_id();

}  // namespace kinledger::ledger::intake

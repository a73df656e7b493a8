// Text that people type: names, free text, document numbers. Text is UTF-8 (RFC 3629) and is kept
// code point by code point as it was handed in: no normalisation, so that a name in CJK Extension
// B or later, with a variation selector, or with `·` comes back as its bearer writes it. What can
// deceive a reader (control, bidirectional and zero-width characters) is refused, never removed.
//
// Pure functions; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ledger/refusal.h"

namespace kinledger::ledger {

/// Limit of a person's or an organisation's name, in code points.
inline constexpr std::size_t name_characters_max = 200;

/// True for shortest-form UTF-8 without surrogates and nothing above U+10FFFF.
bool is_utf8(std::string_view text);

/// Without spaces at both ends: U+0020, U+00A0, U+202F, and the ideographic space U+3000. Line
/// breaks and tabs stay, for accept_text to refuse. Borrows from `text`; any bytes.
std::string_view trimmed(std::string_view text);

/// The text, trimmed, otherwise byte for byte. Empty text is accepted. Refused, first fault first:
///   TEXT_NOT_UTF8    not UTF-8
///   TEXT_CONTROL     U+0000..001F, U+007F..009F, U+2028, U+2029
///   TEXT_BIDI        U+061C, U+200E, U+200F, U+202A..202E, U+2066..2069
///   TEXT_ZERO_WIDTH  U+200B..200D, U+2060, U+FEFF
///   TEXT_TOO_LONG    more than `characters_max` code points
Parsed<std::string> accept_text(std::string_view text, std::size_t characters_max);

/// accept_text for names: at most name_characters_max, and NAME_EMPTY if nothing is left.
Parsed<std::string> accept_name(std::string_view text);

/// Document, order and form numbers, trimmed: printable ASCII without spaces. Refused: CODE_EMPTY,
/// CODE_CHARACTERS, and TEXT_TOO_LONG above `characters_max`.
Parsed<std::string> accept_code(std::string_view text, std::size_t characters_max);

/// U+FF10..FF19, which look like digits and are none. Bytes that are not UTF-8 are passed over.
bool contains_full_width_digits(std::string_view text);

/// Any full-width form of an ASCII character, U+FF01..FF5E: digits, letters and punctuation.
bool contains_full_width_forms(std::string_view text);

/// Number of code points. Of bytes that are not UTF-8, each that could begin one counts.
std::size_t count_characters(std::string_view text);

/// The longest beginning of `text` with at most so many code points, or bytes, that ends between
/// two code points; where the bytes are not UTF-8, perhaps within what looks like one. Borrows from
/// `text`; any bytes.
std::string_view first_characters(std::string_view text, std::size_t characters_max);
std::string_view first_bytes(std::string_view text, std::size_t bytes_max);

/// Columns of a terminal: wide and full-width characters (Unicode East_Asian_Width W, F) take 2;
/// combining marks, variation selectors, format characters and C0/C1 controls 0; all others,
/// ambiguous ones too, 1. A byte that is not UTF-8 counts 1.
std::size_t display_width(std::string_view text);

/// Appends spaces up to that width; a wider text stays.
void pad_to_width(std::string& text, std::size_t width);

/// The number written in 1 to 9 ASCII digits, or nothing if `text` is anything else.
std::optional<std::int32_t> digits_value(std::string_view text);

/// Appends `value` >= 0 in decimal, with leading zeros up to `width` digits.
void append_digits(std::string& text, std::int64_t value, std::size_t width);

}  // namespace kinledger::ledger

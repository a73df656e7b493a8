// UTF-8 (RFC 3629) in pieces, as it comes from a file: what is_utf8 of ledger/text.h says of a
// whole text. Pure functions; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace kinledger::ledger::intake {

/// Bytes of the longest beginning of `text` that is valid and ends with a whole code point.
std::size_t utf8_valid_bytes(std::string_view text);

/// True if further bytes could make `rest` valid: it is empty or the first 1 to 3 bytes of a
/// longer code point.
bool utf8_may_continue(std::string_view rest);

/// Appends a code point. Precondition: not a surrogate, at most U+10FFFF.
void append_utf8(std::string& text, char32_t code_point);

}  // namespace kinledger::ledger::intake

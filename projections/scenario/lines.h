// The lines of a scenario file: without comments, cut into words.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/refusal.h"

namespace kinledger::projections {

/// One line with something on it.
struct Line {
  std::uint32_t number = 0;  ///< 1-based, of its beginning
  std::string_view text;     ///< without comment and outer spaces
};

/// From `#` at the beginning or after a space, outside quotes, to the end is a comment.
std::string_view without_comment(std::string_view line);

/// Words are separated by spaces; inside "double quotes" spaces belong to the word, and the quotes
/// do not. Refused: SCENARIO_LINE when a quote is not closed.
ledger::Parsed<std::vector<std::string>> words_of(std::string_view line);

/// The part of a word before "=" and the part after it; nothing without "=" or a name before it.
std::optional<std::pair<std::string, std::string>> setting_of(std::string_view word);

}  // namespace kinledger::projections

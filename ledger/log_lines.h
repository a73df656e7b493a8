// The lines that the text formats of transparency logs (C2SP) are made of. One spelling of each
// value, nothing else.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "ledger/types.h"

namespace kinledger::ledger {

/// Takes the next line off the text and gives it without its line feed; nothing, and the text
/// unchanged, where no line feed is left.
std::optional<std::string_view> take_line(std::string_view& text);

/// A decimal without sign or leading zero, below 2^63.
std::optional<std::uint64_t> read_decimal(std::string_view text);

/// Takes the line "old 1234", the size of the tree that a proof begins with, off the text.
std::optional<std::uint64_t> take_old_size(std::string_view& text);

/// The base64 of 32 bytes.
std::optional<Hash> read_hash(std::string_view text);

/// Takes hashes, a line each, and the empty line behind them off the text; nothing when there is no
/// empty line, anything else before it, or more hashes than `most`.
std::optional<std::vector<Hash>> take_hashes(std::string_view& text, std::size_t most);

}  // namespace kinledger::ledger

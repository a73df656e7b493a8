// The target of a request: path and query, decoded.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ledger/refusal.h"

namespace kinledger::server {

struct Target {
  std::vector<std::string> path;  ///< segments, percent-decoded
  std::vector<std::pair<std::string, std::string>>
      query;  ///< in their order, decoded; '+' is a '+'

  /// The first value of that name; nothing when there is none.
  std::optional<std::string_view> find(std::string_view name) const;
};

/// Refused (TARGET_FORMAT): a percent sign without two hexadecimal digits, a decoded control
/// character, text that is not UTF-8, a segment that is empty, "." or ".." or holds a decoded
/// slash, and a query without names.
ledger::Parsed<Target> read_target(std::string_view target);

/// Percent-decodes. Nothing for a percent sign without two hexadecimal digits, a decoded control
/// character, and what is not UTF-8.
std::optional<std::string> decode_component(std::string_view text);
/// Percent-encodes everything but unreserved characters (RFC 3986).
std::string encode_component(std::string_view text);

}  // namespace kinledger::server

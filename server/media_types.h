// Media types that more than one route takes or gives.
#pragma once

#include <string_view>

namespace kinledger::server {

inline constexpr std::string_view json_type = "application/json";
/// One JSON value a line.
inline constexpr std::string_view lines_type = "application/x-ndjson";
/// Asked for with Accept, the answer is the table of the command line.
inline constexpr std::string_view text_type = "text/plain";
/// What such an answer, and every other text, says that it is.
inline constexpr std::string_view utf8_text_type = "text/plain; charset=utf-8";

}  // namespace kinledger::server

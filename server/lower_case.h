// Names of HTTP that are compared in any case.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace kinledger::server {

/// The letters of ASCII; every other byte stays.
inline std::string lower_case(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char byte) {
    return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + 32) : byte;
  });
  return out;
}

}  // namespace kinledger::server

// Settings of long trials, from the environment: KINLEDGER_TRIALS, KINLEDGER_SEED.
#pragma once

#include <cstdint>
#include <cstdlib>

namespace kinledger {

/// A setting of a campaign, from the environment.
inline std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const auto* const given = std::getenv(name);
  return given == nullptr ? otherwise : std::strtoull(given, nullptr, 10);
}

}  // namespace kinledger

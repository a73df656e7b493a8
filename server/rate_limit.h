// How often somebody may do something (频次限制), so that nobody tries numbers out one by one.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>

#include "ledger/types.h"

namespace kinledger::server {

/// Look-ups of numbers and readings of identities by one principal.
inline constexpr std::size_t identities_per_minute_max = 600;

/// Counts in windows of a minute. Thread rule: any thread.
class RateLimit {
 public:
  using Clock = std::chrono::steady_clock;

  explicit RateLimit(std::size_t per_minute) : per_minute_(per_minute) {}

  /// False when it was done too often in this minute.
  bool take(const ledger::ActorId& principal, Clock::time_point now = Clock::now()) {
    const std::lock_guard lock(mutex_);
    if (now - begun_ >= std::chrono::minutes(1)) {
      begun_ = now;
      taken_.clear();
    }
    return ++taken_[principal] <= per_minute_;
  }

 private:
  const std::size_t per_minute_;
  std::mutex mutex_;
  Clock::time_point begun_ = Clock::now();
  std::map<ledger::ActorId, std::size_t> taken_;
};

}  // namespace kinledger::server

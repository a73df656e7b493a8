// How often somebody may do something (频次限制), so that nobody tries numbers out one by one.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>

#include "ledger/types.h"

namespace kinledger::server {

/// Look-ups of numbers and readings of identities by one principal; numbers that were handed in and
/// are nobody's count as looked up.
inline constexpr std::size_t identities_per_minute_max = 600;

/// Counts in windows of a minute. What goes beyond one is held against the next ones, so that who
/// does much at once does no more in an hour than who does it one by one. Thread rule: any thread.
class RateLimit {
 public:
  using Clock = std::chrono::steady_clock;

  explicit RateLimit(std::size_t per_minute) : per_minute_(per_minute) {}

  /// Nothing when it may be done now, and then it counts once; else how long to wait.
  std::optional<std::chrono::seconds> take(const ledger::ActorId& principal,
                                           Clock::time_point now = Clock::now()) {
    const std::lock_guard lock(mutex_);
    auto wait = wait_of(principal, now);
    if (!wait) ++taken_[principal];
    return wait;
  }
  /// The same without counting it.
  std::optional<std::chrono::seconds> must_wait(const ledger::ActorId& principal,
                                                Clock::time_point now = Clock::now()) {
    const std::lock_guard lock(mutex_);
    return wait_of(principal, now);
  }
  /// What was done `times` without asking whether it may be.
  void charge(const ledger::ActorId& principal, std::size_t times,
              Clock::time_point now = Clock::now()) {
    if (times == 0) return;
    const std::lock_guard lock(mutex_);
    go_on(now);
    taken_[principal] += times;
  }

 private:
  static constexpr std::chrono::minutes window{1};

  /// Into the window of `now`.
  void go_on(Clock::time_point now) {
    if (now - begun_ < window) return;
    const auto windows = (now - begun_) / window;
    begun_ += windows * window;
    const auto forgiven = static_cast<std::size_t>(windows) * per_minute_;
    for (auto each = taken_.begin(); each != taken_.end();) {
      if (each->second <= forgiven) {
        each = taken_.erase(each);
      } else {
        each->second -= forgiven;
        ++each;
      }
    }
  }
  std::optional<std::chrono::seconds> wait_of(const ledger::ActorId& principal,
                                              Clock::time_point now) {
    go_on(now);
    const auto found = taken_.find(principal);
    if (found == taken_.end() || found->second < per_minute_) return std::nullopt;
    const auto windows = static_cast<std::int64_t>(found->second / per_minute_);
    return std::chrono::ceil<std::chrono::seconds>(begun_ + windows * window - now);
  }

  const std::size_t per_minute_;
  std::mutex mutex_;
  Clock::time_point begun_ = Clock::now();
  std::map<ledger::ActorId, std::size_t> taken_;
};

}  // namespace kinledger::server

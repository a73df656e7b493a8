// Timing for the benchmark's sources.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <thread>
#include <vector>

namespace kinledger::tools {

/// Seconds since it was made.
class Stopwatch {
 public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
  }

 private:
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

/// Calls `work` with 0 .. count-1 from so many threads, and gives the calls per second.
inline double per_second(unsigned threads, std::size_t count,
                         const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next{0};
  const Stopwatch watch;
  std::vector<std::thread> hands;
  for (unsigned i = 0; i < threads; ++i)
    hands.emplace_back([&] {
      for (std::size_t at; (at = next.fetch_add(1)) < count;) work(at);
    });
  for (auto& hand : hands) hand.join();
  return static_cast<double>(count) / watch.seconds();
}

inline double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

/// The value below which so many per cent lie.
inline double percentile(std::vector<double>& values, double percent) {
  std::ranges::sort(values);
  const auto at = static_cast<std::size_t>(static_cast<double>(values.size() - 1) * percent / 100);
  return values[at];
}

}  // namespace kinledger::tools

// Progress of a long job on standard error: count, rate and time left. Only on a terminal, and only
// when the job takes longer than a glance.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "tools/terminal.h"

namespace kinledger::tools {

/// Thread rule: one thread.
class Progress {
 public:
  /// `unit` in the plural: "events".
  Progress(Terminal& terminal, Label what, Label unit);
  /// Takes the line away again.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// `total` 0: not known.
  void update(std::uint64_t done, std::uint64_t total);

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::milliseconds first_shown_after{500};
  static constexpr std::chrono::milliseconds shown_every{200};

  Terminal& terminal_;
  const Label what_;
  const Label unit_;
  const bool shown_;
  const Clock::time_point begin_ = Clock::now();
  Clock::time_point next_ = begin_ + first_shown_after;
  bool drawn_ = false;
};

}  // namespace kinledger::tools

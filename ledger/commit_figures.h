// How the commits of a ledger go (指标), for those who watch over it: counted since the process
// opened it. Nothing here says what was recorded, or about whom.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace kinledger::ledger {

/// Ascending, in seconds.
inline constexpr std::array commit_seconds_bounds{0.0005, 0.001, 0.002, 0.005, 0.01, 0.02,
                                                  0.05,   0.1,   0.2,   0.5,   1.0,  5.0};

struct CommitFigures {
  /// Commits that became durable, by how long that took: writing, syncing and the mark. Each counts
  /// once, in the first place whose bound it did not exceed; the last place has no bound.
  std::array<std::uint64_t, commit_seconds_bounds.size() + 1> commits{};
  double commit_seconds = 0;      ///< of all of them together
  std::uint64_t events = 0;       ///< in them
  std::size_t queued = 0;         ///< submissions that wait now, and are in no commit yet
  std::size_t bytes_waiting = 0;  ///< of events that wait now, or are in a commit on its way
};

}  // namespace kinledger::ledger

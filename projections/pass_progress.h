// How far a pass over many subjects has come (进度), for whoever shows it. Counting all of a
// ledger's subjects first would be a pass of its own: how many there will be is told by how much of
// their ids, which are random, lies behind.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "projections/dossier.h"
#include "projections/projector.h"

namespace kinledger::projections {

/// Thread rule: any thread; begin_last() while none passes.
class PassProgress {
 public:
  /// These many subjects are all.
  void expect(std::uint64_t subjects) { expected_.store(subjects, std::memory_order_relaxed); }
  /// One of a list, or the one that was asked for.
  void pass() { passed_.fetch_add(1, std::memory_order_relaxed); }

  /// The last pass over all subjects of a kind begins: from now on it can be told how many.
  void begin_last();
  /// One of such a pass; each share in the order of its subjects.
  void pass(unsigned share, const Subject& subject);

  std::uint64_t passed() const { return passed_.load(std::memory_order_relaxed); }
  /// Those passed and those to come; 0: not known.
  std::uint64_t expected() const;

 private:
  std::atomic<std::uint64_t> passed_{0};
  std::atomic<std::uint64_t> expected_{0};  ///< 0: told by the positions
  std::uint64_t passed_before_ = 0;         ///< written before is_last_
  std::atomic<bool> is_last_{false};
  /// Ids passed in each share, by their first two bytes.
  std::array<std::atomic<std::uint32_t>, subject_shares> positions_{};
};

}  // namespace kinledger::projections

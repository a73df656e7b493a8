#include "projections/pass_progress.h"

namespace kinledger::projections {
namespace {

constexpr std::uint32_t bytes_of_a_share = 256 / subject_shares;
constexpr std::uint32_t positions_of_a_share = bytes_of_a_share * 256;

}  // namespace

void PassProgress::begin_last() {
  passed_before_ = passed();
  for (auto& position : positions_) position.store(0, std::memory_order_relaxed);
  is_last_.store(true, std::memory_order_release);
}

void PassProgress::pass(unsigned share, const Subject& subject) {
  pass();
  const auto position = (subject.id[0] % bytes_of_a_share) * 256u + subject.id[1] + 1u;
  positions_[share].store(position, std::memory_order_relaxed);
}

std::uint64_t PassProgress::expected() const {
  if (const auto known = expected_.load(std::memory_order_relaxed); known > 0) return known;
  if (!is_last_.load(std::memory_order_acquire)) return 0;
  std::uint64_t behind = 0;
  for (const auto& position : positions_) behind += position.load(std::memory_order_relaxed);
  if (behind == 0) return 0;
  constexpr std::uint64_t all = std::uint64_t{subject_shares} * positions_of_a_share;
  return passed_before_ + (passed() - passed_before_) * all / behind;
}

}  // namespace kinledger::projections

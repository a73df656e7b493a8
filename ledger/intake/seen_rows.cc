#include "ledger/intake/seen_rows.h"

#include <utility>

#include "ledger/result.h"

namespace kinledger::ledger::intake {

std::optional<std::uint32_t> SeenRows::note(std::uint64_t hash, std::uint32_t row) {
  invariant(row != 0);
  if (3 * count_ >= 2 * slots_.size()) grow();
  const auto high = static_cast<std::uint32_t>(hash >> 32);
  const auto low = static_cast<std::uint32_t>(hash);
  Slot& slot = slot_of(high, low);
  if (slot.row != 0) return slot.row;
  slot = {high, low, row};
  ++count_;
  return std::nullopt;
}

/// Where the hash is, or the free slot where it belongs.
SeenRows::Slot& SeenRows::slot_of(std::uint32_t high, std::uint32_t low) {
  const std::size_t last = slots_.size() - 1;
  std::size_t at = ((std::uint64_t{high} << 32) | low) & last;
  while (slots_[at].row != 0 && (slots_[at].high != high || slots_[at].low != low)) {
    at = (at + 1) & last;
  }
  return slots_[at];
}

void SeenRows::grow() {
  const auto old = std::exchange(slots_, std::vector<Slot>(2 * slots_.size()));
  for (const Slot& slot : old) {
    if (slot.row != 0) slot_of(slot.high, slot.low) = slot;
  }
}

}  // namespace kinledger::ledger::intake

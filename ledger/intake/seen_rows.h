// Finds the rows of a table that say the same as an earlier one, in 12 bytes a row.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace kinledger::ledger::intake {

/// A set of 64-bit hashes with the row that each came from. In one of some 400,000 tables of ten
/// million rows two different rows have the same hash; the second is then refused by mistake and
/// can be handed in in another table. One thread at a time.
class SeenRows {
 public:
  /// The row that said the same before; nothing, and noted, when there was none. Precondition: rows
  /// are numbered from 1.
  std::optional<std::uint32_t> note(std::uint64_t hash, std::uint32_t row);

 private:
  /// Halves of the hash, and the row; row 0 is a free slot.
  struct Slot {
    std::uint32_t high = 0, low = 0, row = 0;
  };

  // Open addressing, at most two thirds full; the size is a power of two.
  std::vector<Slot> slots_ = std::vector<Slot>(1'024);
  std::size_t count_ = 0;

  Slot& slot_of(std::uint32_t high, std::uint32_t low);
  void grow();
};

}  // namespace kinledger::ledger::intake

// Recently found persons by blind index, so that a list about people whom the last list was about
// is resolved without reading the store. Holds nothing that the vault's rows do not hold, and no
// identity. Bounded: a later person takes an earlier one's place.
#pragma once

#include <array>
#include <cstddef>
#include <mutex>
#include <optional>
#include <vector>

#include "ledger/types.h"
#include "ledger/vault_keys.h"

namespace kinledger::ledger {

/// Any thread.
class PersonCache {
 public:
  /// Persons held at most; 32 bytes each, touched only when used.
  static constexpr std::size_t persons_max = std::size_t{1} << 20;

  PersonCache() : slots_(persons_max) {}

  std::optional<PersonId> find(const BlindIndex& index) const {
    const std::lock_guard lock(mutex_of(index));
    const auto& slot = slots_[slot_of(index)];
    return slot.index == index && !slot.person.is_zero() ? std::optional(slot.person)
                                                         : std::nullopt;
  }

  void put(const BlindIndex& index, const PersonId& person) {
    const std::lock_guard lock(mutex_of(index));
    slots_[slot_of(index)] = {index, person};
  }

  void forget(const BlindIndex& index) { put(index, PersonId{}); }

 private:
  struct Slot {
    BlindIndex index;
    PersonId person;
  };

  // Blind indexes are HMACs: any of their bits will do.
  static std::size_t slot_of(const BlindIndex& index) {
    return std::hash<BlindIndex>{}(index) % persons_max;
  }
  std::mutex& mutex_of(const BlindIndex& index) const {
    return mutexes_[slot_of(index) % mutexes_.size()];
  }

  std::vector<Slot> slots_;
  mutable std::array<std::mutex, 64> mutexes_;
};

}  // namespace kinledger::ledger

// What was lately found by an id, so that a list about people whom the last list was about is
// resolved without reading the store. Holds nothing that the store does not hold. Bounded: a later
// id takes an earlier one's place.
#pragma once

#include <array>
#include <cstddef>
#include <cstdlib>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <type_traits>

#include "ledger/result.h"

namespace kinledger::ledger {

/// `Id` is random or an HMAC, so that any of its bits will do to find its place, and is never zero.
///
/// Any thread.
template <class Id, class Value>
class RecentMap {
 public:
  /// Entries held at most; memory is touched only where they are.
  static constexpr std::size_t entries_max = std::size_t{1} << 20;

  RecentMap() : slots_(static_cast<Slot*>(std::calloc(entries_max, sizeof(Slot)))) {
    invariant(slots_ != nullptr, "no memory for recent persons");
  }

  std::optional<Value> find(const Id& id) const {
    const std::lock_guard lock(mutex_of(id));
    const auto& slot = slots_[slot_of(id)];
    return slot.id == id && !id.is_zero() ? std::optional(slot.value) : std::nullopt;
  }

  void put(const Id& id, const Value& value) {
    const std::lock_guard lock(mutex_of(id));
    slots_[slot_of(id)] = {id, value};
  }

  void forget(const Id& id) {
    const std::lock_guard lock(mutex_of(id));
    auto& slot = slots_[slot_of(id)];
    if (slot.id == id) slot = {};
  }

 private:
  struct Slot {
    Id id;
    Value value;
  };
  // A slot of zeros is empty.
  static_assert(std::is_trivially_copyable_v<Slot>);

  struct Free {
    void operator()(Slot* slots) const { std::free(slots); }
  };

  static std::size_t slot_of(const Id& id) { return std::hash<Id>{}(id) % entries_max; }
  std::mutex& mutex_of(const Id& id) const { return mutexes_[slot_of(id) % mutexes_.size()]; }

  std::unique_ptr<Slot[], Free> slots_;
  mutable std::array<std::mutex, 64> mutexes_;
};

}  // namespace kinledger::ledger

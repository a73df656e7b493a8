// What was lately found by an id, so that a list about people whom the last list was about is
// resolved without reading the store. Holds nothing that the store does not hold. Bounded: a later
// id takes an earlier one's place.
#pragma once

#include <sys/mman.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <type_traits>

namespace kinledger::ledger {

/// `Id` is random or an HMAC, so that any of its bits will do to find its place, and is never zero.
///
/// Any thread.
template <class Id, class Value>
class RecentMap {
 public:
  /// Entries held at most; memory is touched only where they are.
  static constexpr std::size_t entries_max = std::size_t{1} << 20;

  RecentMap() : slots_(untouched_zeros()) {}

  std::optional<Value> find(const Id& id) const {
    const std::lock_guard lock(mutex_of(id));
    const auto& slot = slots_[slot_of(id)];
    return slot.id == id && !id.is_zero() ? std::optional(slot.value) : std::nullopt;
  }

  /// Ids forgotten so far. To be asked before a value is read from the store: see put().
  std::uint64_t forgotten() const { return forgotten_.load(std::memory_order_acquire); }

  /// Does nothing when an id was forgotten since `forgotten` was asked for: the value may be of a
  /// row that has been deleted meanwhile.
  void put(const Id& id, const Value& value, std::uint64_t forgotten) {
    const std::lock_guard lock(mutex_of(id));
    if (forgotten == this->forgotten()) slots_[slot_of(id)] = {id, value};
  }

  /// To be called when the row is deleted in the store, not before.
  void forget(const Id& id) {
    const std::lock_guard lock(mutex_of(id));
    forgotten_.fetch_add(1, std::memory_order_release);
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

  static constexpr std::size_t bytes = entries_max * sizeof(Slot);

  struct Unmap {
    void operator()(Slot* slots) const { (void)::munmap(slots, bytes); }
  };

  // Of the kernel: an allocator may write its zeros itself, 52 MB of them for each vault opened.
  static Slot* untouched_zeros() {
    void* const mapped =
        ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED) throw std::bad_alloc();
    return static_cast<Slot*>(mapped);
  }

  static std::size_t slot_of(const Id& id) { return std::hash<Id>{}(id) % entries_max; }
  std::mutex& mutex_of(const Id& id) const { return mutexes_[slot_of(id) % mutexes_.size()]; }

  std::unique_ptr<Slot[], Unmap> slots_;
  mutable std::array<std::mutex, 64> mutexes_;
  std::atomic<std::uint64_t> forgotten_{0};
};

}  // namespace kinledger::ledger

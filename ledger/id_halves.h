// Ids that the schema keeps as two integers, big-endian halves, because they are no subjects of
// the event: a ledger, a principal.
#pragma once

#include <cstddef>
#include <cstdint>

#include "ledger/event.h"
#include "ledger/types.h"

namespace kinledger::ledger {

template <class Tag>
void set_halves(EventDraft& draft, Field high, Field low, const Id128<Tag>& id) {
  const auto half = [&](std::size_t at) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 8; ++i) value = value << 8 | id.bytes[at + i];
    return static_cast<std::int64_t>(value);
  };
  draft.set(high, half(0));
  draft.set(low, half(8));
}

/// Zero where the fields are absent.
template <class Id>
Id id_of_halves(const EventView& event, Field high, Field low) {
  Id id;
  const auto set_half = [&](std::size_t at, Field field) {
    auto value = static_cast<std::uint64_t>(event.integer(field).value_or(0));
    for (std::size_t i = 8; i-- > 0; value >>= 8)
      id.bytes[at + i] = static_cast<std::uint8_t>(value & 0xff);
  };
  set_half(0, high);
  set_half(8, low);
  return id;
}

}  // namespace kinledger::ledger

// The part of a ledger that somebody may see, or asks for (范围): what names a unit and lies in a
// division of GB/T 2260.
#pragma once

#include <optional>

#include "ledger/event.h"
#include "ledger/types.h"

namespace kinledger::server {

/// What both parts cover; an absent part covers everything.
struct Scope {
  std::optional<ledger::UnitId> unit;
  /// With all that lies in it: 330100 covers 330106.
  std::optional<ledger::Area> area;

  bool is_everything() const { return !unit && !area; }
  /// Whether it covers all of a ledger of that pooling region.
  bool is_everything_in(ledger::Area jurisdiction) const;
  /// By the units that the event names, now or before it was corrected, and by its jurisdiction and
  /// the areas that it states.
  bool covers(const ledger::EventView& event) const;

  bool operator==(const Scope&) const = default;
};

}  // namespace kinledger::server

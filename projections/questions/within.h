// Where an answer keeps within (范围): divisions of GB/T 2260 and units, written with commas:
// "330106,330199001". Six digits are a division, 32 hexadecimal digits the id of a unit, anything
// else a unit number.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ledger/refusal.h"
#include "ledger/types.h"
#include "projections/dossier.h"

namespace kinledger::projections {

/// The argument of questions that are answered within a scope as well as about everyone.
inline constexpr std::string_view within_argument = "within";

struct Within {
  std::vector<ledger::Area> areas;
  std::vector<ledger::UnitId> units;

  bool is_empty() const { return areas.empty() && units.empty(); }
  /// Whether the division lies in one of the divisions.
  bool covers(ledger::Area area) const;
  /// Whether the unit is one of the units, or was ever recorded in one of the divisions.
  bool covers(const Dossier& unit) const;
};

/// Refused: what parse_area() and parse_unit_number() say.
ledger::Parsed<Within> read_within(std::string_view text);
/// What read_within() reads.
std::string to_text(const Within& within);

}  // namespace kinledger::projections

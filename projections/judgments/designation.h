// Designations (定点) of medical institutions and pharmacies, and where costs are settled by them.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "ledger/calendar.h"
#include "projections/judgments/grounds.h"
#include "projections/knowledge.h"

namespace kinledger::projections {

/// Whether an institution has one of the designations (codes of list designation) on the day. Of
/// each its latest record decides, and one that names others only says that it has not got this
/// one; unknown where nothing is recorded.
Ruling has_designation(Knowledge& knowledge, const ledger::UnitId& institution,
                       std::span<const std::string> wanted, ledger::Date on);

/// Whether costs are settled at an institution, by the rule for the scheme.
struct PlaceOfCare {
  ledger::UnitId institution;
  ledger::Area jurisdiction;
  std::string_view scheme;  ///< empty: whichever the rule is for
  ledger::Date on;
};
Ruling settles_at(Knowledge& knowledge, const PlaceOfCare& place);

}  // namespace kinledger::projections

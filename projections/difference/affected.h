// Whose answers may differ (可能受影响的对象) between two sides: found from the events that one
// side knows and the other does not, and from whom these bear on.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "projections/difference/side.h"

namespace kinledger::projections {

struct Affected {
  /// Rules, lists or designations changed, or the dates differ: anyone's answer may.
  bool everyone = false;
  std::set<ledger::PersonId> persons;  ///< nobody else's, unless `everyone`
  std::set<ledger::UnitId> units;
  /// Those of them whom an event names, an institution where somebody was treated left out; the
  /// others hang on these.
  std::set<Subject> named;
  /// Of each unit the persons whose facts name it, which brought it here.
  std::map<ledger::UnitId, std::vector<ledger::PersonId>> people;
};

/// Above this many subjects named by the events, everyone is compared: it costs less.
inline constexpr std::size_t affected_subjects_max = 200'000;

/// `from` knows no more than `to`: its basis is not behind that of `to`.
ledger::Result<Affected> affected_between(Archive& archive, const Side& from, const Side& to);

}  // namespace kinledger::projections

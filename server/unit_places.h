// Where units lie (单位所在区划), as what is recorded of them says: a unit lies in every division
// that it was ever recorded in.
#pragma once

#include <map>
#include <vector>

#include "projections/archive.h"
#include "server/scope.h"

namespace kinledger::server {

/// Remembers what it read. Thread rule: one thread.
class UnitPlaces {
 public:
  explicit UnitPlaces(projections::Archive& archive) : archive_(archive) {}

  ledger::Result<bool> lies_in(const ledger::UnitId& unit, ledger::Area area);
  /// Whether the scope covers the event, by what it says or by where a unit lies that it names, or
  /// that what it corrects named.
  ledger::Result<bool> covers(const Scope& scope, const ledger::EventView& event);
  /// What is remembered of the unit may be out of date.
  void forget(const ledger::UnitId& unit) { areas_.erase(unit); }

 private:
  projections::Archive& archive_;
  std::map<ledger::UnitId, std::vector<ledger::Area>> areas_;
};

}  // namespace kinledger::server

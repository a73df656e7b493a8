// Employment (任职): the units that a child's parents work for.
#pragma once

#include <vector>

#include "ledger/calendar.h"
#include "ledger/types.h"
#include "projections/knowledge.h"

namespace kinledger::projections {

struct ParentsUnit {
  ledger::UnitId unit;
  std::vector<ledger::Sequence> facts;  ///< who is a parent, and where it works
};

/// The units that employ a recorded parent on the date, each once.
std::vector<ParentsUnit> units_of_parents(Knowledge& knowledge, const ledger::PersonId& child,
                                          ledger::Area jurisdiction, ledger::Date on);

}  // namespace kinledger::projections

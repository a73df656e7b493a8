// What the reference model speaks of, as it is handed in.
#pragma once

#include <string>
#include <vector>

#include "tests/ledger/ledger_fixture.h"
#include "tests/projections/reference_model.h"

namespace kinledger::projections {

ledger::Date civil(Day day);
std::string text_of(Day day);
std::string unit_number(int unit);

ledger::SubmittedEvent unit_recorded(int unit);
ledger::SubmittedEvent parent_registered(int parent);
/// With where the child lives and goes to school.
std::vector<ledger::SubmittedEvent> child_registered(int child);
/// Of any act but terms.
ledger::SubmittedEvent event_of(const Act& act);

}  // namespace kinledger::projections

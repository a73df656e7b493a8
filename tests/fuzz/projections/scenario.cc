// A file of scenarios: read, and its facts made into the events that they hand in.
#include "projections/scenario/scenario.h"

#include <variant>

#include "projections/scenario/names.h"
#include "projections/scenario/submitted_line.h"
#include "tests/fuzz/refusals.h"
#include "tests/fuzz/target.h"

namespace kinledger::fuzz {

using namespace projections;

void scenario(ByteView input) {
  const auto file = parse_scenarios(ledger::as_text(input));
  for (const auto& error : file.errors) check(error.reason);
  if (!file.errors.empty()) return;
  for (const auto& scenario : file.scenarios) {
    Names names;
    for (const auto& step : scenario.steps) {
      const auto* const fact = std::get_if<FactStep>(&step);
      if (fact == nullptr) continue;
      introduce(*fact, names);
      for (const auto& fault : submitted(*fact, names).faults) check(fault.reason);
    }
  }
}

const Registered registered_scenario({"scenario", scenario, 1'000});

}  // namespace kinledger::fuzz

// Handover of the funds of an area (基金移交): what the rules ask of it, and what is recorded.
#pragma once

#include <vector>

#include "projections/answer.h"
#include "projections/knowledge.h"

namespace kinledger::projections {

struct AreaHandover {
  const AreaSet* area = nullptr;  ///< of the rule
  const Fact* fact = nullptr;     ///< the last record of the area up to the date, or null
  std::vector<FundHandover::Part> missing;
};

/// Of every area that the rule names, in its order.
std::vector<AreaHandover> judge_handovers(const Dossier& region, const Rule& rule, ledger::Date on);
Word word_of(FundHandover::Part part);

}  // namespace kinledger::projections

// What is worth a look in a pack without faults: a document may mean it so (规则包提示).
#pragma once

#include <string>
#include <vector>

#include "ledger/refusal.h"
#include "projections/pack.h"

namespace kinledger::projections {

struct PackNote {
  std::string rule;  ///< id
  ledger::Reason reason;
};

/// In the order of the file. Codes: PACK_GAP, days between two versions of one rule and kind on
/// which none is in force.
std::vector<PackNote> notes_on(const Pack& pack);

}  // namespace kinledger::projections

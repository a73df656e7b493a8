#include "projections/checks/topics.h"

namespace kinledger::projections {

std::vector<Check> card_checks() { return {}; }

}  // namespace kinledger::projections

#include "projections/checks/topics.h"

namespace kinledger::projections {

std::vector<Check> premium_checks() { return {}; }

}  // namespace kinledger::projections

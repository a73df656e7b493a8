#include "projections/checks/topics.h"

namespace kinledger::projections {

std::vector<Check> agent_checks() { return {}; }

}  // namespace kinledger::projections

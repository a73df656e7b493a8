#include "projections/checks/topics.h"

namespace kinledger::projections {

std::vector<Check> subsidy_checks() { return {}; }

}  // namespace kinledger::projections

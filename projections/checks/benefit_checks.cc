#include "projections/checks/topics.h"

namespace kinledger::projections {

std::vector<Check> benefit_checks() { return {}; }

}  // namespace kinledger::projections

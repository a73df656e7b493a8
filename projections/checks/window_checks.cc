#include "projections/checks/topics.h"

namespace kinledger::projections {

std::vector<Check> window_checks() { return {}; }

}  // namespace kinledger::projections

#include "projections/checks/topics.h"

namespace kinledger::projections {

std::vector<Check> fund_checks() { return {}; }

}  // namespace kinledger::projections

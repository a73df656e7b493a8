#include "projections/checks/topics.h"

namespace kinledger::projections {

std::vector<Check> binding_checks() { return {}; }

}  // namespace kinledger::projections

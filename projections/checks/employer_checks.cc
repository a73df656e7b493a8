#include "projections/checks/topics.h"

namespace kinledger::projections {

std::vector<Check> employer_checks() { return {}; }

}  // namespace kinledger::projections

// Why something cannot be told: the fact that would settle it is not recorded.
#pragma once

#include <string>

#include "projections/answer.h"

namespace kinledger::projections {

/// "未登记：" and what.
inline Undetermined not_recorded(const std::string& zh, const std::string& en) {
  return {{}, {"未登记：" + zh, "not recorded: " + en}};
}

}  // namespace kinledger::projections

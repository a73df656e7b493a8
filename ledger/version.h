// The version of this program, as CMakeLists.txt gives it.
#pragma once

#include <string_view>

namespace kinledger::ledger {

extern const std::string_view kinledger_version;

}  // namespace kinledger::ledger

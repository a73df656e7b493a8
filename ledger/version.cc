#include "ledger/version.h"

namespace kinledger::ledger {

const std::string_view kinledger_version = KINLEDGER_VERSION;

}  // namespace kinledger::ledger

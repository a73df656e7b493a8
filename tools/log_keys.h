// The public keys of a log, printed to be handed to whoever checks its checkpoints.
#pragma once

#include "ledger/ledger.h"
#include "tools/command.h"

namespace kinledger::tools {

/// The keys that sign from now on, a line each: Ed25519 and, where the ledger has one, SM2.
Exit print_log_keys(ledger::Ledger& ledger, Terminal& terminal);

}  // namespace kinledger::tools

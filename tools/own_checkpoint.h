// A checkpoint that somebody kept, in a file: one that this ledger signed.
#pragma once

#include <string>

#include "ledger/checkpoint.h"
#include "ledger/ledger.h"
#include "tools/command.h"

namespace kinledger::tools {

struct OwnCheckpoint {
  ledger::TreeHead head;
  std::string note;  ///< as it stands in the file
};

/// Tells CHECKPOINT_NOT_SIGNED where it is none of this ledger's. Whether the ledger still
/// continues it is not looked at.
Told<OwnCheckpoint> read_own_checkpoint(const std::string& path, ledger::Ledger& ledger,
                                        Terminal& terminal);

}  // namespace kinledger::tools

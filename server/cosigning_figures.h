// How far the witnesses of a served ledger follow (见证进度), for those who watch over it.
#pragma once

#include <cstdint>

#include "ledger/types.h"
#include "ledger/witness_policy.h"

namespace kinledger::server {

struct CosigningFigures {
  ledger::TreeSize size = {};  ///< of the newest checkpoint that enough of them cosigned
  std::uint64_t at = 0;        ///< when, in seconds since 1970; 0: not since the watch began
  ledger::Quorum quorum = {};  ///< when they were asked last
  /// A witness holds a checkpoint that the ledger signed and does not continue: nothing is signed
  /// any more.
  bool is_contradicted = false;
};

}  // namespace kinledger::server

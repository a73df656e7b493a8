// Salvage (抢救): a ledger that refuses to open, because a power cut left foreign bytes in the
// record of a log that was being written, is copied, and the copy's logs are cut where they stop
// being sound. What is cut may have been recorded and not acknowledged, never more: the copy is
// only handed out when it holds everything that the mark says was acknowledged, under its root.
// What was half done in its vault is finished first, as opening it would.
#pragma once

#include <filesystem>

#include "ledger/lock.h"
#include "ledger/merkle.h"
#include "ledger/paths.h"
#include "ledger/result.h"

namespace kinledger::ledger {

struct Salvaged {
  TreeHead head;          ///< of the copy
  TreeSize acknowledged;  ///< of the mark; at most the copy's
};

/// Copies journal, vault and access journal into a new directory, durably, and cuts their logs. The
/// ledger itself stays as it is. Projections are made anew by whoever opens the copy, with the
/// state directory of the ledger. `invalid` when `to` is there already, or there is no ledger;
/// `corrupt` when the copy does not open either, or lacks events that were acknowledged: then a
/// backup has to be restored. What was copied is removed again when it fails.
Result<Salvaged> salvage(const Paths& paths, const std::filesystem::path& to,
                         int lock_wait_ms = ledger_wait_ms);

}  // namespace kinledger::ledger

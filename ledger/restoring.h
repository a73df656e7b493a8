// How a ledger that was restored (恢复) stands to what was acknowledged and signed, and how its
// office takes note of a loss that no backup makes good.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "ledger/journal.h"
#include "ledger/paths.h"
#include "ledger/result.h"

namespace kinledger::ledger {

struct Standing {
  TreeSize size;                         ///< of the journal
  std::optional<TreeSize> acknowledged;  ///< of the mark; nothing where there is none
  std::optional<TreeSize> signed_last;   ///< of the newest checkpoint in the state directory

  /// Acknowledged events that the journal does not have.
  std::uint64_t lost() const {
    return acknowledged && *acknowledged > size ? acknowledged->value - size.value : 0;
  }
  /// It opens: the mark is there and nothing that it acknowledges is missing.
  bool is_whole() const { return acknowledged && *acknowledged <= size; }
  /// A checkpoint says more than the journal has: nothing is signed any more.
  bool is_behind_checkpoint() const { return signed_last && *signed_last > size; }
};

/// `corrupt` when mark or checkpoint is of another history than the journal: its first events are
/// not those that were acknowledged or signed. Precondition: nobody has the ledger open.
Result<Standing> standing_of(const Journal& journal, const Paths& paths);

/// The file of a checkpoint in the state directory that the journal does not continue: it is of
/// another history, or says more than the journal has. Nothing is signed any more then.
Result<std::optional<std::filesystem::path>> contradicted_checkpoint(const Journal& journal,
                                                                     const Paths& paths);

/// Puts a mark at the end of the journal, so that the ledger opens without the events that are
/// lost. The mark before is kept under the name `mark.lost-N`, N being its size. Checkpoints stay:
/// what was signed binds as before. `conflict` when nothing is lost, or when the loss is another
/// than `lost`; without a mark it is unknown, and `lost` is nothing. Erasures and restrictions that
/// were among the lost events are not in force any more: whoever was erased is in a vault of the
/// same moment again, and has to be erased again. Precondition: the caller holds the ledger's lock.
Result<Standing> accept_loss(const Journal& journal, const Paths& paths,
                             std::optional<std::uint64_t> lost);

}  // namespace kinledger::ledger

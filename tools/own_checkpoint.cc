#include "tools/own_checkpoint.h"

#include <utility>

#include "tools/complaint.h"
#include "tools/text_file.h"

namespace kinledger::tools {

Told<OwnCheckpoint> read_own_checkpoint(const std::string& path, ledger::Ledger& ledger,
                                        Terminal& terminal) {
  auto note = read_text_file(path, ledger::signed_note_bytes_max);
  if (!note) return complain(terminal, note.error());
  const auto checkpoint = ledger.stated_keys().read_checkpoint(*note);
  if (!checkpoint)
    return complain(terminal,
                    ledger::Reason("CHECKPOINT_NOT_SIGNED", path + " 不是本账本签发的检查点",
                                   path + " is not a checkpoint that this ledger signed"));
  return OwnCheckpoint{checkpoint->head, std::move(*note)};
}

}  // namespace kinledger::tools

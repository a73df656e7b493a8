#include "tools/own_checkpoint.h"

#include <utility>

#include "ledger/log_key.h"
#include "tools/complaint.h"
#include "tools/text_file.h"

namespace kinledger::tools {

Told<OwnCheckpoint> read_own_checkpoint(const std::string& path, ledger::Ledger& ledger,
                                        Terminal& terminal) {
  auto note = read_text_file(path, ledger::signed_note_bytes_max);
  if (!note) return complain(terminal, note.error());
  const auto verifier = ledger.verifier();
  if (!verifier) return complain(terminal, verifier.error());
  const ledger::LogKey key = *verifier;
  const auto checkpoint = ledger::read_signed_checkpoint(*note, {&key, 1});
  if (!checkpoint)
    return complain(terminal,
                    ledger::Reason("CHECKPOINT_NOT_SIGNED", path + " 不是本账本签发的检查点",
                                   path + " is not a checkpoint that this ledger signed"));
  return OwnCheckpoint{checkpoint->head, std::move(*note)};
}

}  // namespace kinledger::tools

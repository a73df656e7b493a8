// What becomes of the program when it gets no more memory, or when something inside it aborts, as
// the assertions of RocksDB do where a disk becomes read-only under them: it ends, as when it is
// killed, having said why. Nothing that was under way could be finished, least of all inside a
// library, and every ledger opens after a kill.
#pragma once

#include "tools/terminal.h"

namespace kinledger::tools {

/// From now on a failed allocation or an abort, anywhere and on any thread, ends the process with
/// Exit::unavailable and a sentence on standard error, in the terminal's language. Call once, in
/// main(). The terminal outlives the process's other threads.
void end_in_words(const Terminal& terminal);

}  // namespace kinledger::tools

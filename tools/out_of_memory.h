// What becomes of the program when it gets no more memory: it ends, as when it is killed, having
// said why. Nothing that was under way could be finished, least of all inside a library, and every
// ledger opens after a kill.
#pragma once

#include "tools/terminal.h"

namespace kinledger::tools {

/// From now on a failed allocation, anywhere and on any thread, ends the process with
/// Exit::unavailable and a sentence on standard error, in the terminal's language; so does an abort
/// of a library for want of memory. Call once, in main(). The terminal outlives the process's other
/// threads.
void end_when_out_of_memory(const Terminal& terminal);

}  // namespace kinledger::tools

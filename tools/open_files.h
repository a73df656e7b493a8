// How many files a process may have open.
#pragma once

namespace kinledger::tools {

/// As many as this user may have: each connection is one, and a shell allows few.
void allow_open_files();

}  // namespace kinledger::tools

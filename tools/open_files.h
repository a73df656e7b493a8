// How many files this process may have open: each connection is one.
#pragma once

namespace kinledger::tools {

/// As many as this user may have: a shell allows few. What cannot be had stays as it is.
void allow_open_files();

}  // namespace kinledger::tools

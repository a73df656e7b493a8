// Verifies a file that a ledger gave out: a checkpoint, an inclusion proof, a consistency proof.
// Offline: what is needed is public, and no ledger is opened.
#pragma once

#include <string>
#include <vector>

#include "tools/command.h"

namespace kinledger::tools {

struct FileToVerify {
  std::string file;
  std::vector<std::string> keys;  ///< verifier keys, or @FILE with one a line: all must have signed
  std::string leaf;               ///< file with the event's bytes, for an inclusion proof
  std::string old;                ///< file with the older checkpoint, for a consistency proof
  bool json = false;
};

/// Exit::not_verified whatever is wrong with the file; Exit::usage when something to check it with
/// is missing.
Exit verify_file(const FileToVerify& request, Terminal& terminal);

}  // namespace kinledger::tools

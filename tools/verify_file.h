// Verifies a file that a ledger gave out: a checkpoint, an inclusion proof, a consistency proof.
// Offline: what is needed is public, and no ledger is opened.
#pragma once

#include <string>
#include <vector>

#include "ledger/refusal.h"
#include "tools/command.h"
#include "tools/policy_argument.h"

namespace kinledger::tools {

struct FileToVerify {
  std::vector<std::string> keys;  ///< as read_keys() takes them: all must have signed
  std::string leaf;               ///< file with the event's bytes, for an inclusion proof
  std::string old;                ///< file with the older checkpoint, for a consistency proof
  PolicyArguments policy;
  bool json = false;
};

/// Exit::not_verified whatever is wrong with the text; Exit::usage when something to check it with
/// is missing.
Exit verify_file(const std::string& text, const FileToVerify& request, Terminal& terminal);

/// Says why a file is not verified. Exit::not_verified.
Exit tell_not_verified(const ledger::Reason& reason, bool json, Terminal& terminal);

}  // namespace kinledger::tools

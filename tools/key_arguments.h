// --key of verify: the public keys of the log that a file must be signed with.
#pragma once

#include <string>
#include <vector>

#include "ledger/log_key.h"
#include "tools/command.h"

namespace kinledger::tools {

Parameter keys_option(std::vector<std::string>& into);

/// Each argument is a verifier key, or @FILE with one a line. None where none was given.
Told<std::vector<ledger::LogKey>> read_keys(const std::vector<std::string>& arguments,
                                            Terminal& terminal);

/// Says that a file is checked with the key that it states itself, which is all the trust there is.
void note_stated_key(const ledger::NoteVerifier& stated, Terminal& terminal);

}  // namespace kinledger::tools

// verify of a bundle: an answer, judged again from the file alone.
#pragma once

#include <string>

#include "tools/command.h"

namespace kinledger::tools {

/// `key` is the log's key as "kinledger checkpoint --key" prints it; empty: the one that the bundle
/// states itself, and the user is told that this is all the trust there is.
Exit verify_bundle(const std::string& text, const std::string& key, bool json, Terminal& terminal);

}  // namespace kinledger::tools

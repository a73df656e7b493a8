// verify of a bundle: an answer, judged again from the file alone.
#pragma once

#include <string>
#include <vector>

#include "tools/command.h"

namespace kinledger::tools {

/// `keys` as read_keys() takes them, all of which must have signed; empty: the one that the bundle
/// states itself, and the user is told that this is all the trust there is.
Exit verify_bundle(const std::string& text, const std::vector<std::string>& keys, bool json,
                   Terminal& terminal);

}  // namespace kinledger::tools

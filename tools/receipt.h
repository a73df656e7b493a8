// What the author of a submission gets back (回执), for people and for programs.
//
// Pure functions; any thread.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>

#include "ledger/merkle.h"
#include "ledger/submission.h"
#include "tools/terminal.h"

namespace kinledger::tools {

/// {"key", "firstSequence", "count", "recordedAt", "treeSize", "root", "already"}
boost::json::object to_json(const ledger::Receipt& receipt);
/// One or two lines, without the last line break.
std::string to_words(const ledger::Receipt& receipt, Language language);
/// "tree size 42, root 8f…": the head in words.
std::string to_words(const ledger::TreeHead& head, Language language);

}  // namespace kinledger::tools

// What the author of a submission gets back (回执), for people and for programs.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>

#include "ledger/ledger.h"
#include "ledger/merkle.h"
#include "ledger/submission.h"
#include "tools/terminal.h"

namespace kinledger::tools {

/// ledger/intake/outcome_json.h, with a checkpoint that is signed now. The user is told when the
/// ledger cannot sign.
boost::json::object to_json(const ledger::Receipt& receipt, ledger::Ledger& ledger,
                            Terminal& terminal);
/// One or two lines, without the last line break.
std::string to_words(const ledger::Receipt& receipt, Language language);
/// "tree size 42, root 8f…": the head in words.
std::string to_words(const ledger::TreeHead& head, Language language);

}  // namespace kinledger::tools

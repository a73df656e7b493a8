// An event in the words of a table, from its JSON (ledger/intake/event_json.h).
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "ledger/catalogue.h"
#include "tools/terminal.h"

namespace kinledger::tools {

std::string type_words(const ledger::TypeInfo& type, Language language);

/// The fields of the body with their names; ids and digests by their first digits.
std::string body_words(const boost::json::object& event, const ledger::TypeInfo& type,
                       Language language);

/// What the event corrects or voids, and why; empty when it does neither.
std::string correction_words(const boost::json::object& event, const ledger::TypeInfo& type,
                             Language language);

/// Digits of ids and digests that are shown.
inline constexpr std::size_t shown_digits = 8;

}  // namespace kinledger::tools

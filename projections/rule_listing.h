// The rules as a list (规则一览), each with its source: what `kinledger rules` and GET /v1/rules
// tell, as JSON.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <vector>

#include "ledger/types.h"
#include "projections/rulebook.h"

namespace kinledger::projections {

/// The rules that govern the date; without one, all that were ever adopted. In the order of
/// Rulebook::rules(), those that count no longer behind them:
///
///   {"rule", "kind", "from", "until", "document", "number", "title", "section", "certainty",
///    "says", "interpretations", "openPoints", "replaces", "pack", "jurisdiction", "published",
///    "counts"}
///
/// "number" and "title" are those of the document, {"zh", "en"}; a document may have no number.
///
/// Behind the rules, the policy events that could not be used:
///
///   {"defect": {"sequence", "code", "zh", "en"}}
std::vector<boost::json::object> list_rules(const Rulebook& rulebook,
                                            const std::optional<ledger::Date>& on);

}  // namespace kinledger::projections

// The vocabulary of a pack (代码表): what scenarios, tables and questions are written with.
#pragma once

#include "projections/declarations.h"
#include "tools/terminal.h"

namespace kinledger::tools {

/// Each code list with the fields of events that take it, then the areas; what a state of a person
/// states, and whether silence about it is a "no". As text, or as one JSON object:
///
///   {"pack", "version",
///    "lists": [{"list", "fields", "codes": [{"code", "zh", "en"} and, of personStatus, "uses",
///               "values", "knownIfAbsent", "knownAfterEnd", of relation, "parent"]}],
///    "areas": [{"area", "zh", "en", "divisions"}]}
void print_codes(const projections::Declarations& declared, bool json, Terminal& terminal);

}  // namespace kinledger::tools

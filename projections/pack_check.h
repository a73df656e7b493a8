// The rules of a pack against its declarations and against each other.
#pragma once

#include <boost/json/fwd.hpp>
#include <vector>

#include "projections/declarations.h"
#include "projections/rule.h"
#include "projections/shape.h"

namespace kinledger::projections {

/// Checks the whole pack, in the form of JSON, and reads it. `declared` must be the declarations
/// that `check` refers to. The rules are complete only when there are no faults.
std::vector<Rule> check_pack(const boost::json::value& pack, ShapeCheck& check,
                             Declarations& declared);

/// A table of docs/RULES.md.
std::string rule_table_markdown();

}  // namespace kinledger::projections

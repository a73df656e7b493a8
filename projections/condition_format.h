// Conditions as a pack writes them: checked, and read into the form that is evaluated.
//
//   { all = [ … ] }  { any = [ … ] }  { not = { … } }  { parent = { … } }
//   one of the tests below, e.g. { status = "hukou", area = "urban" }
//   beside each: on = DATE (tested on that date), relies_on = [ "O-37" ]
#pragma once

#include <boost/json/fwd.hpp>
#include <string>

#include "projections/condition.h"
#include "projections/declarations.h"
#include "projections/dossier.h"
#include "projections/shape.h"

namespace kinledger::projections {

/// Adds the faults of the condition, which is to be one on a person or on a unit. Faults beside
/// those of ShapeCheck: PACK_CONDITION (no test, several tests, or a test of the other kind of
/// subject), PACK_STATUS (a status is asked for what it does not state).
void check_condition(const boost::json::value& value, Subject::Kind subject,
                     const std::string& path, ShapeCheck& check);

/// Precondition: check_condition found no fault against the same declarations.
Condition read_condition(const boost::json::value& value, const Declarations& declared);

/// The tests as rows of the Markdown table in docs/RULES.md.
std::string condition_markdown();

}  // namespace kinledger::projections

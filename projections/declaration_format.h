// Declarations as a pack writes them and as PackAdopted records them: checked and read in one pass,
// because each part may refer to those before it.
//
//   [pack]  [[document]]  [areas]  [codes.LIST]  [[open_point]]  [[interpretation]]
#pragma once

#include <boost/json/fwd.hpp>
#include <string>

#include "projections/declarations.h"
#include "projections/shape.h"

namespace kinledger::projections {

/// Reads the tables of `pack` into `declared`, which must be the declarations that `check` refers
/// to. Of what has a fault as much is read as is needed to go on: a rule that refers to it is not
/// at fault. Faults beside those of ShapeCheck: PACK_DUPLICATE.
void read_declarations(const boost::json::object& pack, ShapeCheck& check, Declarations& declared);

/// The tables of docs/RULES.md about declarations.
std::string declarations_markdown();

}  // namespace kinledger::projections

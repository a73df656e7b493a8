// Grants as JSON, for the server and for the command line:
//
//   {"principal": "32 hex digits", "role": "agency", "institution": "330199001",
//    "area": "330106", "certificate": "64 hex digits", "until": "2027-01-01", "label": "…"}
//
// What is absent is left out.
#pragma once

#include <boost/json/object.hpp>

#include "server/principal.h"

namespace kinledger::server {

boost::json::object to_json(const Grant& grant);

/// `principal` may be left out: it stays zero. Refused: JSON_TYPE and JSON_UNKNOWN for the shape,
/// ROLE_UNKNOWN, and what the field's own reader says.
ledger::Parsed<Grant> read_grant(const boost::json::object& object);

/// JSON Schema of what read_grant() reads.
boost::json::object grant_schema();

/// One part of a grant, as a user writes it: "role", "area", and so on.
ledger::Parsed<void> set_part(Grant& grant, std::string_view name, std::string_view text);

}  // namespace kinledger::server

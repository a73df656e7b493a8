// What a submission may say, as JSON Schema (draft 2020-12), made from the catalogue: for editors,
// for other programs, and for `kinledger schema`. Titles are the Chinese terms of the policy
// documents. What a schema cannot say (check digits, which codes a list has, whether a person is
// known) is checked when the submission is read and recorded.
//
// Pure functions; any thread.
#pragma once

#include <boost/json/object.hpp>

#include "ledger/catalogue.h"

namespace kinledger::ledger::intake {

/// Of a whole submission, with a definition for every type of event.
boost::json::object json_schema();

/// Of one event. Precondition: may_be_submitted(type).
boost::json::object json_schema(const TypeInfo& type);

}  // namespace kinledger::ledger::intake

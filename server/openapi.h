// The interface as an OpenAPI 3.1 document, made from the table of routes.
#pragma once

#include <boost/json/object.hpp>
#include <vector>

#include "server/route.h"

namespace kinledger::server {

boost::json::object openapi_document(const std::vector<Route>& routes);

}  // namespace kinledger::server

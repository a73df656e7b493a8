// The interface as an OpenAPI 3.1 document, made from the table of routes.
#pragma once

#include <boost/json/object.hpp>
#include <vector>

#include "server/route.h"

namespace kinledger::server {

/// What a request to the route may be answered with, ascending: what the route says, what follows
/// from what it takes, and what the listener may answer to anyone.
std::vector<unsigned> statuses_of(const Route& route);

boost::json::object openapi_document(const std::vector<Route>& routes);

}  // namespace kinledger::server

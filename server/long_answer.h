// Long answers (较长的答复), which may go through all that was recorded: proofs, checks,
// differences, reports, questions about everyone. Few are made at a time.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "server/problem.h"
#include "server/question_call.h"
#include "server/route.h"

namespace kinledger::server {

/// To be held while the answer is made. 503 `LONG_ANSWERS_BUSY` when all turns are taken.
Or<std::unique_ptr<Turns::Turn>> take_turn(const Desk& desk);

/// What a search found, as JSON or as the table of the command line. `found`, how much there is to
/// see, goes into the field of that name. Without a tag the answer is one to a POST. Tables, which
/// differ by language, have none.
HttpResponse found_answer(const HttpRequest& request, const std::string& tag, std::uint64_t found,
                          const std::function<boost::json::object()>& json,
                          const std::function<std::string(projections::Language)>& table);

}  // namespace kinledger::server

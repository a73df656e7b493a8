// JSON Schema (2020-12) of what questions take and give, made from the registry: for programs what
// docs/QUESTIONS.md is for readers.
#pragma once

#include <boost/json/object.hpp>
#include <string_view>

#include "projections/questions.h"

namespace kinledger::projections {

/// Of an argument's text.
boost::json::object argument_schema(const Argument& argument);

/// What schemas of answers refer to, by name: Answer, the parts that all answers have, and
/// Undetermined. `prefix` leads to them: "#/components/schemas/".
boost::json::object answer_definitions(std::string_view prefix);
/// Of an answer to the question, as projections/answer.h makes it.
boost::json::object answer_schema(const Question& question, std::string_view prefix);

}  // namespace kinledger::projections

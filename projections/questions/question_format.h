// The questions as a reader finds them in docs/QUESTIONS.md, made from the registry.
#pragma once

#include <string>
#include <string_view>

#include "projections/questions.h"

namespace kinledger::projections {

/// What an argument holds: person, unit, year, code, division, month, date, text.
std::string_view name_of(Argument::Kind kind);

/// A section for each question: its arguments, its fields, the columns of its lists.
std::string questions_markdown();

}  // namespace kinledger::projections

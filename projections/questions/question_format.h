// The questions as a reader finds them in docs/QUESTIONS.md, made from the registry.
#pragma once

#include <boost/json/fwd.hpp>
#include <span>
#include <string>
#include <string_view>

#include "projections/questions.h"

namespace kinledger::projections {

/// What an argument holds: person, unit, year, code, division, month, date, text.
std::string_view name_of(Argument::Kind kind);

/// {"name", "id", "zh", "en", "arguments": [{"name", "kind", "required", "zh", "en"} and, of a
/// code, "codeList" or "words"], "fields": [{"name", "holds", "zh", "en"} and, of rows, "columns"]}
boost::json::object question_json(const Question& question);

/// [{"name", "holds", "zh", "en"} and, of rows, "columns"]
boost::json::array headings_json(std::span<const Heading> headings);
/// A table of fields or columns: name, what it holds, meaning.
std::string headings_markdown(std::span<const Heading> headings);

/// A section for each question: its arguments, its fields, the columns of its lists.
std::string questions_markdown();

}  // namespace kinledger::projections

// The questions as a reader finds them in docs/QUESTIONS.md, made from the registry.
#pragma once

#include <string>

namespace kinledger::projections {

/// A section for each question: its arguments, its fields, the columns of its lists.
std::string questions_markdown();

}  // namespace kinledger::projections

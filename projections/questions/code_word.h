// A code of a pack as a word of an answer.
#pragma once

#include <string_view>

#include "projections/answer.h"
#include "projections/rulebook.h"

namespace kinledger::projections {

/// A code of a pack's list with its label; the word "none" when it is empty.
Word code_word(const Rulebook& rules, std::string_view list, std::string_view code);

}  // namespace kinledger::projections

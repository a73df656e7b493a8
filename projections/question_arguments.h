// Whether arguments are what a question or a report declares.
#pragma once

#include <optional>

#include "ledger/refusal.h"
#include "projections/questions.h"
#include "projections/rulebook.h"

namespace kinledger::projections {

/// Nothing, or the refusal: those of ask() (projections/questions.h). Of the question only its
/// declaration counts.
std::optional<ledger::Reason> refusal_of(const Arguments& arguments, const Question& question,
                                         const Rulebook& rules);

}  // namespace kinledger::projections

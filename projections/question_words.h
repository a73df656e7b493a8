// A question's arguments as their names and texts, from a command line or a request.
#pragma once

#include <string_view>

#include "ledger/refusal.h"
#include "ledger/result.h"
#include "projections/archive.h"
#include "projections/questions.h"

namespace kinledger::projections {

/// A year of four digits. Refused: YEAR_FORMAT.
ledger::Parsed<ledger::Year> read_year(std::string_view text);

/// Puts one argument where it belongs; one that the question does not take goes on as it is, and
/// the question refuses it. Refused: those of naming.h, YEAR_FORMAT, and ARGUMENT_FORMAT for a
/// person, unit or year that was there already.
ledger::Result<ledger::Parsed<void>> take_argument(Archive& archive, const Question& question,
                                                   std::string_view name, std::string_view text,
                                                   Arguments& arguments);

}  // namespace kinledger::projections

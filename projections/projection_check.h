// Compares projections with others that were made anew from the same journal.
#pragma once

#include <optional>

#include "projections/projector.h"

namespace kinledger::projections {

struct WrongProjections {
  std::optional<Subject> subject;  ///< the first one; absent where not even rows can be told apart
};

/// What is wrong with the projections, or nothing. Precondition: `right` has the same position.
ledger::Result<std::optional<WrongProjections>> compare(const Projector& kept,
                                                        const Projector& right);

}  // namespace kinledger::projections

// What caused a change (变动的原因): of the records that may have, those without which the answer
// would be another one than it is.
//
// Each record is left out in turn, and the question is answered again. Where two records did the
// same, leaving out either changes nothing, and neither can be told from the other; nor is it tried
// where rules or dates differ, or where it would take too long. Then all that may have are named,
// and the change says so.
#pragma once

#include <span>
#include <vector>

#include "projections/difference/difference.h"

namespace kinledger::projections {

/// Answers again that are given for the changes of one subject at most; an account counts as one
/// for each child that it is judged from.
inline constexpr std::size_t causes_tried_max = 64;

/// Of one subject's changes, as the later side has them.
struct CausesAsked {
  const Side& to;
  /// Records that may have caused them; ascending.
  std::span<const ledger::Sequence> candidates;
  /// What one answer to the questions of the changes costs.
  std::size_t cost = 1;
};

/// Sets Change::facts and Change::facts_may_be. Fails only with a fault of the store.
ledger::Result<void> name_causes(const CausesAsked& asked, std::vector<Change>& changes);
/// Names all candidates, as those that may be the causes.
void name_candidates(const CausesAsked& asked, std::vector<Change>& changes);

}  // namespace kinledger::projections

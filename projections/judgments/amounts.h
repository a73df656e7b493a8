// An amount of a rule for a year: stated, announced for the year, or open.
#pragma once

#include "ledger/money.h"
#include "projections/amount.h"
#include "projections/judgments/grounds.h"
#include "projections/rulebook.h"

namespace kinledger::projections {

/// `wanted` says for whom and when, without the name, which is that of the amount. `step` is the
/// rule's: it gets the announcement as a fact, or the open point. An announcement is the document
/// that gives what the rule leaves open.
Judged<ledger::Fen> amount_of(const Amount& amount, AnnouncementKey wanted, const Rulebook& rules,
                              Backing backing, Step& step);

}  // namespace kinledger::projections

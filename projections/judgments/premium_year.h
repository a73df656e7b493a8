// The premium of a membership's insurance year: on which day it was settled, by payments or because
// nothing is due, and what was due then.
#pragma once

#include "ledger/calendar.h"
#include "projections/judgments/coverage_year.h"

namespace kinledger::projections {

/// Fills `paid`, `paid_on` and `due` of a year that has its membership, payments and `pay_by`.
void settle_premium(Knowledge& knowledge, const ledger::PersonId& person, ledger::Area jurisdiction,
                    CoverageYear& year);

/// What would be due from who pays on a day.
PremiumDue due_if_paid(Knowledge& knowledge, const ledger::PersonId& person,
                       ledger::Area jurisdiction, const CoverageYear& year, ledger::Date paid_on);

/// What is due as a reader sees it on a date: after the last day in time the premium of who has not
/// paid by then is the one that a payment on the date would have to reach.
PremiumDue due_on(Knowledge& knowledge, const ledger::PersonId& person, ledger::Area jurisdiction,
                  const CoverageYear& year, ledger::Date on);

}  // namespace kinledger::projections

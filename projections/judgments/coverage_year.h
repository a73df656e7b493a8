// What one membership comes to in one insurance year: the premium due, the day on which it was paid
// in full, and from when to when that gives coverage.
//
// A premium is paid on the day on which the payments up to it reach the standard in force on that
// day. Where the documents give no standard for the day, any payment counts and the standard stays
// undetermined.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ledger/calendar.h"
#include "ledger/money.h"
#include "projections/judgments/grounds.h"
#include "projections/judgments/membership.h"
#include "projections/judgments/payments.h"
#include "projections/knowledge.h"

namespace kinledger::projections {

struct CoverageYear {
  ledger::Year year;
  Membership membership;
  /// By the standard of the day on which it was paid; while unpaid of the last day in time.
  PremiumDue due;
  std::vector<Payment> payments;        ///< of this membership and year, by transaction date
  std::optional<ledger::Date> paid_on;  ///< day on which the premium was paid in full
  /// Day of the act that the cover is counted from: the payment in full, or the registration where
  /// the rule says so; nothing before that act.
  std::optional<ledger::Date> counted_from;
  ledger::Fen paid;                    ///< all payments, net
  std::optional<ledger::Date> pay_by;  ///< last day that gives coverage from a fixed date
  /// Which payment date counts mattered: posting or recording fell on the other side of a limit.
  bool hangs_on_transaction_date = false;
  // The three are nothing before that act, and where the coverage would begin after the year.
  Judged<ledger::Date> covered_from;
  Judged<ledger::Date> covered_to;     ///< inclusive
  Judged<ledger::Date> waiting_until;  ///< first day after the wait, even past the year
  std::int32_t days_covered = 0;       ///< in the year
  bool annual = true;  ///< false: cover goes on after the year, without an end so far
  /// Point that is flagged although the answer stands: a wait that runs past the year.
  std::string flagged;
  Steps steps;
};

/// `year` holds the membership and its payments; the rest is judged.
void judge_coverage_year(Knowledge& knowledge, const ledger::PersonId& person,
                         ledger::Area jurisdiction, CoverageYear& year);

}  // namespace kinledger::projections

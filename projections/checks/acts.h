// Acts (办理事项) of a person as the checks of handling look at them: enrollments and payments that
// stand on the date of the inspection, and for which insurance year a rule speaks.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ledger/calendar.h"
#include "ledger/event_names.h"
#include "projections/checks/inspection.h"
#include "projections/judgments/payments.h"

namespace kinledger::projections {

/// An enrollment that no review turned down.
struct EnrollmentAct {
  ledger::Sequence sequence;
  ledger::FactId fact;
  std::string scheme;
  std::string category;
  std::string channel;
  std::optional<ledger::Year> year;  ///< as stated
  ledger::EnrollmentKind kind{};
  ledger::Date handled_on;
  std::optional<ledger::Date> applied_on;
  std::optional<ledger::UnitId> agent;

  /// The one stated, else that of the act.
  ledger::Year insurance_year() const { return year.value_or(ledger::year_of(handled_on)); }
};

/// By sequence.
std::vector<EnrollmentAct> enrollment_acts(Inspection& inspection);

/// What is left of a payment on the date of the inspection: what was paid back later still counts.
ledger::Fen paid_by_then(Inspection& inspection, const Payment& payment);
/// Payments up to the date that were not paid back whole by then, by transaction date. They end
/// with the inspection.
std::vector<const Payment*> payments_made(Inspection& inspection);

/// Whether a rule speaks of acts for an insurance year. A document that sets the premium of certain
/// years is a notice for these: of acts for another year it says nothing. Unknown where the record
/// states no year.
Truth speaks_of(const Rule& rule, std::optional<ledger::Year> year, const Rulebook& rules);

/// What the record does not state, as the reason why something cannot be told, with the point of
/// incomplete facts where a pack declares it.
Undetermined not_recorded(Inspection& inspection, std::string_view zh, std::string_view en);

/// An act for a scheme and an insurance year.
struct ActFor {
  std::string_view scheme;  ///< empty: not stated
  std::optional<ledger::Year> year;
  ledger::Date on;
  ledger::Date closes;  ///< last day of the time for everybody
};
/// Whether the act is a newborn's, who joins at a time of his own: enrolled as one, or applied for
/// within the months after birth that the rules give. Whether he may is another question.
Truth is_newborns_act(Inspection& inspection, const ActFor& act);

}  // namespace kinledger::projections

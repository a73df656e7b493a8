// Visits (就医): services for which the insurance paid, and whether a cover of the person holds
// then.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "ledger/calendar.h"
#include "ledger/money.h"
#include "projections/checks/inspection.h"

namespace kinledger::projections {

/// By basic and serious-illness insurance; nothing if neither is stated.
std::optional<ledger::Fen> insurance_paid(const ledger::EventView& settlement);

struct Visit {
  enum class Standing : std::uint8_t { covered, open, outside };

  ledger::Sequence sequence;
  ledger::Date from;
  ledger::Date to;  ///< inclusive; of a stay that goes on behind the date, the date
  ledger::Year year;
  std::string_view scheme;  ///< may be empty
  /// Paid by the insurance, without medical assistance, which asks no cover.
  ledger::Fen benefit;
  Standing standing = Standing::covered;
  std::optional<Undetermined> why = {};  ///< set when it is open
};

/// Settlements up to the date for which the insurance paid, or may have paid: `why` says that what
/// it paid is not recorded. Their standing is not judged. Of a person.
std::vector<Visit> visits_of(Inspection& inspection);
/// The same, judged by the covers of the region. Outside for certain only where neither what is
/// recorded nor what the documents leave open could give a cover.
std::vector<Visit> judged_visits(Inspection& inspection);
/// The open ones among them as what cannot be told: one for each reason.
void tell_open(Inspection& inspection, const std::vector<Visit>& visits);
/// Of a service that a cover holds only in part.
Undetermined goes_over_an_edge();

}  // namespace kinledger::projections

// Retention (保存期限): how long the records of a person must be kept with what says who the person
// is. Identities are erased when it is over, and not before.
//
// At least the thirty years for which vouchers of payments are kept (会计档案管理办法, Order 79 of
// the Ministry of Finance and the National Archives Administration, article 14 and its first
// schedule), counted from the end of the accounting year. The ledger may state more, by a
// ParameterAnnounced whose name is retention_parameter and whose number is the years; what was once
// in force is never lowered.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "ledger/calendar.h"
#include "projections/dossier.h"

namespace kinledger::projections {

inline constexpr std::int32_t retention_years_min = 30;
/// Code of list parameter.
inline constexpr std::string_view retention_parameter = "identityRetentionYears";

/// The most that is announced for the year of the date or an earlier one. `region` is the dossier
/// of the region.
std::int32_t retention_years(const Dossier& region, ledger::Date on);

/// The last day on which anything recorded of the person is about something: the latest of the
/// days of recording, of the acts, and of what they are about (end of an insurance year, a period's
/// end); replaced and void versions count. What the ledger records for itself does not, nor the
/// birth date. Nothing when nothing was recorded.
std::optional<ledger::Date> last_day_of(const Dossier& person);

/// The first day on which the person may be erased: that many whole years after the end of the last
/// day's year.
ledger::Date retained_until(ledger::Date last_day, std::int32_t years);

}  // namespace kinledger::projections

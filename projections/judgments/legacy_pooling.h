// The end of the legacy pooling (子女统筹): the last premiums still owed, and where each of its
// members went.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ledger/calendar.h"
#include "ledger/money.h"
#include "projections/judgments/coverage.h"
#include "projections/judgments/grounds.h"
#include "projections/judgments/membership.h"
#include "projections/knowledge.h"

namespace kinledger::projections {

struct LegacyPremium {
  ledger::Month month;
  std::string fiscal_level;
  std::int32_t headcount = 0;  ///< members of the unit on the last day of the month
  Judged<ledger::Fen> unit_rate;
  Judged<ledger::Fen> personal_rate;
  Judged<ledger::Fen> unit_due;
  Judged<ledger::Fen> personal_due;
  Judged<ledger::Month> collected_in;  ///< the month in which it is to be collected
  ledger::Fen unit_collected;
  ledger::Fen personal_collected;
  std::optional<ledger::Date> collected_on;  ///< last collection recorded
  bool after_last_month = false;             ///< the legacy pooling had ended: nothing is due
  Steps steps;
};
/// Without a month: the last month of the legacy pooling.
LegacyPremium judge_legacy_premium(Knowledge& knowledge, const ledger::UnitId& unit,
                                   ledger::Area jurisdiction, std::optional<ledger::Month> month);

enum class MigrationState : std::uint8_t {
  converted,           ///< moved to the new scheme and paid
  unpaid,              ///< moved or enrolled, not paid
  chose_other_scheme,  ///< enrolled in another scheme and paid
  not_migrated,        ///< may go on, but neither conversion nor enrollment is recorded
  ineligible,          ///< the documents list no scheme for this person
  undetermined,
};
std::string_view to_text(MigrationState state);
Word word_of(MigrationState state);

/// Where a member at the end of the legacy pooling went; nothing for a person who was none.
struct Migration {
  MigrationState state = MigrationState::undetermined;
  std::string scheme;  ///< the new one; empty: none
  ConversionRuling conversion;
  bool conversion_recorded = false;
  /// A converted member who does not meet the conditions of the new scheme (O-12).
  Ruling meets_conditions;
  Backing backing;
  Steps steps;
};
/// `timeline` is that of the person.
std::optional<Migration> judge_migration(Knowledge& knowledge, const ledger::PersonId& person,
                                         ledger::Area jurisdiction, const Timeline& timeline);
std::optional<Migration> judge_migration(Knowledge& knowledge, const ledger::PersonId& person,
                                         ledger::Area jurisdiction);

}  // namespace kinledger::projections

// Whether it may be told who a person is: not when the identity was erased (删除), nor while its
// processing is restricted (限制处理; art. 47 of the Personal Information Protection Law: what must
// be kept is stored and protected, and nothing else). Both are events of the ledger.
#pragma once

#include <optional>

#include "ledger/calendar.h"
#include "ledger/refusal.h"
#include "projections/dossier.h"

namespace kinledger::projections {

struct Restriction {
  ledger::Sequence sequence;          ///< of the event that states it
  std::optional<ledger::Date> until;  ///< exclusive; absent: until it is lifted
};

bool is_erased(const Dossier& person);
/// The restriction in force on the date, if there is one: what was recorded last counts, and one
/// that ends on the day of its recording lifts the one before.
std::optional<Restriction> restriction_of(const Dossier& person, ledger::Date on);

ledger::Reason identity_erased();      ///< IDENTITY_ERASED
ledger::Reason identity_restricted();  ///< IDENTITY_RESTRICTED

/// Why the identity is told to nobody; nothing when it may be told to whoever may ask.
std::optional<ledger::Reason> identity_withheld(const Dossier& person, ledger::Date on);

}  // namespace kinledger::projections

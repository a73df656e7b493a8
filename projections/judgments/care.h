// Care elsewhere (异地就医): by which entry of the rules it is treated, and which filing (备案) was
// in force for it.
#pragma once

#include <optional>
#include <string_view>

#include "ledger/calendar.h"
#include "ledger/event_names.h"
#include "projections/knowledge.h"
#include "projections/rule.h"

namespace kinledger::projections {

struct Care {
  ledger::Area area;
  std::optional<ledger::CareClass> care_class;
  std::optional<bool> direct;  ///< settled directly
  ledger::Date on;
};

struct CareJudgment {
  /// The rule that speaks of care there; null, without an entry, where no adopted rule does.
  const Rule* rule = nullptr;
  const OutOfAreaCare::Entry* entry = nullptr;
  const Fact* filing = nullptr;  ///< in force for the area on the day; null: none

  /// Code of list treatment. Precondition: `entry`.
  std::string_view treatment() const {
    const bool is_filed = filing != nullptr && !entry->filed_treatment.empty();
    return is_filed ? entry->filed_treatment : entry->treatment;
  }
};
/// Borrows from the rules and the dossier.
CareJudgment judge_care(const Rulebook& rules, const Dossier& person, ledger::Area jurisdiction,
                        const Care& care);

}  // namespace kinledger::projections

// The social security card (社会保障卡): in which state it is, what is handed in for it, which
// banks issue it, who may apply, and from when it can be collected.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "ledger/calendar.h"
#include "projections/judgments/grounds.h"
#include "projections/knowledge.h"

namespace kinledger::projections {

/// The latest state of a person's card up to the date, or null.
const Fact* card_state(const Dossier& person, ledger::Date on);
/// Made out, whether it is in the person's hands or not.
bool has_card(const Fact* state);

/// The rule of a kind of which there is one, in force on the date; null where there is none.
const Rule* card_rule(const Rulebook& rules, RuleKind kind, ledger::Area jurisdiction,
                      ledger::Date on);

/// Groups of materials that a card_materials rule asks for and that were not handed in up to the
/// date.
std::vector<Label> missing_materials(const Rule& rule, const Dossier& person, ledger::Date on);

/// All rules about the way to apply that are in force on the date, as one.
struct CardRouteJudgment {
  CardRoute route;
  Backing backing;
  Steps steps;  ///< empty: no rule speaks about it
};
CardRouteJudgment card_route_on(const Rulebook& rules, ledger::Area jurisdiction, ledger::Date on);

/// Somebody who applies at a bank for the person's card.
struct CardApplication {
  std::string_view bank;
  bool by_guardian = false;
  std::int32_t age = 0;  ///< of the person
};
/// By a card_applicant rule; unknown where it says nothing about the bank.
Ruling may_apply(const Rule& rule, const CardApplication& application);

/// By a card_collection rule, of somebody who has no card yet.
struct CardCollectionJudgment {
  bool needs_photo = false;              ///< by the age
  std::optional<ledger::Date> paid_on;   ///< arrival of the latest payment that was not paid back
  std::optional<ledger::Date> photo_on;  ///< of the latest photo
  Backing photo_backing;
  /// Nothing while the payment or a photo that is needed is missing.
  Judged<ledger::Date> collect_from;
};
struct CardHolder {
  const Dossier& person;
  ledger::Area jurisdiction;
  std::int32_t age = 0;
};
/// What was paid and handed in up to the date.
CardCollectionJudgment judge_collection(const Rule& rule, const CardHolder& holder,
                                        const Rulebook& rules, ledger::Date on);

}  // namespace kinledger::projections

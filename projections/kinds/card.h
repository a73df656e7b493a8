// Parameters of the rules about the social security card (社会保障卡). One struct per kind of rule;
// meaning and format of every parameter: projections/kinds/card.cc and docs/RULES.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ledger/calendar.h"
#include "ledger/event_names.h"
#include "projections/amount.h"
#include "projections/condition.h"

namespace kinledger::projections {

/// What is handed in for a card: of each group one alternative, whole.
struct CardMaterials {
  struct Group {
    Label name;
    std::vector<std::vector<ledger::CardMaterial>> alternatives;
  };
  std::vector<Group> groups;
};

/// How the files are named: {number} and {name} of whom it shows, {bank}.
struct CardFileNames {
  struct Pattern {
    ledger::CardMaterial material{};
    std::string pattern;
  };
  std::vector<Pattern> files;
  std::string folder;
};

/// The banks that issue the card.
struct CardBanks {
  Codes banks;
};

/// How cards are applied for: with the unit's batch, or one by one.
struct CardRoute {
  std::optional<ledger::Date> batch_to;  ///< last day of the batch, inclusive
  bool without_card_only = false;        ///< who has a card does not apply again
  Codes batch_ways;                      ///< of list cardRoute
  std::string individual;                ///< of list cardRoute
  /// Where a unit's batch goes; several offices that contradict each other name the open point.
  struct Office {
    Codes fiscal_levels;  ///< of the unit; empty: others
    Label name;
  };
  std::vector<Office> offices;
  std::string open_point;
};

/// Who may apply in person, by bank and age.
struct CardApplicant {
  struct Entry {
    Codes banks;
    std::optional<std::int32_t> guardian_only_below;  ///< a guardian must act below this age
    std::optional<std::int32_t> guardian_below;       ///< a guardian may act below this age
    std::optional<std::int32_t> self_from;            ///< in person only from this age on
    std::string open_point;                           ///< at the age from which it is in person
  };
  std::vector<Entry> entries;
};

/// From when a card can be collected, and who hands in a photo for it.
struct CardCollection {
  std::int32_t photo_from_age = 0;  ///< completed years
  std::int32_t months_after = 1;    ///< after the later of payment and photo
  std::string open_point;           ///< for those below the age
};

}  // namespace kinledger::projections

// Personal accounts (个人账户): balances by class of year, and which of them a parent may move to a
// child (家庭共济), and what they may be spent on.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "ledger/calendar.h"
#include "ledger/event_names.h"
#include "ledger/money.h"
#include "projections/judgments/grounds.h"
#include "projections/knowledge.h"

namespace kinledger::projections {

/// Whether a balance of that class may be moved at all. What no rule names is not allowed, by
/// inference.
Ruling transfer_allowed(const Rulebook& rules, ledger::Area jurisdiction,
                        ledger::AccountYear year_class, ledger::Date on);

/// What a balance is spent on.
struct AccountUse {
  std::string_view item;  ///< code of list accountItem
  ledger::AccountYear year_class{};
  ledger::Date on;
};
/// Whether the rules that are for the person name the item for the balance on the date.
Ruling item_allowed(Knowledge& knowledge, const ledger::PersonId& person, ledger::Area jurisdiction,
                    const AccountUse& use);

struct AccountMove {
  ledger::Sequence sequence;
  ledger::Date on;
  ledger::PersonId from;
  ledger::PersonId to;
  ledger::AccountYear year_class{};
  ledger::Fen amount;
  Ruling allowed;  ///< of that class, from a parent to an insured child, out of what is there
};

/// Balances are what the recorded credits, moves and expenses come to: a year that the ledger did
/// not see is not in them.
struct PersonalAccount {
  ledger::Fen current;
  ledger::Fen past;
  std::vector<AccountMove> moves;  ///< out of and into the account, by date
};
PersonalAccount judge_account(Knowledge& knowledge, const ledger::PersonId& person,
                              ledger::Area jurisdiction, ledger::Date on);

}  // namespace kinledger::projections

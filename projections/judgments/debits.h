// Debit agreements (委托代扣): which banks the payers of an area may use.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/calendar.h"
#include "projections/judgments/grounds.h"
#include "projections/knowledge.h"

namespace kinledger::projections {

/// Where a payer is.
struct PayerPlace {
  ledger::Area area;
  std::string_view block;  ///< code of list block; may be empty
};

struct DesignatedBankList {
  Judged<Codes> banks;  ///< in the order of the documents
  Steps steps;
};
/// The banks of an area, and those that a block of it adds.
DesignatedBankList designated_banks(const Rulebook& rules, ledger::Area jurisdiction,
                                    const PayerPlace& payer, ledger::Date on);

/// The agreement in force on a date.
struct DebitAgreement {
  ledger::Sequence sequence;
  std::string bank;
  ledger::Area area;
  std::string block;
  ledger::Date signed_on;
};
std::optional<DebitAgreement> debit_agreement(const Dossier& payer, ledger::Date on);

/// Whether an agreement with this bank is valid for the payer's area.
Ruling bank_designated(const DesignatedBankList& list, std::string_view bank);

}  // namespace kinledger::projections

// Payments of premiums (缴费) net of what was paid back, and the premium due (应缴保费).
//
// The payer's transaction date counts (I-08); a payment recorded later than that is one more fact
// known later. A payment that was paid back whole does not count, whenever it was paid back.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/calendar.h"
#include "ledger/money.h"
#include "projections/judgments/grounds.h"
#include "projections/knowledge.h"

namespace kinledger::projections {

struct Payment {
  ledger::Sequence sequence;
  ledger::FactId fact;
  ledger::Date paid_on;
  std::optional<ledger::Date> posted_on;
  ledger::Date recorded_on;  ///< civil date of its record
  ledger::Year year;
  std::string scheme;  ///< empty: not stated
  std::optional<ledger::FactId> enrollment;
  std::string channel;
  std::string mode;
  std::string period;
  ledger::PayerKind payer{};
  bool is_regular = true;  ///< neither a back-payment (补缴) nor a lump sum at retirement
  ledger::Fen amount;
  ledger::Fen paid_back;
  std::vector<ledger::Sequence> reversals;

  ledger::Fen net() const { return {amount.value - paid_back.value}; }
};

/// Payments of a person by transaction date, those of one day by sequence. A reversal that names no
/// payment is taken from the latest payments of its year before it.
std::vector<Payment> payments_of(const Dossier& person, ledger::Area jurisdiction);

/// For whom and when a premium is asked.
struct PremiumQuestion {
  ledger::PersonId person;
  ledger::Area jurisdiction;
  std::string_view scheme;
  std::string_view category;  ///< recorded: for who is put into none by the rules; may be empty
  ledger::Date enrolled_on;
  ledger::Year year;
  ledger::Date paid_on;      ///< the standard is the one in force on that day
  bool of_category = false;  ///< what the category pays, whoever is in it
};

/// By the rules for that day; several announcements of an amount count as the latest of them.
struct PremiumDue {
  std::string category;          ///< may be empty
  Judged<ledger::Fen> standard;  ///< personal share before any exemption
  Judged<ledger::Fen> personal;  ///< what the person pays
  Judged<ledger::Fen> government;
  Judged<ledger::Fen> total;
  std::string government_level;  ///< code of list fiscalLevel; may be empty
  Ruling exempt;
  ledger::PayerKind exempt_payer{};  ///< who pays the personal share of who is exempt
  Steps steps;
};
PremiumDue premium_due(Knowledge& knowledge, const PremiumQuestion& question);

}  // namespace kinledger::projections

// By what a personal account is credited (划账依据), and the states of working life that the rules
// about it read.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ledger/calendar.h"
#include "projections/judgments/grounds.h"
#include "projections/knowledge.h"

namespace kinledger::projections {

/// The latest record of a state (code of list personStatus) that began by the date, or null.
const Fact* state_of(const Dossier& person, std::string_view kind, ledger::Date on);
/// The record of the retirement (医保退休) by the date, or null.
const Fact* retirement_of(const Dossier& person, ledger::Date on);

struct CreditBasis {
  Judged<std::string> basis;                ///< code of list creditBasis
  std::optional<Undetermined> amount_open;  ///< what is credited, where the documents do not say
  Steps steps;
};
CreditBasis judge_credit_basis(Knowledge& knowledge, const ledger::PersonId& person,
                               ledger::Area jurisdiction, ledger::Date on);

}  // namespace kinledger::projections

// By what a personal account is credited (划账依据).
#pragma once

#include <optional>
#include <string>

#include "ledger/calendar.h"
#include "projections/judgments/grounds.h"
#include "projections/knowledge.h"

namespace kinledger::projections {

struct CreditBasis {
  Judged<std::string> basis;                ///< code of list creditBasis
  std::optional<Undetermined> amount_open;  ///< what is credited, where the documents do not say
  Steps steps;
};
CreditBasis judge_credit_basis(Knowledge& knowledge, const ledger::PersonId& person,
                               ledger::Area jurisdiction, ledger::Date on);

}  // namespace kinledger::projections

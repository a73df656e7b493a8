// The checks by topic; the registry (registry.cc) puts them together.
#pragma once

#include <vector>

#include "projections/checks/check.h"

namespace kinledger::projections {

std::vector<Check> legacy_checks();    ///< the end of the legacy pooling, rectification
std::vector<Check> coverage_checks();  ///< memberships, cover, settlements outside of it
std::vector<Check> premium_checks();   ///< premiums due, paid, exempt
std::vector<Check> binding_checks();   ///< bindings and their forms
std::vector<Check> subsidy_checks();   ///< reimbursements by units
std::vector<Check> fund_checks();      ///< channel accounts, top-ups, surpluses
std::vector<Check> window_checks();    ///< acts outside their windows, categories, milestones
std::vector<Check> agent_checks();     ///< schools and other agent units
std::vector<Check> card_checks();      ///< social security cards, debit agreements
std::vector<Check> employer_checks();  ///< contribution bases and arrears
std::vector<Check> benefit_checks();   ///< settlement layers, assistance
std::vector<Check> care_checks();      ///< care elsewhere
std::vector<Check> account_checks();   ///< personal accounts, examinations
std::vector<Check> record_checks();    ///< of the records and the rules themselves

}  // namespace kinledger::projections

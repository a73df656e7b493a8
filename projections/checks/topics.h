// The checks by topic; the registry (registry.cc) puts them together.
#pragma once

#include <vector>

#include "projections/checks/check.h"

namespace kinledger::projections {

std::vector<Check> legacy_checks();    ///< the end of the legacy pooling, rectification
std::vector<Check> coverage_checks();  ///< covers at the same time, schemes that are no more
std::vector<Check> visit_checks();     ///< settlements before or outside of any cover
std::vector<Check> premium_checks();   ///< premiums due, paid, exempt
std::vector<Check> binding_checks();   ///< bindings and their forms
std::vector<Check> subsidy_checks();   ///< reimbursements by units
std::vector<Check> fund_checks();      ///< channel accounts, top-ups, surpluses
std::vector<Check> window_checks();    ///< acts outside their windows
std::vector<Check> step_checks();      ///< milestones
std::vector<Check> joining_checks();   ///< categories, routes, newborns
std::vector<Check> agent_checks();     ///< rosters and declarations of schools
std::vector<Check> pupil_checks();     ///< exempt by lists, points, agents of enrollments
std::vector<Check> card_checks();      ///< social security cards
std::vector<Check> office_checks();    ///< banks and offices by area
std::vector<Check> employer_checks();  ///< contribution bases and arrears
std::vector<Check> benefit_checks();   ///< settlement layers, assistance
std::vector<Check> care_checks();      ///< care elsewhere
std::vector<Check> account_checks();   ///< personal accounts, examinations
std::vector<Check> record_checks();    ///< late knowledge, contact data
std::vector<Check> policy_checks();    ///< of the rules themselves, handover of funds

}  // namespace kinledger::projections

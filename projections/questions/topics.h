// The questions by topic; the registry (registry.cc) puts them together.
#pragma once

#include <vector>

#include "projections/questions.h"

namespace kinledger::projections {

std::vector<Question> coverage_questions();
std::vector<Question> everyday_questions();
std::vector<Question> premium_questions();
std::vector<Question> scheme_questions();
std::vector<Question> legacy_questions();
std::vector<Question> unit_questions();
std::vector<Question> binding_questions();
std::vector<Question> subsidy_questions();
std::vector<Question> fund_questions();
std::vector<Question> benefit_questions();
std::vector<Question> policy_questions();
std::vector<Question> handling_questions();
std::vector<Question> card_questions();
std::vector<Question> settlement_questions();
std::vector<Question> retirement_questions();
std::vector<Question> employer_questions();
std::vector<Question> agent_questions();
std::vector<Question> care_questions();
std::vector<Question> region_questions();

// Arguments that many questions take.
inline constexpr Argument person_argument{
    "person", Argument::Kind::person, true, "人员", "the person", {}, {}};
inline constexpr Argument unit_argument{"unit", Argument::Kind::unit, true, "单位", "the unit", {},
                                        {}};
inline constexpr Argument year_argument{
    "year",
    Argument::Kind::year,
    false,
    "年度，默认为查询日期所在年度",
    "insurance, settlement or fund year; by default that of the date",
    {},
    {}};
inline constexpr Argument scheme_argument{
    "scheme", Argument::Kind::code, false, "险种", "the scheme", "scheme", {}};

}  // namespace kinledger::projections

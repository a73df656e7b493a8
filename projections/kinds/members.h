// What the tables of rule kinds share: how a parameter may be present, and parameters that mean the
// same in every kind. For the sources of projections/kinds/.
#pragma once

#include <array>

#include "projections/rule_format.h"
#include "projections/rule_reader.h"

namespace kinledger::projections::kinds {

inline constexpr auto required = Presence::required;
inline constexpr auto optional = Presence::optional;
inline constexpr auto required_list = Presence::required_list;
inline constexpr auto optional_list = Presence::optional_list;

inline constexpr Member fiscal_levels{"fiscal_levels", Shape::code,     required_list,
                                      "财政级次",      "fiscal levels", "fiscalLevel"};
inline constexpr Member schemes{"schemes", Shape::code, required_list, "险种", "schemes", "scheme"};
inline constexpr Member any_schemes{
    "schemes", Shape::code, optional_list, "险种（不填为全部）", "schemes; absent: all", "scheme"};
inline constexpr Member scheme{"scheme", Shape::code, required, "险种", "scheme", "scheme"};
inline constexpr Member population{"population", Shape::person_condition, optional,
                                   "适用人群（不填为全部）",
                                   "to whom the rule applies; absent: all"};
inline constexpr Member insurance_year{"insurance_year", Shape::year, required, "医保年度",
                                       "insurance year"};
inline constexpr Member paid_from{"paid_from", Shape::date, optional, "缴费日期起（含）",
                                  "paid on this day or later"};
inline constexpr Member paid_to{"paid_to", Shape::date, optional, "缴费日期止（含）",
                                "paid on this day or earlier"};
inline constexpr Member block{"block", Shape::code, optional, "区块", "block of the area", "block"};

inline constexpr Member open_point{"open_point", Shape::open_point, optional, "文件未规定",
                                   "the documents do not say"};

}  // namespace kinledger::projections::kinds

// The reports by topic; the registry (registry.cc) puts them together.
#pragma once

#include <string_view>
#include <vector>

#include "projections/reports/report.h"

namespace kinledger::projections {

std::vector<Report> unit_reports();
std::vector<Report> person_reports();
std::vector<Report> agent_reports();
std::vector<Report> employer_reports();
std::vector<Report> supervision_reports();

// Arguments that several reports take.
inline constexpr Argument unit_of_report{
    "unit", Argument::Kind::unit, false, "单位，默认全部", "the unit; by default all", {}, {}};
inline constexpr Argument area_of_report{"area",
                                         Argument::Kind::area,
                                         false,
                                         "区划（六位代码，含下级），默认全部",
                                         "the division, six digits; by default all",
                                         {},
                                         {}};

}  // namespace kinledger::projections

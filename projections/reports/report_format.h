// The reports as documents describe them.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>

#include "projections/reports/report.h"

namespace kinledger::projections {

/// name, version, zh, en, arguments, columns, summed, groupedBy.
boost::json::object to_json(const Report& report);
/// docs/REPORTS.md below its line "# The reports by name".
std::string reports_markdown();

}  // namespace kinledger::projections

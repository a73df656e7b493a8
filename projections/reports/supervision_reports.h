// What reports about the programme's own conduct share with the layers above.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "ledger/result.h"
#include "projections/questions.h"
#include "projections/reports/row_book.h"

namespace kinledger::projections {

/// The common columns of irregularities and those of the check.
std::vector<Heading> columns_of_check(std::string_view id);
/// What the check finds, by the arguments `unit` and `area`. Precondition: there is such a check.
ledger::Result<void> rows_of_check(std::string_view id, Asking& asking, const Arguments& arguments,
                                   RowBook& rows);

/// Columns of the report minorsAccess. Its rows are of the access journal (server/access_log.h),
/// which this layer does not know: server/access_rows.h makes them.
std::span<const Heading> access_columns();

}  // namespace kinledger::projections

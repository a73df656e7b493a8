// The rows of the report minorsAccess: who looked at data of minors, from the access journal.
#pragma once

#include "ledger/result.h"
#include "projections/reports/make_report.h"
#include "server/access_log.h"

namespace kinledger::server {

/// The journal as it is now.
projections::JournalState journal_state(AccessLog& log);

/// The records up to the end of a day about persons that the ledger knows, as of its basis, to have
/// been minors on the day of the record; of the first `journal.size` records. Reading them leaves
/// none.
ledger::Result<projections::RowBook> access_rows(AccessLog& log,
                                                 const projections::JournalState& journal,
                                                 ledger::Date last_day,
                                                 projections::Knowledge& knowledge);

}  // namespace kinledger::server

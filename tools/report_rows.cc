#include "tools/report_rows.h"

#include "server/access_rows.h"
#include "tools/access_record.h"
#include "tools/complaint.h"

namespace kinledger::tools {

using projections::MadeReport;
using server::ReportRequest;

Told<MadeReport> make_report(ReportRequest request, std::string_view operation, OpenLedger& opened,
                             Terminal& terminal) {
  const auto log = open_access_log(opened, terminal);
  if (!log) return log.error();
  // Before its own record, which is about nobody in particular.
  if (!request.journal) request.journal = server::journal_state(**log);
  if (const auto ended =
          record_access(**log, access_of(operation, request.arguments, request.known), terminal))
    return *ended;
  auto made = server::make_report(request, *opened.archive, **log);
  if (!made) return complain(terminal, made.error());
  if (!*made) return complain(terminal, made->error());
  return std::move(**made);
}

Told<void> open_identities(MadeReport& made, const ReportRequest& request, OpenLedger& opened,
                           Terminal& terminal) {
  const auto access = access_of("report " + made.manifest.report + " with identity",
                                request.arguments, request.known);
  if (const auto ended =
          record_access_to_each(opened, access, projections::persons_in(made), terminal))
    return *ended;
  const auto added = projections::add_identities(made, opened.archive->ledger().vault());
  if (!added) return complain(terminal, added.error());
  return {};
}

}  // namespace kinledger::tools

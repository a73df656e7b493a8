#include "tools/report_rows.h"

#include "projections/identity_access.h"
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
  auto& ledger = opened.archive->ledger();
  const auto today = ledger::civil_date_of(ledger.now());
  const auto may_be_told = [&](const ledger::PersonId& person) -> ledger::Result<bool> {
    const auto dossier = opened.archive->dossier_of(person);
    if (!dossier) return dossier.error();
    return !projections::identity_withheld(*dossier, today);
  };
  const auto added = projections::add_identities(made, ledger.vault(), may_be_told);
  if (!added) return complain(terminal, added.error());
  return {};
}

}  // namespace kinledger::tools

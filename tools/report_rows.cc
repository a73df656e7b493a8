#include "tools/report_rows.h"

#include "tools/access_record.h"
#include "tools/access_rows.h"
#include "tools/complaint.h"

namespace kinledger::tools {
namespace {

using projections::MadeReport;

ledger::Result<ledger::Parsed<MadeReport>> make(const ReportRequest& request,
                                                server::AccessLog& log,
                                                const projections::JournalState& journal,
                                                OpenLedger& opened) {
  const auto view = opened.archive->view(request.known);
  if (!view) return view.error();
  auto asking = opened.archive->asking(*view);
  if (request.report->make != nullptr)
    return projections::make_report(*request.report, request.arguments, asking);
  auto rows = access_rows(log, journal, asking.knowledge);
  if (!rows) return rows.error();
  return projections::make_report(*request.report, request.arguments, asking, std::move(*rows),
                                  journal);
}

}  // namespace

Told<MadeReport> make_report(const ReportRequest& request, std::string_view operation,
                             OpenLedger& opened, Terminal& terminal) {
  const auto log = open_access_log(opened, terminal);
  if (!log) return log.error();
  // Before its own record, which is about nobody in particular.
  const auto journal = request.journal.value_or(journal_state(**log));
  if (const auto ended =
          record_access(**log, access_of(operation, request.arguments, request.known), terminal))
    return *ended;
  auto made = make(request, **log, journal, opened);
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

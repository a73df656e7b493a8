#include "server/report_request.h"

#include "server/access_rows.h"

namespace kinledger::server {

ledger::Result<ledger::Parsed<projections::MadeReport>> make_report(const ReportRequest& request,
                                                                    projections::Archive& archive,
                                                                    AccessLog& log) {
  const auto view = archive.view(request.known);
  if (!view) return view.error();
  auto asking = archive.asking(*view);
  if (request.report->make != nullptr)
    return projections::make_report(*request.report, request.arguments, asking);
  const auto journal = request.journal.value_or(journal_state(log));
  auto rows = access_rows(log, journal, request.arguments.on, asking.knowledge);
  if (!rows) return rows.error();
  return projections::make_report(*request.report, request.arguments, asking, std::move(*rows),
                                  journal);
}

}  // namespace kinledger::server

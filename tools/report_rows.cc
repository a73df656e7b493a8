#include "tools/report_rows.h"

#include <unistd.h>

#include <condition_variable>
#include <mutex>

#include "tools/access_record.h"
#include "tools/access_rows.h"
#include "tools/complaint.h"

namespace kinledger::tools {
namespace {

using projections::MadeReport;

/// Records that are on their way; the last callback may outlive the wait for it.
struct Records {
  std::mutex mutex;
  std::condition_variable changed;
  std::size_t left = 0;
  ledger::Result<void> outcome;
};

/// Writes a record for each person and waits for all: those that wait share a commit.
ledger::Result<void> record_each(server::AccessLog& log, const server::Access& of,
                                 const std::vector<ledger::PersonId>& persons) {
  const auto records = std::make_shared<Records>();
  records->left = persons.size();
  for (const auto& person : persons) {
    auto access = of;
    access.person = person;
    log.record(std::move(access), [records](const ledger::Result<void>& recorded) {
      const std::lock_guard lock(records->mutex);
      if (!recorded) records->outcome = recorded;
      if (--records->left == 0) records->changed.notify_one();
    });
  }
  std::unique_lock lock(records->mutex);
  records->changed.wait(lock, [&] { return records->left == 0; });
  return records->outcome;
}

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
  const auto log = open_access_log(opened, terminal);
  if (!log) return log.error();
  auto access = access_of("report " + made.manifest.report + " with identity", request.arguments,
                          request.known);
  access.channel = server::AccessChannel::command;
  access.account = ::getuid();
  const auto recorded = record_each(**log, access, projections::persons_in(made));
  if (!recorded) return complain(terminal, recorded.error());
  const auto added = projections::add_identities(made, opened.archive->ledger().vault());
  if (!added) return complain(terminal, added.error());
  return {};
}

}  // namespace kinledger::tools

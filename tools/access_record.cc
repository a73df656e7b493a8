#include "tools/access_record.h"

#include <unistd.h>

#include "tools/complaint.h"

namespace kinledger::tools {

Told<std::unique_ptr<server::AccessLog>> open_access_log(const OpenLedger& opened,
                                                         Terminal& terminal) {
  ledger::LedgerOptions of;
  of.directory = opened.where.directory;
  of.state = opened.where.state;
  of.clock = opened.clock;
  auto log = server::AccessLog::open(of, opened.archive->ledger().identity());
  if (!log) return complain(terminal, log.error());
  return std::move(*log);
}

server::Access by_command(server::Access access) {
  access.channel = server::AccessChannel::command;
  access.account = ::getuid();
  return access;
}

std::optional<Exit> record_access(const OpenLedger& opened, server::Access access,
                                  Terminal& terminal) {
  const auto log = open_access_log(opened, terminal);
  if (!log) return log.error();
  return record_access(**log, std::move(access), terminal);
}

std::optional<Exit> record_access(server::AccessLog& log, server::Access access,
                                  Terminal& terminal) {
  if (const auto recorded = log.record(by_command(std::move(access))); !recorded)
    return complain(terminal, recorded.error());
  return std::nullopt;
}

std::optional<Exit> record_access_to_each(const OpenLedger& opened, const server::Access& of,
                                          std::span<const ledger::PersonId> persons,
                                          Terminal& terminal) {
  // Before the log, whose end waits for the last record and for what is called when it is durable.
  ledger::Result<void> outcome;
  {
    const auto log = open_access_log(opened, terminal);
    if (!log) return log.error();
    for (const auto& person : persons) {
      auto access = by_command(of);
      access.person = person;
      (*log)->record(std::move(access), [&outcome](const ledger::Result<void>& recorded) {
        if (!recorded) outcome = recorded;
      });
    }
  }
  if (!outcome) return complain(terminal, outcome.error());
  return std::nullopt;
}

server::Access access_of(std::string_view question, const projections::Arguments& arguments,
                         ledger::TreeSize known) {
  server::Access access;
  access.operation = question;
  access.person = arguments.person;
  access.unit = arguments.unit;
  access.basis = known;
  access.on = arguments.on;
  return access;
}

server::Access access_of(std::string_view operation, const projections::SubjectId& subject,
                         ledger::TreeSize known) {
  server::Access access;
  access.operation = operation;
  if (const auto* person = std::get_if<ledger::PersonId>(&subject)) access.person = *person;
  if (const auto* unit = std::get_if<ledger::UnitId>(&subject)) access.unit = *unit;
  access.basis = known;
  return access;
}

}  // namespace kinledger::tools

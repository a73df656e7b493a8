#include "tools/access_record.h"

#include <unistd.h>

#include "ledger/paths.h"
#include "tools/complaint.h"

namespace kinledger::tools {

namespace {

/// Beside a state directory that is missing or another ledger's none is made.
ledger::Result<void> check_is_there(const OpenLedger& opened) {
  const ledger::Paths paths(opened.where.directory, opened.where.state);
  std::error_code error;
  if (!opened.archive->ledger().read_only() ||
      std::filesystem::exists(paths.access().directory, error))
    return {};
  return ledger::Error{ledger::Failure::unavailable,
                       "there is none at " + paths.access().directory.string() +
                           " yet, and none is made while the ledger is read-only",
                       paths.access().directory.string() + " 处尚无查阅登记簿，账本只读时不新建"};
}

void tell_who_is_not_told(Terminal& terminal) {
  terminal.complain(
      "kinledger: " +
      std::string(terminal.say(
          {"查阅个人或单位须先登记，而查阅登记簿无法登记，因此不予答复",
           "what tells of persons and units leaves a record first, and the access journal takes "
           "none: it is not told"})));
}

}  // namespace

Told<std::unique_ptr<server::AccessLog>> open_access_log(const OpenLedger& opened,
                                                         Terminal& terminal) {
  ledger::LedgerOptions of;
  of.directory = opened.where.directory;
  of.state = opened.where.state;
  of.clock = opened.clock;
  const auto& ledger = opened.archive->ledger();
  const auto is_there = check_is_there(opened);
  auto log = is_there ? server::AccessLog::open(of, ledger.identity())
                      : ledger::Result<std::unique_ptr<server::AccessLog>>(is_there.error());
  if (log) return std::move(*log);
  if (ledger.read_only()) tell_who_is_not_told(terminal);
  return complain(terminal, log.error());
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
  const auto log = open_access_log(opened, terminal);
  if (!log) return log.error();
  if (const auto recorded = (*log)->record_to_each(by_command(of), persons); !recorded)
    return complain(terminal, recorded.error());
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

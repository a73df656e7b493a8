// access log: who asked what.
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "ledger/intake/event_json.h"
#include "ledger/log_lines.h"
#include "server/grant_json.h"
#include "tools/access_record.h"
#include "tools/commands.h"
#include "tools/complaint.h"
#include "tools/far_access.h"
#include "tools/subject_arguments.h"
#include "tools/table.h"

namespace kinledger::tools {
namespace {

using ledger::EventView;
using ledger::Field;

struct AccessJournalOptions {
  LedgerArguments ledger;
  RemoteArguments remote;
  std::string principal, person, unit, from = "0";
  bool json = false;
};

/// Of a record as JSON, from the journal or from a server.
std::vector<std::string> record_row(const boost::json::object& record) {
  const auto text = [&](Field field) {
    const auto* value = record.if_contains(ledger::name_of(field));
    if (value == nullptr) return std::string();
    return value->is_string() ? std::string(value->get_string().c_str())
                              : boost::json::serialize(*value);
  };
  const auto at = [&](std::string_view name) {
    const auto* value = record.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string().c_str())
                                                  : std::string();
  };
  const auto actor = at("actor");
  const auto account = text(Field::account);
  const bool is_command = text(Field::channel) == server::to_text(server::AccessChannel::command);
  const bool is_nobody = actor.find_first_not_of('0') == std::string::npos;
  // An account that is not stated is 0, of root.
  const auto by = is_command ? "uid " + (account.empty() ? "0" : account) : is_nobody ? "-" : actor;
  const auto person = text(Field::person);
  return {boost::json::serialize(record.at("sequence")),
          at("recordedAt"),
          by,
          text(Field::channel),
          text(Field::operation),
          text(Field::outcome),
          person.empty() ? text(Field::unit) : person,
          text(Field::purpose),
          text(Field::case_number)};
}

std::vector<std::string> record_headings(Language language) {
  if (language == Language::zh)
    return {"序号", "时间", "查阅人", "渠道", "操作", "结果", "人员或单位", "用途", "案号"};
  return {"sequence",       "at",      "by",  "channel", "operation", "outcome",
          "person or unit", "purpose", "case"};
}

Exit complain_of_from(Terminal& terminal) {
  return complain_of_usage(terminal, {"--from 应为序号", "--from takes a sequence"});
}

Told<server::AccessLog::Wanted> wanted_of(const AccessJournalOptions& options, OpenLedger& opened,
                                          Terminal& terminal) {
  server::AccessLog::Wanted wanted;
  if (!options.person.empty()) {
    const auto person = find_person(options.person, opened, terminal);
    if (!person) return person.error();
    wanted.person = *person;
  }
  if (!options.unit.empty()) {
    const auto unit = find_unit(options.unit, opened, terminal);
    if (!unit) return unit.error();
    wanted.unit = *unit;
  }
  if (!options.principal.empty()) {
    server::Grant named;
    if (const auto set = server::set_part(named, "principal", options.principal); !set)
      return complain(terminal, set.error());
    wanted.principal = named.principal;
  }
  const auto from = ledger::read_decimal(options.from);
  if (!from) return complain_of_from(terminal);
  wanted.from = {*from};
  return wanted;
}

void show(const boost::json::object& record, const AccessJournalOptions& options, Table& table,
          Terminal& terminal) {
  if (options.json)
    terminal.print_line(boost::json::serialize(record));
  else
    table.add(record_row(record));
}

Exit show_far_log(const AccessJournalOptions& options, Terminal& terminal) {
  const auto from = ledger::read_decimal(options.from);
  if (!from) return complain_of_from(terminal);
  auto remote = Remote::of(options.remote, terminal);
  if (!remote) return remote.error();
  const auto person =
      options.person.empty() ? Told<std::string>("") : remote->person(options.person);
  if (!person) return person.error();
  const auto unit = options.unit.empty() ? Told<std::string>("") : remote->unit(options.unit);
  if (!unit) return unit.error();
  Table table(record_headings(terminal.language()));
  const auto read = each_far_record(
      *remote, {{"person", *person}, {"unit", *unit}, {"principal", options.principal}}, *from,
      [&](const boost::json::object& record) { show(record, options, table, terminal); });
  if (!read) return read.error();
  if (!options.json) terminal.print(table.to_text());
  return Exit::done;
}

Exit show_log(const AccessJournalOptions& options, Terminal& terminal) {
  if (options.remote.is_given()) return show_far_log(options, terminal);
  auto opened = open_ledger_to_read(options.ledger, terminal);
  if (!opened) return opened.error();
  const auto wanted = wanted_of(options, *opened, terminal);
  if (!wanted) return wanted.error();
  const auto log = open_access_log(*opened, terminal);
  if (!log) return log.error();
  server::Access access;
  access.operation = "access log";
  access.person = wanted->person;
  access.unit = wanted->unit;
  if (const auto ended = record_access(**log, std::move(access), terminal)) return *ended;
  Table table(record_headings(terminal.language()));
  const auto read = (*log)->read(*wanted, [&](ledger::Sequence sequence, const EventView& event) {
    show(ledger::intake::event_to_json(event, sequence), options, table, terminal);
    return true;
  });
  if (!read) return complain(terminal, read.error());
  if (!options.json) terminal.print(table.to_text());
  return Exit::done;
}

}  // namespace

Command access_log_command() {
  auto options = std::make_shared<AccessJournalOptions>();
  Command command;
  command.name = "access log";
  command.says = {"列出谁查阅了什么", "list who asked what"};
  command.details = {
      "查阅登记簿在账本目录的 access 中，本身也是账本：可用 checkpoint、prove、verify 校验。\n"
      "本命令也会登记。",
      "The access journal is LEDGER/access, a ledger itself: checkpoint, prove and verify work on\n"
      "it. This command leaves a record too."};
  command.examples = {"kinledger access log city --person @number.txt"};
  command.parameters = ledger_parameters(options->ledger);
  auto person = option("--person", "PERSON",
                       {"只要查阅此人的（写法同 status）", "only about this person, as in status"},
                       options->person);
  command.parameters.push_back(std::move(person));
  command.parameters.push_back(
      option("--unit", "UNIT", {"只要查阅此单位的", "only about this unit"}, options->unit));
  command.parameters.push_back(
      option("--principal", "ID", {"只要此主体的", "only by this principal"}, options->principal));
  command.parameters.push_back(
      option("--from", "N", {"从此序号起", "from this sequence on"}, options->from));
  command.parameters.push_back(json_flag(options->json));
  add_remote_parameters(options->remote, command.parameters);
  command.run = [options](Terminal& terminal) { return show_log(*options, terminal); };
  return command;
}

}  // namespace kinledger::tools

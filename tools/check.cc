// check: what an auditor looks for, over everyone, a division, a unit with its people, or a person.
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <optional>

#include "ledger/intake/fields.h"
#include "projections/checks/check_report.h"
#include "projections/question_words.h"
#include "tools/access_record.h"
#include "tools/asking.h"
#include "tools/commands.h"
#include "tools/complaint.h"
#include "tools/pass_shown.h"
#include "tools/remote.h"
#include "tools/subject_arguments.h"
#include "tools/table.h"

namespace kinledger::tools {
namespace {

using projections::Check;
using projections::CheckRun;

struct CheckOptions {
  LedgerArguments ledger;
  RemoteArguments remote;
  std::vector<std::string> checks;
  std::string on;
  std::string known;
  std::string person;
  std::string unit;
  std::string area;
  bool summary = false;
  bool list = false;
  bool json = false;
};

Exit list(const CheckOptions& options, Terminal& terminal) {
  Table table;
  for (const auto& check : projections::checks()) {
    if (options.json) {
      terminal.print_line(boost::json::serialize(projections::to_json(check)));
      continue;
    }
    const auto severity = projections::word_of(check.severity);
    const bool zh = terminal.language() == Language::zh;
    table.add({std::string(check.id), zh ? severity.label.zh : severity.label.en,
               std::string(zh ? check.zh : check.en)});
  }
  if (!options.json) terminal.print(table.to_text());
  return Exit::done;
}

/// "CHK-07", "chk-07" and "7" are the same check.
std::string number_of(std::string word) {
  for (auto& c : word)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  const bool is_number = !word.empty() && word.find_first_not_of("0123456789") == std::string::npos;
  if (!is_number) return word;
  return "CHK-" + std::string(word.size() < 2 ? "0" : "") + word;
}

Told<std::vector<const Check*>> read_checks(const CheckOptions& options, Terminal& terminal) {
  std::vector<const Check*> checks;
  for (const auto& word : options.checks) {
    const auto* check = projections::find_check(number_of(word));
    if (check == nullptr)
      return complain_of_usage(
          terminal, {"没有检查 " + word + "；全部检查：kinledger check --list",
                     "there is no check " + word + "; all checks: kinledger check --list"});
    checks.push_back(check);
  }
  if (checks.empty())
    for (const auto& check : projections::checks()) checks.push_back(&check);
  return checks;
}

Told<std::optional<ledger::Area>> read_area(const std::string& text, Terminal& terminal) {
  if (text.empty()) return std::optional<ledger::Area>();
  const auto area = ledger::intake::parse_area(text);
  if (!area) return complain(terminal, area.error());
  return std::optional(*area);
}

/// Whom to check; at most one of the three.
Told<projections::CheckScope> read_scope(const CheckOptions& options, OpenLedger& opened,
                                         Terminal& terminal) {
  const int given = !options.person.empty() + !options.unit.empty() + !options.area.empty();
  if (given > 1)
    return complain_of_usage(terminal, {"--person、--unit、--area 只能用一个",
                                        "use only one of --person, --unit and --area"});
  projections::CheckScope scope;
  if (!options.person.empty()) {
    const auto person = find_person(options.person, opened, terminal);
    if (!person) return person.error();
    scope.person = *person;
  }
  if (!options.unit.empty()) {
    const auto unit = find_unit(options.unit, opened, terminal);
    if (!unit) return unit.error();
    scope.unit = *unit;
  }
  const auto area = read_area(options.area, terminal);
  if (!area) return area.error();
  scope.area = *area;
  return scope;
}

Exit check_far(const CheckOptions& options, Terminal& terminal) {
  const auto checks = read_checks(options, terminal);
  if (!checks) return checks.error();
  auto remote = Remote::of(options.remote, terminal);
  if (!remote) return remote.error();
  std::string numbers;
  if (!options.checks.empty())
    for (const auto* check : *checks)
      numbers += (numbers.empty() ? "" : ",") + std::string(check->id);
  std::string person;
  if (!options.person.empty()) {
    auto found = remote->person(options.person);
    if (!found) return found.error();
    person = std::move(*found);
  }
  std::string unit;
  if (!options.unit.empty()) {
    auto named = remote->unit(options.unit);
    if (!named) return named.error();
    unit = std::move(*named);
  }
  return remote->print_found("/v1/checks" + query_of({{"check", numbers},
                                                      {"person", person},
                                                      {"unit", unit},
                                                      {"area", options.area},
                                                      {"on", options.on},
                                                      {"known", options.known},
                                                      {"summary", options.summary ? "true" : ""}}),
                             options.json);
}

Exit run(const CheckOptions& options, Terminal& terminal) {
  if (options.list) return list(options, terminal);
  if (options.remote.is_given()) return check_far(options, terminal);
  if (options.ledger.directory.empty())
    return complain_of_usage(terminal, {"用法：kinledger check LEDGER [CHK]...\n"
                                        "全部检查：kinledger check --list",
                                        "usage: kinledger check LEDGER [CHK]...\n"
                                        "all checks: kinledger check --list"});
  const auto checks = read_checks(options, terminal);
  if (!checks) return checks.error();
  auto opened = open_ledger_to_read(options.ledger, terminal);
  if (!opened) return opened.error();
  const auto on = read_on(options.on, *opened, terminal);
  if (!on) return on.error();
  const auto known = read_known(options.known, *opened, terminal);
  if (!known) return known.error();
  const auto scope = read_scope(options, *opened, terminal);
  if (!scope) return scope.error();

  projections::Arguments asked;
  asked.on = *on;
  asked.person = scope->person;
  asked.unit = scope->unit;
  if (const auto ended = record_access(*opened, access_of("check", asked, *known), terminal))
    return *ended;
  CheckRun run{.checks = *checks, .scope = *scope, .on = *on, .keep_rows = !options.summary};
  const auto view = opened->archive->view(*known);
  if (!view) return complain(terminal, view.error());
  auto asking = opened->archive->asking(*view);
  const auto report = run_shown(terminal, {"检查", "checking"}, [&](auto& progress) {
    run.progress = &progress;
    return projections::report_of(asking, run);
  });
  if (!report) return complain(terminal, report.error());
  if (options.json)
    terminal.print_line(boost::json::serialize(projections::to_json(*report)));
  else
    terminal.print(projections::to_table(*report, terminal.language(), !options.summary));
  return report->found() == 0 ? Exit::done : Exit::something_to_see;
}

}  // namespace

Command check_command() {
  auto options = std::make_shared<CheckOptions>();
  Command command;
  command.name = "check";
  command.says = {"整改检查：找出疑点及其依据",
                  "rectification checks: irregularities and what shows them"};
  command.details = {
      "不写检查编号时运行全部检查。发现疑点时以 1 结束。无法判断的另外计数并说明原因。",
      "Without numbers all checks are run. Ends with 1 when something is found. What cannot be "
      "decided is counted apart, with the reason."};
  command.examples = {"kinledger check --list", "kinledger check city --on 2021-12-31 --summary",
                      "kinledger check city CHK-12 CHK-13 --unit 330199001 --known 2021-12-31"};
  command.parameters = ledger_parameters(options->ledger);
  command.parameters.front().required = false;
  command.parameters.push_back(
      {"CHK", {}, {"检查编号；默认全部", "numbers of checks; by default all"}, &options->checks});
  command.parameters.push_back(on_option(options->on));
  command.parameters.push_back(known_option(options->known));
  command.parameters.push_back(option("--person", "PERSON",
                                      {"只查此人；写法同 status", "this person; as for status"},
                                      options->person));
  command.parameters.push_back(
      option("--unit", "UNIT", {"只查此单位及其人员", "this unit with its people"}, options->unit));
  command.parameters.push_back(option(
      "--area", "AREA",
      {"只查此区划（六位代码，含下级）", "this division, six digits of GB/T 2260"}, options->area));
  command.parameters.push_back(flag("--summary", {"只列数目", "counts alone"}, options->summary));
  command.parameters.push_back(flag("--list", {"列出全部检查", "list all checks"}, options->list));
  command.parameters.push_back(json_flag(options->json));
  add_remote_parameters(options->remote, command.parameters);
  command.run = [options](Terminal& terminal) { return run(*options, terminal); };
  return command;
}

}  // namespace kinledger::tools

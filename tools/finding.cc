// finding: the dossier of a finding (审计问题) as bundles: the finding, its check as known when it
// was opened, and its check now. Whoever has the file judges all three again, without the ledger.
#include "projections/checks/finding_gate.h"
#include "tools/access_record.h"
#include "tools/asking.h"
#include "tools/commands.h"
#include "tools/complaint.h"
#include "tools/text_file.h"

namespace kinledger::tools {
namespace {

using projections::Arguments;
using projections::LinkedCheck;
using projections::Question;

struct Options {
  LedgerArguments ledger;
  std::string finding;
  std::string on;
  std::string known;
  std::string out;
};

Exit refuse(const Options& options, Terminal& terminal) {
  return complain(
      terminal, ledger::Reason(
                    "FINDING_NOT_LINKED", "没有此问题，或它没有写明检查和单位：" + options.finding,
                    "there is no such finding, or it names no check and unit: " + options.finding));
}

Told<LinkedCheck> find(const Options& options, OpenLedger& opened, ledger::TreeSize known,
                       Terminal& terminal) {
  const auto view = opened.archive->view(known);
  if (!view) return complain(terminal, view.error());
  auto asking = opened.archive->asking(*view);
  const auto linked = projections::linked_check(asking, options.finding);
  if (!linked) return complain(terminal, linked.error());
  // A bundle is about one unit: what is about everyone cannot be handed out in one.
  const bool can_be_handed_out = *linked && (*linked)->check != nullptr && (*linked)->scope.unit;
  if (!can_be_handed_out) return refuse(options, terminal);
  return **linked;
}

/// One bundle, on a line.
Told<std::string> prove(OpenLedger& opened, const Question& question, const Arguments& arguments,
                        ledger::TreeSize basis, Terminal& terminal) {
  const auto bundle = opened.archive->prove(question, arguments, basis);
  if (!bundle) return complain(terminal, bundle.error());
  if (!*bundle) return complain(terminal, bundle->error());
  return (*bundle)->to_text();
}

Told<std::string> dossier_of(OpenLedger& opened, const LinkedCheck& linked, const Options& options,
                             const Arguments& now, ledger::TreeSize known, Terminal& terminal) {
  Arguments finding = now;
  finding.named.emplace_back("finding", options.finding);
  Arguments then = now;
  then.on = linked.opened_on;
  const auto& check = *projections::find_question(linked.check->id);
  std::string text;
  struct Part {
    const Question& question;
    const Arguments& arguments;
    ledger::TreeSize basis;
  };
  const Part parts[] = {{*projections::find_question("findings"), finding, known},
                        {check, then, {linked.opened.value}},
                        {check, now, known}};
  for (const auto& part : parts) {
    const auto bundle = prove(opened, part.question, part.arguments, part.basis, terminal);
    if (!bundle) return bundle.error();
    text += *bundle;
  }
  return text;
}

Exit run(const Options& options, Terminal& terminal) {
  auto opened = open_ledger(options.ledger, terminal);
  if (!opened) return opened.error();
  const auto on = read_on(options.on, *opened, terminal);
  if (!on) return on.error();
  const auto known = read_known(options.known, *opened, terminal);
  if (!known) return known.error();
  const auto linked = find(options, *opened, *known, terminal);
  if (!linked) return linked.error();
  Arguments now;
  now.on = *on;
  now.unit = linked->scope.unit;
  if (const auto ended = record_access(*opened, access_of("finding", now, *known), terminal))
    return *ended;
  const auto text = dossier_of(*opened, *linked, options, now, *known, terminal);
  if (!text) return text.error();
  if (options.out.empty()) {
    terminal.print(*text);
    return Exit::done;
  }
  const auto written = write_whole(options.out, *text);
  return written ? Exit::done : complain(terminal, written.error());
}

}  // namespace

Command finding_command() {
  auto options = std::make_shared<Options>();
  Command command;
  command.name = "finding";
  command.says = {"导出审计问题的卷宗：问题、提出时和现在的检查结果，均可离线校验",
                  "export a finding: itself, its check when it was opened and now, with proofs"};
  command.details = {"问题须写明检查编号和责任单位。校验：kinledger verify FILE。",
                     "The finding must name its check and a unit. To check it: kinledger verify "
                     "FILE."};
  command.examples = {"kinledger finding city 2021-07 --out finding.bundles",
                      "kinledger verify finding.bundles --key @city.keys"};
  command.parameters = ledger_parameters(options->ledger);
  command.parameters.push_back(
      word("NUMBER", {"问题编号", "number of the finding"}, options->finding));
  command.parameters.push_back(on_option(options->on));
  command.parameters.push_back(known_option(options->known));
  command.parameters.push_back(file_option(
      "--out", {"写入的文件；默认标准输出", "file to write; by default standard output"},
      options->out));
  command.run = [options](Terminal& terminal) { return run(*options, terminal); };
  return command;
}

}  // namespace kinledger::tools

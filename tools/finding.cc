// finding: the dossier of a finding (审计问题) as bundles (projections/checks/finding_dossier.h).
// Whoever has the file judges all of it again, without the ledger.
#include "projections/checks/finding_dossier.h"
#include "server/target.h"
#include "tools/access_record.h"
#include "tools/asking.h"
#include "tools/commands.h"
#include "tools/complaint.h"
#include "tools/text_file.h"

namespace kinledger::tools {
namespace {

using projections::DossierRequest;

struct FindingOptions {
  LedgerArguments ledger;
  RemoteArguments remote;
  std::string finding;
  std::string on;
  std::string known;
  std::string out;
};

Exit write(const std::string& text, const FindingOptions& options, Terminal& terminal) {
  if (options.out.empty()) {
    terminal.print(text);
    return Exit::done;
  }
  const auto written = write_whole(options.out, text);
  return written ? Exit::done : complain(terminal, written.error());
}

Exit ask_far(const FindingOptions& options, Terminal& terminal) {
  auto remote = Remote::of(options.remote, terminal);
  if (!remote) return remote.error();
  const auto text =
      remote->prove("/v1/findings/" + server::encode_component(options.finding) + "/dossier" +
                    query_of({{"on", options.on}, {"known", options.known}}));
  return text ? write(*text, options, terminal) : text.error();
}

Exit run(const FindingOptions& options, Terminal& terminal) {
  if (options.remote.is_given()) return ask_far(options, terminal);
  auto opened = open_ledger_to_read(options.ledger, terminal);
  if (!opened) return opened.error();
  const auto on = read_on(options.on, *opened, terminal);
  if (!on) return on.error();
  const auto known = read_known(options.known, *opened, terminal);
  if (!known) return known.error();
  DossierRequest request{options.finding, *on, *known};
  auto& archive = *opened->archive;
  const auto linked = projections::find_for_dossier(archive, request);
  if (!linked) return complain(terminal, linked.error());
  if (!*linked) return complain(terminal, linked->error());
  request.linked = **linked;
  projections::Arguments asked;
  asked.on = *on;
  asked.unit = request.linked.scope.unit;
  const auto access = access_of("finding", asked, *known);
  if (const auto ended = record_access(*opened, access, terminal)) return *ended;
  const auto subjects = projections::find_dossier_subjects(archive, request);
  if (!subjects) return complain(terminal, subjects.error());
  if (!*subjects) return complain(terminal, subjects->error());
  if (const auto ended = record_access_to_each(*opened, access, (*subjects)->persons(), terminal))
    return *ended;
  const auto dossier = projections::make_dossier(archive, request, **subjects);
  if (!dossier) return complain(terminal, dossier.error());
  if (!*dossier) return complain(terminal, dossier->error());
  return write(**dossier, options, terminal);
}

}  // namespace

Command finding_command() {
  auto options = std::make_shared<FindingOptions>();
  Command command;
  command.name = "finding";
  command.says = {"导出审计问题的卷宗：问题、检查前后结果、相关更正，均可离线校验",
                  "export a finding: itself, its check before and after, what was put right"};
  command.details = {
      "卷宗每行一个证据包：问题及整改措施；所写检查在立项时和现在的结果；措施所涉人员或单位的\n"
      "全部记录，其中有更正。没有写明检查的问题没有检查结果；没有写明单位的，检查结果限于措施\n"
      "所涉人员和单位。校验：kinledger verify FILE。",
      "A dossier has a bundle a line: the finding with its steps; the check that it names, when "
      "it\n"
      "was opened and now; and every record of whom the steps put something right of, corrections\n"
      "among them. A finding without a check has no results; of one without a unit they are about\n"
      "whom the steps concern. To check it: kinledger verify FILE."};
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
  add_remote_parameters(options->remote, command.parameters);
  command.run = [options](Terminal& terminal) { return run(*options, terminal); };
  return command;
}

}  // namespace kinledger::tools

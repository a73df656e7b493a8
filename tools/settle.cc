// settle: the annual settlement of a unit, proposed from the records; or the reimbursements that
// were paid, against the answers they were paid on.
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "ledger/intake/fields.h"
#include "ledger/json.h"
#include "projections/settlement/proposal.h"
#include "projections/settlement/settled_acts.h"
#include "server/media_types.h"
#include "server/target.h"
#include "tools/access_record.h"
#include "tools/asking.h"
#include "tools/commands.h"
#include "tools/complaint.h"
#include "tools/subject_arguments.h"
#include "tools/text_file.h"

namespace kinledger::tools {
namespace {

struct SettleOptions {
  LedgerArguments ledger;
  RemoteArguments remote;
  std::string unit;
  std::string area;
  std::string year;
  std::string on;
  std::string known;
  std::string out;
  bool review = false;
  bool json = false;
};

/// Everything that was asked, read.
struct Asked {
  OpenLedger opened;
  std::optional<ledger::UnitId> unit;  ///< absent: those of `area`
  std::optional<ledger::Area> area;
  ledger::Year year;
  ledger::Date on;
  ledger::TreeSize known;
};

Exit complain_of_year(Terminal& terminal) {
  return complain_of_usage(terminal,
                           {"请给出 --year（结算年度）", "give --year, the settlement year"});
}

Told<Asked> read(const SettleOptions& options, Terminal& terminal) {
  if (options.year.empty()) return complain_of_year(terminal);
  const auto year = read_year(options.year, terminal);
  if (!year) return year.error();
  auto opened = open_ledger_to_read(options.ledger, terminal);
  if (!opened) return opened.error();
  const auto on = read_on(options.on, *opened, terminal);
  if (!on) return on.error();
  const auto known = read_known(options.known, *opened, terminal);
  if (!known) return known.error();
  if (!options.area.empty()) {
    const auto area = ledger::intake::parse_area(options.area);
    if (!area) return complain(terminal, area.error());
    return Asked{std::move(*opened), {}, *area, *year, *on, *known};
  }
  const auto unit = find_unit(options.unit, *opened, terminal);
  if (!unit) return unit.error();
  return Asked{std::move(*opened), *unit, {}, *year, *on, *known};
}

Exit review(Asked& asked, const SettleOptions& options, Terminal& terminal) {
  const auto acts = projections::review_settlement(
      *asked.opened.archive, {asked.unit, asked.area, asked.year, asked.on, asked.known});
  if (!acts) return complain(terminal, acts.error());
  if (options.json)
    terminal.print_line(boost::json::serialize(projections::to_json(*acts)));
  else
    terminal.print(projections::to_table(*acts, terminal.language()));
  return acts->is_settled() ? Exit::done : Exit::something_to_see;
}

/// The submission, for the operator to review and hand in.
Exit write_submission(const std::string& text, const SettleOptions& options, Terminal& terminal) {
  if (const auto written = write_whole(options.out, text); !written)
    return complain(terminal, written.error());
  if (!options.json)
    terminal.print_line(
        terminal.say({"复核后登记：kinledger submit LEDGER < " + options.out,
                      "review it, then: kinledger submit LEDGER < " + options.out}));
  return Exit::done;
}

Exit propose(Asked& asked, const SettleOptions& options, Terminal& terminal) {
  const auto view = asked.opened.archive->view(asked.known);
  if (!view) return complain(terminal, view.error());
  auto asking = asked.opened.archive->asking(*view);
  const auto proposal = projections::propose_settlement(asking, *asked.unit, asked.year, asked.on);
  if (!proposal) return complain(terminal, proposal.error());
  if (options.json) terminal.print_line(boost::json::serialize(projections::to_json(*proposal)));
  if (const auto refused = projections::refusal_of(*proposal)) return complain(terminal, *refused);
  if (!options.json) terminal.print(projections::to_table(*proposal, terminal.language()));
  if (options.out.empty()) return Exit::done;
  if (!projections::proposes_anything(*proposal))
    return complain(terminal, projections::nothing_to_settle());
  return write_submission(boost::json::serialize(projections::submission_of(*proposal)) + "\n",
                          options, terminal);
}

/// What the server proposes: the body of a 200, or why there is none, behind the proposal itself.
Told<std::string> ask_for_proposal(Remote& remote, std::string path, std::string_view accept,
                                   const SettleOptions& options, Terminal& terminal) {
  const auto reply = remote.ask(std::move(path), accept, {200, 422});
  if (!reply) return reply.error();
  if (reply->status == 200) return reply->body;
  const auto parsed = ledger::parse_json(reply->body, reply->body.size());
  const auto* object = parsed ? parsed->if_object() : nullptr;
  const auto* proposal = object == nullptr ? nullptr : object->if_contains("proposal");
  if (options.json && proposal != nullptr) terminal.print_line(boost::json::serialize(*proposal));
  return remote.tell(*reply);
}

/// The two clocks of a proposal, as parameters.
struct AskedAt {
  std::string on;
  std::string known;
};

/// Those that the server took, for who asks for more of the same proposal.
Told<AskedAt> asked_at(Remote& remote, const std::string& proposal) {
  const auto parsed = ledger::parse_json(proposal, proposal.size());
  const auto* object = parsed ? parsed->if_object() : nullptr;
  const auto* on = object == nullptr ? nullptr : object->if_contains("on");
  const auto* basis = object == nullptr ? nullptr : object->if_contains("basis");
  const auto* of_basis = basis == nullptr ? nullptr : basis->if_object();
  const auto size =
      ledger::whole_number(of_basis == nullptr ? nullptr : of_basis->if_contains("size"));
  if (on == nullptr || !on->is_string() || !size) return remote.complain_of_answer();
  return AskedAt{std::string(on->get_string()), std::to_string(*size)};
}

/// What is asked of a unit or of a division.
std::string path_of(const std::string& subject, const SettleOptions& options, const AskedAt& at,
                    const std::string& wanted) {
  return "/v1/" + subject + "/settlement" +
         query_of({{"year", options.year},
                   {"on", at.on},
                   {"known", at.known},
                   {wanted, wanted.empty() ? "" : "true"}});
}

Exit settle_far(const SettleOptions& options, Terminal& terminal) {
  auto remote = Remote::of(options.remote, terminal);
  if (!remote) return remote.error();
  const AskedAt at{options.on, options.known};
  if (!options.area.empty())
    return remote->print_found(
        path_of("areas/" + server::encode_component(options.area), options, at, ""), options.json);
  const auto unit = remote->unit(options.unit);
  if (!unit) return unit.error();
  const auto subject = "units/" + server::encode_component(*unit);
  if (options.review)
    return remote->print_found(path_of(subject, options, at, "review"), options.json);
  const auto ask = [&](const AskedAt& when, std::string_view accept) {
    return ask_for_proposal(*remote, path_of(subject, options, when, ""), accept, options,
                            terminal);
  };
  const bool writes = !options.out.empty();
  auto proposal = ask(at, options.json || writes ? server::json_type : server::text_type);
  if (!proposal) return proposal.error();
  if (!writes) {
    terminal.print(*proposal);
    return Exit::done;
  }
  // What is shown and what is written are of one basis and day, whatever is recorded meanwhile.
  const auto taken = asked_at(*remote, *proposal);
  if (!taken) return taken.error();
  if (!options.json) proposal = ask(*taken, server::text_type);
  if (!proposal) return proposal.error();
  terminal.print(*proposal);
  const auto submission =
      remote->get(path_of(subject, options, *taken, "submission"), server::json_type);
  if (!submission) return submission.error();
  return write_submission(*submission, options, terminal);
}

Exit run(const SettleOptions& options, Terminal& terminal) {
  if (options.review && !options.out.empty())
    return complain_of_usage(terminal,
                             {"--out 不能与 --review 同用", "--out does not go with --review"});
  if (!options.area.empty() && !options.review)
    return complain_of_usage(terminal,
                             {"--area 只用于 --review；拟定结算请写明单位",
                              "--area goes with --review: a settlement is proposed for a unit"});
  if (options.remote.is_given()) {
    if (options.year.empty()) return complain_of_year(terminal);
    return settle_far(options, terminal);
  }
  auto asked = read(options, terminal);
  if (!asked) return asked.error();
  projections::Arguments arguments;
  arguments.on = asked->on;
  arguments.unit = asked->unit;
  if (const auto ended =
          record_access(asked->opened, access_of("settle", arguments, asked->known), terminal))
    return *ended;
  return options.review ? review(*asked, options, terminal) : propose(*asked, options, terminal);
}

}  // namespace

Command settle_command() {
  auto options = std::make_shared<SettleOptions>();
  Command command;
  command.name = "settle";
  command.says = {"拟定单位的年度结算，或复核已付的报销",
                  "propose a unit's annual settlement, or review what was paid"};
  command.details = {
      "按年度结算信息、关系绑定和单位范围拟定各子女的报销、原渠道与财政补助的列支、待收回结余。"
      "不登记任何内容：--out 写出申报，复核后用 submit 登记。--review "
      "列出已付报销当时和现在的依据，"
      "以及因其后更正应收回或应补报的金额；有金额时以 1 结束。",
      "Proposes, from settlements received, bindings and the scope of the unit, each child's "
      "reimbursement, what the channel and finance bear, and the surplus to recover. Records "
      "nothing: --out writes the submission, to be reviewed and handed in with submit. --review "
      "lists what was paid with the answer then and now, and what later corrections make to be "
      "recovered or paid; with an amount it ends with 1."};
  command.examples = {"kinledger settle city 330199001 --year 2021 --on 2022-06-30",
                      "kinledger settle city 330199001 --year 2021 --out settlement.json",
                      "kinledger settle city 330199001 --year 2021 --review --json",
                      "kinledger settle city --area 330106 --year 2021 --review"};
  command.parameters = ledger_parameters(options->ledger);
  auto unit = unit_word(options->unit);
  unit.replaced_by = &options->area;
  command.parameters.push_back(std::move(unit));
  command.parameters.push_back(
      option("--year", "YEAR", {"结算年度", "the settlement year"}, options->year));
  command.parameters.push_back(on_option(options->on));
  command.parameters.push_back(known_option(options->known));
  command.parameters.push_back(file_option(
      "--out", {"把申报写入此文件", "write the submission to this file"}, options->out));
  command.parameters.push_back(flag(
      "--review", {"复核已付的报销", "review the reimbursements that were paid"}, options->review));
  command.parameters.push_back(
      option("--area", "CODE",
             {"与 --review 同用：区划（六位代码，含下级）内的全部单位，代替 UNIT",
              "with --review: all units of the division, six digits, in the place of UNIT"},
             options->area));
  command.parameters.push_back(json_flag(options->json));
  add_remote_parameters(options->remote, command.parameters);
  command.run = [options](Terminal& terminal) { return run(*options, terminal); };
  return command;
}

}  // namespace kinledger::tools

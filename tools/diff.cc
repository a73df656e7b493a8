// diff: whose answers are others at another basis, on another date, or under a pack that is not
// adopted.
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <optional>

#include "projections/difference/difference.h"
#include "tools/access_record.h"
#include "tools/asking.h"
#include "tools/commands.h"
#include "tools/complaint.h"
#include "tools/pack_argument.h"
#include "tools/pass_shown.h"
#include "tools/remote.h"

namespace kinledger::tools {
namespace {

using projections::Difference;
using projections::Overlay;
using projections::Side;

struct DiffOptions {
  LedgerArguments ledger;
  RemoteArguments remote;
  std::string from;
  std::string to;
  std::string on;
  std::string on_to;
  std::string pack;
  bool checks = false;
  bool json = false;
};

/// The two bases; the earlier one first.
struct Bases {
  ledger::TreeSize from;
  ledger::TreeSize to;
};

Told<Bases> read_bases(const DiffOptions& options, OpenLedger& opened, Terminal& terminal) {
  const auto to = read_known(options.to, opened, terminal);
  if (!to) return to.error();
  const auto from = options.from.empty() ? Told<ledger::TreeSize>(*to)
                                         : read_known(options.from, opened, terminal);
  if (!from) return from.error();
  if (*from > *to)
    return complain_of_usage(
        terminal, {"--from 晚于 --to：请交换两者", "--from is later than --to: exchange them"});
  return Bases{*from, *to};
}

Told<std::optional<Overlay>> read_overlay(const DiffOptions& options, const OpenLedger& opened,
                                          ledger::TreeSize basis, Terminal& terminal) {
  if (options.pack.empty()) return std::optional<Overlay>();
  const auto pack = read_pack_argument(options.pack, terminal);
  if (!pack) return pack.error();
  auto overlay = Overlay::of(pack->pack, basis, opened.archive->ledger().now());
  if (!overlay) return complain(terminal, overlay.error());
  return std::optional(std::move(*overlay));
}

Exit print(const Difference& difference, const DiffOptions& options, Terminal& terminal) {
  if (options.json)
    terminal.print_line(boost::json::serialize(projections::to_json(difference)));
  else
    terminal.print(projections::to_table(difference, terminal.language()));
  return difference.is_none() ? Exit::done : Exit::something_to_see;
}

/// A pack is sent along, and not kept.
Exit diff_far(const DiffOptions& options, Terminal& terminal) {
  auto remote = Remote::of(options.remote, terminal);
  if (!remote) return remote.error();
  const auto path = "/v1/diff" + query_of({{"from", options.from},
                                           {"known", options.to},
                                           {"on", options.on},
                                           {"onTo", options.on_to},
                                           {"checks", options.checks ? "true" : ""}});
  if (options.pack.empty()) return remote->print_found(path, options.json);
  auto pack = read_pack_argument(options.pack, terminal);
  if (!pack) return pack.error();
  return remote->print_found(
      Remote::Sent{.path = path, .body = std::move(pack->text), .content_type = "application/toml"},
      options.json);
}

Exit run(const DiffOptions& options, Terminal& terminal) {
  if (options.from.empty() && options.on_to.empty() && options.pack.empty())
    return complain_of_usage(
        terminal, {"请给出 --from（两个时点）、--on-to（两个日期）或 --with-pack（拟采用的规则包）",
                   "give --from (two bases), --on-to (two dates) or --with-pack (a pack to try)"});
  if (options.remote.is_given()) return diff_far(options, terminal);
  auto opened = open_ledger_to_read(options.ledger, terminal);
  if (!opened) return opened.error();
  const auto on = read_on(options.on, *opened, terminal);
  if (!on) return on.error();
  const auto on_to = options.on_to.empty() ? on : read_on(options.on_to, *opened, terminal);
  if (!on_to) return on_to.error();
  const auto bases = read_bases(options, *opened, terminal);
  if (!bases) return bases.error();
  const auto overlay = read_overlay(options, *opened, bases->to, terminal);
  if (!overlay) return overlay.error();

  projections::Arguments asked;
  asked.on = *on;
  if (const auto ended = record_access(*opened, access_of("diff", asked, bases->to), terminal))
    return *ended;
  auto& archive = *opened->archive;
  const auto from = Side::of(archive, bases->from, *on);
  if (!from) return complain(terminal, from.error());
  const auto to = Side::of(archive, bases->to, *on_to, *overlay ? &**overlay : nullptr);
  if (!to) return complain(terminal, to.error());
  const auto difference = run_shown(terminal, {"对比", "comparing"}, [&](auto& progress) {
    return projections::difference_between(archive, *from, *to,
                                           {.with_checks = options.checks, .progress = &progress});
  });
  if (!difference) return complain(terminal, difference.error());
  return print(*difference, options, terminal);
}

}  // namespace

Command diff_command() {
  auto options = std::make_shared<DiffOptions>();
  Command command;
  command.name = "diff";
  command.says = {"对比两个时点、两个日期或拟采用的规则包下的答复",
                  "whose answers differ between two bases, two dates, or under another pack"};
  command.details = {
      "列出每个有变动的人员和单位：原答复、现答复、引起变动的记录和规则、金额影响及合计。"
      "不登记任何内容。有变动时以 1 结束。",
      "Lists every person and unit that changed: old and new answer, the records and rules that "
      "caused it, the effect in money, and totals. Nothing is recorded. Ends with 1 when anything "
      "differs."};
  command.examples = {"kinledger diff city --from 2021-04-01 --to 2021-06-30 --on 2021-12-31",
                      "kinledger diff city --on 2020-12-31 --on-to 2021-01-01 --json",
                      "kinledger diff city --with-pack proposal.toml --on 2022-06-30 --checks"};
  command.parameters = ledger_parameters(options->ledger);
  command.parameters.push_back(
      option("--from", "BASIS",
             {"较早的时点，写法同 --known；默认同 --to",
              "the earlier basis, as for --known; by default that of --to"},
             options->from));
  command.parameters.push_back(
      option("--to", "BASIS", {"较晚的时点；默认 latest", "the later basis; by default latest"},
             options->to));
  command.parameters.push_back(on_option(options->on));
  command.parameters.push_back(option(
      "--on-to", "DATE",
      {"另一个状态日期；默认同 --on", "the date of the second side; by default that of --on"},
      options->on_to));
  command.parameters.push_back(option("--with-pack", "PACK",
                                      {"第二方另采用此规则包（文件或内置名称）",
                                       "the second side also adopts this pack: a file or a name"},
                                      options->pack));
  command.parameters.push_back(
      flag("--checks",
           {"同时列出疑点数目有变化的检查",
            "also the checks that find more or fewer irregularities on one side"},
           options->checks));
  command.parameters.push_back(json_flag(options->json));
  add_remote_parameters(options->remote, command.parameters);
  command.run = [options](Terminal& terminal) { return run(*options, terminal); };
  return command;
}

}  // namespace kinledger::tools

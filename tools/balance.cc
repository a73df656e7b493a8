// balance: a unit's account of the medical subsidy for a fund year.
#include "tools/asking.h"
#include "tools/commands.h"
#include "tools/subject_arguments.h"

namespace kinledger::tools {
namespace {

struct BalanceOptions {
  AskingArguments asking;
  std::string unit;
  std::string year;
};

Exit run(const BalanceOptions& options, Terminal& terminal) {
  if (options.asking.remote.is_given()) {
    auto remote = Remote::of(options.asking.remote, terminal);
    if (!remote) return remote.error();
    const auto unit = remote->unit(options.unit);
    if (!unit) return unit.error();
    return ask_server(*remote, "balance", {{"unit", *unit}, {"year", options.year}}, options.asking,
                      terminal);
  }
  auto inquiry = begin_inquiry(options.asking, terminal);
  if (!inquiry) return inquiry.error();
  const auto unit = find_unit(options.unit, inquiry->opened, terminal);
  if (!unit) return unit.error();
  projections::Arguments arguments;
  arguments.on = inquiry->on;
  arguments.unit = *unit;
  if (!options.year.empty()) {
    const auto year = read_year(options.year, terminal);
    if (!year) return year.error();
    arguments.year = *year;
  }
  return ask_and_print(*inquiry, "balance", arguments, options.asking, terminal);
}

}  // namespace

Command balance_command() {
  auto options = std::make_shared<BalanceOptions>();
  Command command;
  command.name = "balance";
  command.says = {"查询单位某年度的医疗补助资金", "a unit's subsidy account for a year"};
  command.details = {"原渠道资金、已用、财政补助、结余、已收回和未收回。",
                     "Channel fund, used, fiscal top-up, surplus, recovered and outstanding."};
  command.examples = {"kinledger balance city 330199001 --year 2021",
                      "kinledger balance city 330199001 --year 2021 --known 2022-01-31 --explain"};
  command.parameters = asking_parameters(options->asking, {unit_word(options->unit)});
  command.parameters.push_back(option(
      "--year", "YEAR", {"资金年度；默认为 --on 所在年度", "fund year; by default that of --on"},
      options->year));
  command.run = [options](Terminal& terminal) { return run(*options, terminal); };
  return command;
}

}  // namespace kinledger::tools

// roster: the persons of a unit or agent with their status.
#include "tools/asking.h"
#include "tools/commands.h"
#include "tools/subject_arguments.h"

namespace kinledger::tools {
namespace {

struct RosterOptions {
  AskingArguments asking;
  std::string unit;
};

Exit run(const RosterOptions& options, Terminal& terminal) {
  if (options.asking.remote.is_given()) {
    auto remote = Remote::of(options.asking.remote, terminal);
    if (!remote) return remote.error();
    const auto unit = remote->unit(options.unit);
    if (!unit) return unit.error();
    return ask_server(*remote, "roster", {{"unit", *unit}}, options.asking, terminal);
  }
  auto inquiry = begin_inquiry(options.asking, terminal);
  if (!inquiry) return inquiry.error();
  const auto unit = find_unit(options.unit, inquiry->opened, terminal);
  if (!unit) return unit.error();
  projections::Arguments arguments;
  arguments.on = inquiry->on;
  arguments.unit = *unit;
  return ask_and_print(*inquiry, "roster", arguments, options.asking, terminal);
}

}  // namespace

Command roster_command() {
  auto options = std::make_shared<RosterOptions>();
  Command command;
  command.name = "roster";
  command.says = {"列出单位的人员及其状态", "a unit's persons with their status"};
  command.details = {"人员以编号列出，不显示姓名和证件号码。",
                     "Persons are listed by their pseudonyms, without names and numbers."};
  command.examples = {"kinledger roster city 330199001 --on 2021-12-31"};
  command.parameters = asking_parameters(options->asking, {unit_word(options->unit)});
  command.run = [options](Terminal& terminal) { return run(*options, terminal); };
  return command;
}

}  // namespace kinledger::tools

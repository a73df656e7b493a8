// status: what a person's status was on a date, as known at a basis.
#include "tools/asking.h"
#include "tools/commands.h"
#include "tools/subject_arguments.h"

namespace kinledger::tools {
namespace {

struct StatusOptions {
  AskingArguments asking;
  std::string person;
  bool timeline = false;
};

Exit run(const StatusOptions& options, Terminal& terminal) {
  const std::string_view question = options.timeline ? "timeline" : "status";
  if (options.asking.remote.is_given()) {
    auto remote = Remote::of(options.asking.remote, terminal);
    if (!remote) return remote.error();
    const auto person = remote->person(options.person);
    if (!person) return person.error();
    return ask_server(*remote, question, {{"person", *person}}, options.asking, terminal);
  }
  auto inquiry = begin_inquiry(options.asking, terminal);
  if (!inquiry) return inquiry.error();
  const auto person = find_person(options.person, inquiry->opened, terminal);
  if (!person) return person.error();
  projections::Arguments arguments;
  arguments.on = inquiry->on;
  arguments.person = *person;
  return ask_and_print(*inquiry, question, arguments, options.asking, terminal);
}

}  // namespace

Command status_command() {
  auto options = std::make_shared<StatusOptions>();
  Command command;
  command.name = "status";
  command.says = {"查询某人某日的参保状态", "a person's status on a date"};
  command.details = {
      "是否享受待遇、险种、期间、等待期、保费、免缴、绑定和单位医疗补助资格，及其理由。\n"
      "--on 是业务日期，--known 是知悉时点：同一日期在更正前后可以有不同的答复。",
      "Covered or not, scheme, interval, waiting, premium, exemption, binding and eligibility for\n"
      "the unit subsidy, with the reasons. --on is the date asked about, --known what the ledger\n"
      "knew: before and after a correction the same date can have different answers."};
  command.examples = {"kinledger status city ? --on 2021-06-01",
                      "kinledger status city @number.txt --on 2021-12-31 --known 2021-04-01 "
                      "--explain",
                      "kinledger status city - --timeline --json < number.txt"};
  command.parameters = asking_parameters(options->asking, {person_word(options->person)});
  command.parameters.push_back(
      flag("--timeline", {"全部期间", "all intervals, not one date"}, options->timeline));
  command.run = [options](Terminal& terminal) { return run(*options, terminal); };
  return command;
}

}  // namespace kinledger::tools

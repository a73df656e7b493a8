// salvage: the sound part of a ledger that refuses to open after a power cut.
#include "ledger/salvage.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "tools/commands.h"
#include "tools/complaint.h"
#include "tools/open_ledger.h"

namespace kinledger::tools {
namespace {

struct SalvageOptions {
  LedgerArguments ledger;
  std::string to;
  bool json = false;
};

Exit run(const SalvageOptions& options, Terminal& terminal) {
  const ledger::Paths paths(options.ledger.directory, options.ledger.state);
  const auto salvaged = ledger::salvage(paths, options.to);
  if (!salvaged) return complain(terminal, salvaged.error());
  const auto size = std::to_string(salvaged->head.size.value);
  const auto acknowledged = std::to_string(salvaged->acknowledged.value);
  if (options.json) {
    terminal.print_line(boost::json::serialize(
        boost::json::object{{"directory", options.to},
                            {"treeSize", salvaged->head.size.value},
                            {"root", ledger::to_text(salvaged->head.root)},
                            {"acknowledged", salvaged->acknowledged.value}}));
    return Exit::done;
  }
  const auto state = paths.state.string();
  terminal.print_line(terminal.say(
      {options.to + " 有 " + size + " 条记录，已确认的 " + acknowledged +
           " 条全部在内。请核对：kinledger verify " + options.to + " --state " + state +
           "；无误后以它替换 " + options.ledger.directory,
       options.to + " holds " + size + " events, all " + acknowledged +
           " that were acknowledged among them. Check it: kinledger verify " + options.to +
           " --state " + state + "; then put it in the place of " + options.ledger.directory}));
  return Exit::done;
}

}  // namespace

Command salvage_command() {
  auto options = std::make_shared<SalvageOptions>();
  Command command;
  command.name = "salvage";
  command.says = {"断电后账本拒绝打开时，复制其中完好的部分",
                  "copy the sound part of a ledger that refuses to open after a power cut"};
  command.details = {
      "断电可能在正在写的日志记录中留下别的字节，账本因此拒绝打开。本命令把日志、身份库和查阅登记簿"
      "\n"
      "复制到新目录，在第一条不完好的日志记录处截断，并与水位核对：只有已确认的记录全部在内才留下\n"
      "副本。原目录不变。缺少已确认的记录时，须从备份恢复。",
      "A power cut may leave foreign bytes in the record that was being written, and the ledger "
      "then\n"
      "refuses to open. Journal, vault and access journal are copied into a new directory, cut at\n"
      "the first record of a log that is not sound, and held against the mark: the copy stays "
      "only\n"
      "when everything that was acknowledged is in it. The ledger itself is left as it is. Where\n"
      "acknowledged events are missing a backup has to be restored."};
  command.examples = {"kinledger salvage city city.saved"};
  command.parameters = ledger_parameters(options->ledger);
  command.parameters.push_back(word("TO", {"新目录", "the new directory"}, options->to));
  command.parameters.push_back(json_flag(options->json));
  command.run = [options](Terminal& terminal) { return run(*options, terminal); };
  return command;
}

}  // namespace kinledger::tools

// rebuild: throws the projections away and makes them again from the journal.
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "tools/commands.h"
#include "tools/complaint.h"
#include "tools/open_ledger.h"
#include "tools/progress.h"

namespace kinledger::tools {
namespace {

struct RebuildOptions {
  LedgerArguments ledger;
  bool json = false;
};

Exit run(const RebuildOptions& options, Terminal& terminal) {
  auto opened = open_ledger(options.ledger, terminal);
  if (!opened) return opened.error();
  auto& projector = opened->archive->projector();
  {
    Progress progress(terminal, {"重建", "rebuilding"}, {"条", "events"});
    const auto rebuilt = projector.rebuild([&](std::uint64_t done, std::uint64_t total) {
      progress.update(done, total);
      return true;
    });
    if (!rebuilt) return complain(terminal, rebuilt.error());
  }
  if (const auto discarded = opened->archive->discard_subject_map(); !discarded)
    return complain(terminal, discarded.error());
  const auto digest = projector.digest();
  if (!digest) return complain(terminal, digest.error());
  const auto events = std::to_string(projector.position().value);
  const auto text = ledger::to_text(*digest);
  if (options.json)
    terminal.print_line(boost::json::serialize(
        boost::json::object{{"events", projector.position().value}, {"digest", text}}));
  else
    terminal.print_line(
        terminal.say({"已重建 " + events + " 条记录的投影，摘要 " + text,
                      "rebuilt the projections of " + events + " events, digest " + text}));
  return Exit::done;
}

}  // namespace

Command rebuild_command() {
  auto options = std::make_shared<RebuildOptions>();
  Command command;
  command.name = "rebuild";
  command.says = {"从日志重建投影", "make the projections again from the journal"};
  command.details = {"投影可随时丢弃；同样的日志总是得到同样的摘要。中断后原有投影不变。",
                     "Projections are disposable, and equal journals give equal digests. When it "
                     "is interrupted,\nthe old ones stay."};
  command.examples = {"kinledger rebuild city"};
  command.parameters = ledger_parameters(options->ledger);
  command.parameters.push_back(json_flag(options->json));
  command.run = [options](Terminal& terminal) { return run(*options, terminal); };
  return command;
}

}  // namespace kinledger::tools

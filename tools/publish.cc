// publish: the log as files that anyone can check.
#include <boost/json.hpp>

#include "ledger/publication.h"
#include "tools/access_record.h"
#include "tools/commands.h"
#include "tools/complaint.h"
#include "tools/open_ledger.h"
#include "tools/progress.h"

namespace kinledger::tools {
namespace {

struct PublishOptions {
  LedgerArguments ledger;
  std::string directory;
  bool json = false;
};

void print(const ledger::Publication& publication, const PublishOptions& options,
           Terminal& terminal) {
  const auto size = publication.head.size.value, added = size - publication.before.value;
  if (options.json) {
    terminal.print_line(
        boost::json::serialize(boost::json::object{{"directory", options.directory},
                                                   {"size", size},
                                                   {"root", ledger::to_text(publication.head.root)},
                                                   {"added", added},
                                                   {"tilesWritten", publication.tiles_written}}));
    return;
  }
  const auto events = std::to_string(size), more = std::to_string(added);
  terminal.print_line(terminal.say(
      {"已公布 " + events + " 条记录（新增 " + more + " 条）：" + options.directory,
       "published " + events + " events (" + more + " of them new) in " + options.directory}));
}

Exit publish_ledger(const PublishOptions& options, Terminal& terminal) {
  auto opened = open_ledger_to_read(options.ledger, terminal);
  if (!opened) return opened.error();
  auto& ledger = opened->archive->ledger();
  if (!ledger.read_only())
    if (const auto recorded = opened->archive->commit_subject_map(); !recorded)
      return complain(terminal, recorded.error());
  const auto checkpoint = ledger.checkpoint();
  if (!checkpoint) return complain(terminal, checkpoint.error());
  server::Access access;
  access.operation = "publish";
  access.basis = checkpoint->head.size;
  if (const auto ended = record_access(*opened, access, terminal)) return *ended;
  Progress progress(terminal, {"公布", "publishing"}, {"条", "events"});
  const auto publication = ledger::publish(
      ledger.journal(), checkpoint->note, ledger.stated_keys(),
      {options.directory,
       [&](std::uint64_t done, std::uint64_t total) { progress.update(done, total); }});
  if (!publication) return complain(terminal, publication.error());
  print(*publication, options, terminal);
  return Exit::done;
}

}  // namespace

Command publish_command() {
  auto options = std::make_shared<PublishOptions>();
  Command command;
  command.name = "publish";
  command.says = {"把账本公布为可独立校验的文件", "write the log as files that anyone can check"};
  command.details = {
      "目录中是检查点和瓦片（C2SP tlog-tiles），可由任何网页服务器提供，也可用 tools/verifiers\n"
      "中的独立程序校验。再次运行只补充新增部分。记录不含身份信息，但含假名人员的参保与待遇情况：\n"
      "只提供给有权查看的人。",
      "The directory holds the checkpoint and the tiles (C2SP tlog-tiles): any web server may\n"
      "hand it out, and the programs in tools/verifiers check it on their own. Running it again\n"
      "adds what is new. Events carry no identity, but they tell of pseudonymous persons: give\n"
      "them only to those who may see that."};
  command.examples = {"kinledger publish city city-log"};
  command.parameters = ledger_parameters(options->ledger);
  auto directory =
      word("DIRECTORY", {"公布到的目录", "directory to publish into"}, options->directory);
  directory.offer = Parameter::Offer::directories;
  command.parameters.push_back(std::move(directory));
  command.parameters.push_back(json_flag(options->json));
  command.run = [options](Terminal& terminal) { return publish_ledger(*options, terminal); };
  return command;
}

}  // namespace kinledger::tools

// prove: what anyone can check without this program or its operator; tools/verify_file.h checks it.
#include "ledger/consistency_proof.h"
#include "ledger/growth.h"
#include "ledger/log_lines.h"
#include "server/media_types.h"
#include "tools/commands.h"
#include "tools/complaint.h"
#include "tools/open_ledger.h"
#include "tools/own_checkpoint.h"
#include "tools/remote.h"
#include "tools/text_file.h"

namespace kinledger::tools {
namespace {

using ledger::Error;
using ledger::Failure;
using ledger::Reason;
using ledger::Sequence;
using ledger::TreeHead;

struct ProveOptions {
  LedgerArguments ledger;
  RemoteArguments remote;
  std::string event;
  std::string leaf;
  std::string from;
  std::string to;
};

/// A tree that the options name, and the signed note that names it where there is one.
struct NamedTree {
  TreeHead head;
  std::string note;
};

Exit print_from_server(const ProveOptions& options, const std::string& proof, Terminal& terminal) {
  auto remote = Remote::of(options.remote, terminal);
  if (!remote) return remote.error();
  const auto text = remote->get("/v1/proofs/" + proof, server::text_type);
  if (!text) return text.error();
  terminal.print(*text);
  return Exit::done;
}

Exit prove_event(const ProveOptions& options, Sequence event, Terminal& terminal) {
  if (options.remote.is_given()) {
    if (!options.leaf.empty())
      return complain_of_usage(
          terminal, {"--leaf 须在账本目录上使用", "--leaf needs the ledger's directory"});
    return print_from_server(options, "inclusion/" + std::to_string(event.value), terminal);
  }
  auto opened = open_ledger_to_read(options.ledger, terminal);
  if (!opened) return opened.error();
  auto& ledger = opened->archive->ledger();
  const auto proof = ledger.prove(event);
  if (!proof) return complain(terminal, proof.error());
  if (!options.leaf.empty()) {
    const auto located = ledger.journal().locate(event);
    if (!located) return complain(terminal, located.error());
    const auto leaf = ledger::as_text(located->event(event));
    if (const auto written = write_whole(options.leaf, leaf); !written)
      return complain(terminal, written.error());
  }
  terminal.print(proof->to_text());
  return Exit::done;
}

/// A checkpoint that the ledger signed some time.
Told<NamedTree> read_checkpoint_file(const std::string& path, ledger::Ledger& ledger,
                                     Terminal& terminal) {
  auto checkpoint = read_own_checkpoint(path, ledger, terminal);
  if (!checkpoint) return checkpoint.error();
  if (const auto size = ledger.durable().size; checkpoint->head.size > size)
    return complain(
        terminal,
        Error{Failure::corrupt,
              path + " is a checkpoint of " + std::to_string(checkpoint->head.size.value) +
                  " events, but the ledger has " + std::to_string(size.value) +
                  ": it was restored from an older backup",
              path + " 是 " + std::to_string(checkpoint->head.size.value) +
                  " 条记录的检查点，而账本只有 " + std::to_string(size.value) +
                  " 条：账本由较早的备份恢复"});
  return NamedTree{checkpoint->head, std::move(checkpoint->note)};
}

Exit complain_of_size(const std::string& option, Terminal& terminal) {
  return complain_of_usage(
      terminal, {option + " 应为记录数，如 118，或 @检查点文件",
                 option + " takes a number of events, such as 118, or @FILE of a checkpoint"});
}

Told<NamedTree> read_old(const std::string& text, ledger::Ledger& ledger, Terminal& terminal) {
  if (text.starts_with('@')) return read_checkpoint_file(text.substr(1), ledger, terminal);
  const auto size = ledger::read_decimal(text);
  if (!size) return complain_of_size("--from", terminal);
  const auto most = ledger.durable().size.value;
  if (*size == 0 || *size > most)
    return complain(
        terminal, Reason("SIZE_OUT_OF_RANGE", "--from 应在 1 到 " + std::to_string(most) + " 之间",
                         "--from is from 1 to " + std::to_string(most)));
  const auto root = ledger.journal().root({*size});
  if (!root) return complain(terminal, root.error());
  return NamedTree{{{*size}, *root}, {}};
}

/// Only what is there now is signed, so an earlier tree is named by the checkpoint that was.
Told<NamedTree> read_new(const std::string& text, ledger::Ledger& ledger, Terminal& terminal) {
  if (text.starts_with('@')) return read_checkpoint_file(text.substr(1), ledger, terminal);
  const auto size = ledger::read_decimal(text);
  if (!text.empty() && !size) return complain_of_size("--to", terminal);
  auto now = ledger.checkpoint();
  if (!now) return complain(terminal, now.error());
  const auto has = std::to_string(now->head.size.value);
  if (size && *size != now->head.size.value)
    return complain(
        terminal,
        Reason("SIZE_NOT_SIGNED", "账本只签发当前的 " + has + " 条；更早的请用 --to @检查点文件",
               "the ledger signs the " + has +
                   " events that it has now; for an earlier tree give its checkpoint: --to @FILE"));
  return NamedTree{now->head, std::move(now->note)};
}

Exit prove_growth(const ProveOptions& options, Terminal& terminal) {
  if (options.remote.is_given()) {
    const auto size = ledger::read_decimal(options.from);
    if (!size || !options.to.empty())
      return complain_of_usage(
          terminal, {"与 --url 同用时 --from 应为记录数，且不用 --to",
                     "with --url, --from takes a number of events, and there is no --to"});
    return print_from_server(options, "consistency/" + std::to_string(*size), terminal);
  }
  auto opened = open_ledger_to_read(options.ledger, terminal);
  if (!opened) return opened.error();
  auto& ledger = opened->archive->ledger();
  const auto old = read_old(options.from, ledger, terminal);
  if (!old) return old.error();
  auto now = read_new(options.to, ledger, terminal);
  if (!now) return now.error();
  if (old->head.size > now->head.size)
    return complain(terminal, Reason("SIZE_OUT_OF_RANGE", "--from 多于 --to 的记录数",
                                     "--from has more events than --to"));
  auto hashes = ledger::prove_growth(ledger.journal(), old->head.size, now->head.size);
  if (!hashes) return complain(terminal, hashes.error());
  ledger::ConsistencyProof proof{old->head.size, std::move(*hashes), std::move(now->note)};
  if (!ledger::continues(proof, old->head, now->head))
    return complain(terminal, Error{Failure::corrupt,
                                    "the ledger's events are not those of the checkpoints that it "
                                    "signed: another history was recorded",
                                    "账本的记录与其签署的检查点不符：登记的是另一历史"});
  terminal.print(proof.to_text());
  return Exit::done;
}

Exit run(const ProveOptions& options, Terminal& terminal) {
  if (options.event.empty() == options.from.empty())
    return complain_of_usage(terminal,
                             {"须给出 --event 或 --from 之一", "give either --event or --from"});
  if (options.event.empty() ? !options.leaf.empty() : !options.to.empty())
    return complain_of_usage(terminal, {"--leaf 用于 --event，--to 用于 --from",
                                        "--leaf goes with --event, --to with --from"});
  if (options.event.empty()) return prove_growth(options, terminal);
  const auto number = ledger::read_decimal(options.event);
  if (!number)
    return complain_of_usage(terminal, {"--event 应为记录的序号，如 118",
                                        "--event takes the sequence of an event, such as 118"});
  return prove_event(options, {*number}, terminal);
}

}  // namespace

Command prove_command() {
  auto options = std::make_shared<ProveOptions>();
  Command command;
  command.name = "prove";
  command.says = {"证明一条记录在检查点中，或检查点延续旧检查点",
                  "prove that an event is in a checkpoint, or that it continues an older one"};
  command.details = {
      "--event 输出 C2SP tlog-proof；--from 输出一致性证明（docs/FORMAT.md）。\n"
      "两者都可离线验证：kinledger verify FILE。",
      "--event prints a C2SP tlog-proof, --from a consistency proof (docs/FORMAT.md). Both can\n"
      "be checked offline: kinledger verify FILE."};
  command.examples = {"kinledger prove city --event 118 --leaf 118.event > 118.tlog-proof",
                      "kinledger prove city --from @old.checkpoint > city.consistency"};
  command.parameters = ledger_parameters(options->ledger);
  add_remote_parameters(options->remote, command.parameters);
  auto& parameters = command.parameters;
  parameters.push_back(
      option("--event", "N", {"记录的序号", "sequence of the event"}, options->event));
  parameters.push_back(file_option(
      "--leaf", {"另存记录的原始字节，供他人验证", "also write the event's stored bytes there"},
      options->leaf));
  parameters.push_back(option(
      "--from", "SIZE|@FILE",
      {"旧的记录数，或旧检查点文件", "number of events before, or @FILE of the older checkpoint"},
      options->from));
  parameters.push_back(option("--to", "SIZE|@FILE",
                              {"较新的检查点文件；默认签发当前的",
                               "@FILE of the newer checkpoint; by default one is signed now"},
                              options->to));
  command.run = [options](Terminal& terminal) { return run(*options, terminal); };
  return command;
}

}  // namespace kinledger::tools

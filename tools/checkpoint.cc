// checkpoint, prove: what anyone can check without this program or its operator.
#include "ledger/checkpoint.h"

#include "ledger/text.h"
#include "tools/commands.h"
#include "tools/complaint.h"
#include "tools/cosigned_checkpoint.h"
#include "tools/open_ledger.h"

namespace kinledger::tools {
namespace {

struct Options {
  LedgerArguments ledger;
  std::string event;
  std::string policy;
  bool key = false;
};

Exit print_checkpoint(const Options& options, Terminal& terminal) {
  if (!options.policy.empty()) {
    if (options.key)
      return complain_of_usage(
          terminal, {"--key 和 --policy 不能同时使用", "--key and --policy exclude each other"});
    return print_cosigned_checkpoint(options.ledger, options.policy, terminal);
  }
  auto opened = open_ledger(options.ledger, terminal);
  if (!opened) return opened.error();
  auto& ledger = opened->archive->ledger();
  if (options.key) {
    const auto verifier = ledger.verifier();
    if (!verifier) return complain(terminal, verifier.error());
    terminal.print_line(verifier->to_text());
    return Exit::done;
  }
  if (const auto recorded = opened->archive->commit_subject_map(); !recorded)
    return complain(terminal, recorded.error());
  const auto checkpoint = ledger.checkpoint();
  if (!checkpoint) return complain(terminal, checkpoint.error());
  terminal.print(checkpoint->note);
  return Exit::done;
}

Exit print_proof(const Options& options, Terminal& terminal) {
  const auto number = options.event.size() <= 18 ? ledger::digits_value(options.event)
                                                 : std::optional<std::int32_t>{};
  if (!number)
    return complain_of_usage(terminal, {"--event 应为记录的序号，如 118",
                                        "--event takes the sequence of an event, such as 118"});
  auto opened = open_ledger(options.ledger, terminal);
  if (!opened) return opened.error();
  const auto proof = opened->archive->ledger().prove({static_cast<std::uint64_t>(*number)});
  if (!proof) return complain(terminal, proof.error());
  terminal.print(proof->to_text());
  return Exit::done;
}

}  // namespace

Command checkpoint_command() {
  auto options = std::make_shared<Options>();
  Command command;
  command.name = "checkpoint";
  command.says = {"签发账本当前的检查点（签名文本）",
                  "sign the ledger's size and root (a signed note)"};
  command.details = {
      "检查点交给他人保存：此后的检查点都须与它一致。格式为 C2SP tlog-checkpoint。\n"
      "--key 输出验证用的公钥。--policy 向策略文件（C2SP tlog-policy）中的见证方征集共同签名，\n"
      "附在检查点之后；签名方数不足时退出码为 5，检查点照样有效，可稍后再运行。",
      "Give it to others to keep: every later one must continue it. The format is C2SP\n"
      "tlog-checkpoint. --key prints the public key to check it with. --policy asks the witnesses\n"
      "of a policy file (C2SP tlog-policy) to cosign and prints what they signed below; ends with\n"
      "5 when fewer did than are needed: the checkpoint stands, run it again later."};
  command.examples = {"kinledger checkpoint city > city.checkpoint",
                      "kinledger checkpoint city --key",
                      "kinledger checkpoint city --policy offices.policy > city.checkpoint"};
  command.parameters = ledger_parameters(options->ledger);
  command.parameters.push_back(
      flag("--key", {"只输出公钥", "print the public key only"}, options->key));
  command.parameters.push_back(file_option(
      "--policy",
      {"见证策略文件：须由哪些见证方共同签名", "witness policy: whose cosignatures are needed"},
      options->policy));
  command.run = [options](Terminal& terminal) { return print_checkpoint(*options, terminal); };
  return command;
}

Command prove_command() {
  auto options = std::make_shared<Options>();
  Command command;
  command.name = "prove";
  command.says = {"证明一条记录在已签发的检查点中",
                  "prove that an event is in the tree of a signed checkpoint"};
  command.details = {"输出 C2SP tlog-proof，可离线验证。",
                     "Prints a C2SP tlog-proof, which can be checked offline."};
  command.examples = {"kinledger prove city --event 118 > 118.tlog-proof"};
  command.parameters = ledger_parameters(options->ledger);
  auto event = option("--event", "N", {"记录的序号", "sequence of the event"}, options->event);
  event.required = true;
  command.parameters.push_back(std::move(event));
  command.run = [options](Terminal& terminal) { return print_proof(*options, terminal); };
  return command;
}

}  // namespace kinledger::tools

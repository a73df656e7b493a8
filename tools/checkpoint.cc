// checkpoint: the ledger's size and root, signed, to be kept by others.
#include "ledger/checkpoint.h"

#include "server/media_types.h"
#include "tools/commands.h"
#include "tools/complaint.h"
#include "tools/cosigned_checkpoint.h"
#include "tools/log_keys.h"
#include "tools/open_ledger.h"
#include "tools/remote.h"

namespace kinledger::tools {
namespace {

struct CheckpointOptions {
  LedgerArguments ledger;
  RemoteArguments remote;
  WitnessArguments witnesses;
  bool key = false;
  bool add_sm2 = false;
};

Exit print_checkpoint(const CheckpointOptions& options, Terminal& terminal) {
  if (options.remote.is_given()) {
    if (options.key || options.add_sm2 || !options.witnesses.policy.empty())
      return complain_of_usage(terminal, {"--key、--add-sm2 和 --policy 须在账本目录上使用",
                                          "--key, --add-sm2 and --policy need the directory"});
    auto remote = Remote::of(options.remote, terminal);
    if (!remote) return remote.error();
    const auto note = remote->get("/checkpoint", server::text_type);
    if (!note) return note.error();
    terminal.print(*note);
    return Exit::done;
  }
  if (!options.witnesses.policy.empty()) {
    if (options.key || options.add_sm2)
      return complain_of_usage(terminal, {"--policy 不能与 --key、--add-sm2 同时使用",
                                          "--policy does not go with --key or --add-sm2"});
    return print_cosigned_checkpoint(options.ledger, options.witnesses, terminal);
  }
  auto opened = open_ledger(options.ledger, terminal);
  if (!opened) return opened.error();
  auto& ledger = opened->archive->ledger();
  if (options.add_sm2)
    if (const auto added = ledger.add_sm2_key(); !added) return complain(terminal, added.error());
  if (options.key || options.add_sm2) return print_log_keys(ledger, terminal);
  if (const auto recorded = opened->archive->commit_subject_map(); !recorded)
    return complain(terminal, recorded.error());
  const auto checkpoint = ledger.checkpoint();
  if (!checkpoint) return complain(terminal, checkpoint.error());
  terminal.print(checkpoint->note);
  return Exit::done;
}

}  // namespace

Command checkpoint_command() {
  auto options = std::make_shared<CheckpointOptions>();
  Command command;
  command.name = "checkpoint";
  command.says = {"签发账本当前的检查点（签名文本）",
                  "sign the ledger's size and root (a signed note)"};
  command.details = {
      "检查点交给他人保存：此后的检查点都须与它一致。格式为 C2SP tlog-checkpoint。\n"
      "--key 输出验证用的公钥：Ed25519，以及有 SM2 密钥时的 SM2。--policy 向策略文件\n"
      "（C2SP tlog-policy）中的见证方征集共同签名，附在检查点之后；签名方数不足时退出码为 5，\n"
      "检查点照样有效，可稍后再运行。",
      "Give it to others to keep: every later one must continue it. The format is C2SP\n"
      "tlog-checkpoint. --key prints the public keys to check it with: Ed25519, and SM2 where\n"
      "the ledger has such a key. --policy asks the witnesses of a policy file (C2SP tlog-policy)\n"
      "to cosign and prints what they signed below; ends with 5 when fewer did than are needed:\n"
      "the checkpoint stands, run it again later."};
  command.examples = {"kinledger checkpoint city > city.checkpoint",
                      "kinledger checkpoint city --key > city.keys",
                      "kinledger checkpoint city --policy offices.policy > city.checkpoint"};
  command.parameters = ledger_parameters(options->ledger);
  add_remote_parameters(options->remote, command.parameters);
  command.parameters.push_back(
      flag("--key", {"只输出公钥", "print the public keys only"}, options->key));
  command.parameters.push_back(file_option(
      "--policy",
      {"见证策略文件：须由哪些见证方共同签名", "witness policy: whose cosignatures are needed"},
      options->witnesses.policy));
  command.parameters.push_back(witness_ca_option(options->witnesses));
  command.parameters.push_back(flag("--add-sm2",
                                    {"生成 SM2 密钥，此后每个检查点另有 SM2 签名；输出公钥",
                                     "make an SM2 key that signs every checkpoint too; prints "
                                     "the public keys"},
                                    options->add_sm2));
  command.run = [options](Terminal& terminal) { return print_checkpoint(*options, terminal); };
  return command;
}

}  // namespace kinledger::tools

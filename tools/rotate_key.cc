// rotate-key: another key in the place of the one that signs checkpoints.
#include "tools/commands.h"
#include "tools/complaint.h"
#include "tools/log_keys.h"
#include "tools/open_ledger.h"

namespace kinledger::tools {
namespace {

using ledger::Ledger;

struct RotateKeyOptions {
  LedgerArguments ledger;
  bool lost = false;
  bool retire = false;
};

/// Records the key and signs with it, so that from now on there is a checkpoint that both keys have
/// signed, or, when the one before is lost, one of the new key alone.
Exit rotate(OpenLedger& opened, bool is_lost, Terminal& terminal) {
  auto& archive = *opened.archive;
  const auto submission = archive.ledger().key_rotation(is_lost ? Ledger::KeyInForce::is_lost
                                                                : Ledger::KeyInForce::is_there);
  if (!submission) return complain(terminal, submission.error());
  const auto outcome = archive.submit(*submission);
  if (!outcome) return complain(terminal, outcome.error());
  invariant(outcome->receipt.has_value(), "a rotation of the key is never refused");
  if (const auto recorded = archive.commit_subject_map(); !recorded)
    return complain(terminal, recorded.error());
  if (const auto checkpoint = archive.ledger().checkpoint(); !checkpoint)
    return complain(terminal, checkpoint.error());
  const auto event = std::to_string(outcome->receipt->first.value);
  const auto rotated = Label{"第 " + event + " 条记录登记了新公钥（见标准输出）",
                             "event " + event + " records the new key (on standard output)"};
  const auto next =
      is_lost ? Label{"此前的密钥不再签名：请把新公钥连同原因告知所有持有旧公钥的人和见证方",
                      "the one before signs no more: tell everybody who has its public half, and "
                      "the witnesses, the new one and why"}
              : Label{"此前的密钥仍一同签名：待各方和见证方都有新公钥后，运行 rotate-key --retire",
                      "the one before signs too: when everybody, and the witnesses, have the new "
                      "one, run rotate-key --retire"};
  terminal.complain("kinledger: " + std::string(terminal.say(rotated)));
  terminal.complain("kinledger: " + std::string(terminal.say(next)));
  return print_log_keys(archive.ledger(), terminal);
}

Exit run(const RotateKeyOptions& options, Terminal& terminal) {
  if (options.lost && options.retire)
    return complain_of_usage(
        terminal, {"--lost 与 --retire 不能同时使用", "--lost does not go with --retire"});
  auto opened = open_ledger(options.ledger, terminal);
  if (!opened) return opened.error();
  if (!options.retire) return rotate(*opened, options.lost, terminal);
  auto& ledger = opened->archive->ledger();
  if (const auto retired = ledger.retire_key(); !retired)
    return complain(terminal, retired.error());
  return print_log_keys(ledger, terminal);
}

}  // namespace

Command rotate_key_command() {
  auto options = std::make_shared<RotateKeyOptions>();
  Command command;
  command.name = "rotate-key";
  command.says = {"更换签发检查点的密钥（轮换）",
                  "put another key in the place of the one that signs"};
  command.details = {
      "新公钥作为事件登记在账本中，并输出；此后检查点由新旧两把密钥签名，旧公钥照样可以校验。\n"
      "待各方（查阅方、审计方、见证方）都有新公钥后，用 --retire 停用并删除旧密钥。\n"
      "旧密钥已丢失时用 --lost：没有旧密钥的签名作证，须以其他途径告知各方。",
      "The new public key is recorded as an event and printed. From then on both keys sign, so\n"
      "whoever has the old one goes on checking with it. When everybody (readers, auditors,\n"
      "witnesses) has the new one, --retire removes the old key. When the old key is lost, "
      "--lost:\n"
      "nothing that it signed vouches for the new one then, tell everybody in another way."};
  command.examples = {"kinledger rotate-key city > city.keys",
                      "kinledger rotate-key city --retire"};
  command.parameters = ledger_parameters(options->ledger);
  command.parameters.push_back(
      flag("--lost", {"旧密钥已丢失", "the key that signed so far is lost"}, options->lost));
  command.parameters.push_back(
      flag("--retire", {"停用旧密钥，只由新密钥签名", "let the key before sign no more"},
           options->retire));
  command.run = [options](Terminal& terminal) { return run(*options, terminal); };
  return command;
}

}  // namespace kinledger::tools

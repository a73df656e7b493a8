// witness: cosigns the checkpoints of logs that other offices keep.
#include "ledger/witness.h"

#include <algorithm>

#include "ledger/ledger.h"
#include "server/http_listener.h"
#include "server/witness_service.h"
#include "tools/commands.h"
#include "tools/complaint.h"

namespace kinledger::tools {
namespace {

struct WitnessOptions {
  std::string listen = "127.0.0.1:8451";
  std::string state;
  std::string name;
  std::vector<std::string> logs;
  std::vector<std::string> hosts;
  bool key = false;
};

Exit print_key(const WitnessOptions& options, Terminal& terminal) {
  ledger::SystemRandom random;
  const auto identity = ledger::Witness::identity(options.state, options.name, random);
  if (!identity) return complain(terminal, identity.error());
  terminal.print_line(identity->to_text());
  return Exit::done;
}

Told<std::vector<ledger::NoteVerifier>> read_logs(const WitnessOptions& options,
                                                  Terminal& terminal) {
  if (options.logs.empty())
    return complain_of_usage(terminal, {"须用 --log 给出至少一个账本的公钥",
                                        "give the key of at least one log with --log"});
  std::vector<ledger::NoteVerifier> logs;
  for (const auto& text : options.logs) {
    auto log = ledger::read_verifier(text);
    if (!log)
      return complain_of_usage(
          terminal, {"--log 应为账本的验证公钥，即 kinledger checkpoint --key 的输出",
                     "--log takes the verifier key of a log, as checkpoint --key prints it"});
    logs.push_back(std::move(*log));
  }
  return logs;
}

Exit serve(const WitnessOptions& options, Terminal& terminal) {
  const auto address = server::read_listen_address(options.listen);
  if (!address) return complain(terminal, address.error());
  auto logs = read_logs(options, terminal);
  if (!logs) return logs.error();
  ledger::SystemRandom random;
  const auto witness = ledger::Witness::open(
      {options.state, options.name, std::move(*logs), ledger::cosigned_now}, random);
  if (!witness) return complain(terminal, witness.error());
  const auto warn = [&](std::string_view words) { terminal.log_warning(words); };
  server::WitnessService service(**witness, warn);
  server::HttpOptions http;
  http.address = *address;
  http.hosts = server::hosts_of(*address, options.hosts);
  http.body_bytes_max = ledger::add_checkpoint_bytes_max;
  http.stops_on_signals = true;
  http.warn = warn;
  const auto listener = server::HttpListener::open(
      http, [&](const server::HttpRequest& request) { return service.respond(request); });
  if (!listener) return complain(terminal, listener.error());
  terminal.print_line("http://" + (*listener)->address().to_text());
  terminal.flush();
  (*listener)->run();
  return Exit::done;
}

}  // namespace

Command witness_command() {
  auto options = std::make_shared<WitnessOptions>();
  Command command;
  command.name = "witness";
  command.says = {"运行见证方：为其他单位账本的检查点共同签名",
                  "run a witness: cosign the checkpoints of other offices' ledgers"};
  command.details = {
      "见证方由账本运营方以外的单位运行，只对能证明是上一检查点延续的检查点签名。\n"
      "协议为 C2SP tlog-witness。首次运行时生成密钥；--key 输出公钥，供写入策略文件。\n"
      "启动后输出监听的地址；收到 SIGTERM 或 SIGINT 后答复完在办的请求即退出。",
      "A witness is run by an office other than the one that keeps the ledger. It cosigns a\n"
      "checkpoint only when it is proven to continue the last one. The protocol is C2SP\n"
      "tlog-witness. The key is made at the first start; --key prints its public half for policy\n"
      "files. The address is printed once it listens; SIGTERM and SIGINT end it when the requests\n"
      "under way are answered."};
  command.examples = {
      "kinledger witness --state audit --name witness.example/audit-office --key",
      "kinledger witness --listen 127.0.0.1:8451 --state audit --name witness.example/audit-office "
      "--log \"$(cat city.vkey)\""};
  command.parameters.push_back(option("--listen", "HOST:PORT",
                                      {"监听的地址；默认 127.0.0.1:8451，端口 0 为任一空闲端口",
                                       "address to listen on; by default 127.0.0.1:8451, port 0 is "
                                       "any that is free"},
                                      options->listen));
  auto state =
      option("--state", "DIR",
             {"密钥和各账本最后检查点所在目录；没有则新建",
              "directory of the key and of the last checkpoints; made where there is none"},
             options->state);
  state.required = true;
  state.offer = Parameter::Offer::directories;
  command.parameters.push_back(std::move(state));
  auto name = option("--name", "NAME",
                     {"见证方的名称，如 witness.example/audit-office",
                      "name of the witness, such as witness.example/audit-office"},
                     options->name);
  name.required = true;
  command.parameters.push_back(std::move(name));
  command.parameters.push_back({"--log",
                                "VKEY",
                                {"所信任账本的验证公钥，可多次给出；见 kinledger checkpoint --key",
                                 "verifier key of a log to trust, may be given several times; see "
                                 "checkpoint --key"},
                                &options->logs});
  command.parameters.push_back({"--host",
                                "NAME",
                                {"允许的主机名（Host），可多次给出；监听的地址总是允许",
                                 "name by which the witness may be asked (Host), several times; "
                                 "the address that it listens on always may"},
                                &options->hosts});
  command.parameters.push_back(
      flag("--key", {"只输出见证方的公钥", "print the witness's public key only"}, options->key));
  command.run = [options](Terminal& terminal) {
    return options->key ? print_key(*options, terminal) : serve(*options, terminal);
  };
  return command;
}

}  // namespace kinledger::tools

// serve: answers over HTTP for one ledger, which it keeps open.
#include <chrono>
#include <optional>
#include <thread>

#include "ledger/log_lines.h"
#include "ledger/paths.h"
#include "server/backup_desk.h"
#include "server/cosigning_watch.h"
#include "server/http_listener.h"
#include "server/ledger_service.h"
#include "tools/access_record.h"
#include "tools/backup_arguments.h"
#include "tools/commands.h"
#include "tools/complaint.h"
#include "tools/cosigned_checkpoint.h"
#include "tools/open_files.h"
#include "tools/open_ledger.h"
#include "tools/policy_argument.h"
#include "tools/serve_settings.h"
#include "tools/service_manager.h"
#include "tools/tls_arguments.h"

namespace kinledger::tools {
namespace {

constexpr std::chrono::milliseconds looked_at_storage_every{1'000};

struct ServeOptions {
  LedgerArguments ledger;
  std::string config;
  std::string listen;
  WitnessArguments witnesses;
  std::string cosign_every;
  std::string queue_time;
  TlsArguments tls;
  std::vector<std::string> hosts;
  BackupArguments backups;
  std::string keep;
};

/// A ledger that was restored from a backup finds out from the witnesses before it signs or answers
/// anything. One without its state signs nothing, and is served to be read; one that is known to
/// have lost or changed what it acknowledged is not served. A witness that is down keeps nobody
/// from starting.
Told<OpenLedger> open_to_serve(const ServeOptions& options, Terminal& terminal) {
  auto opened = open_ledger_to_read(options.ledger, terminal);
  if (!opened) return opened;
  if (const auto& why = opened->archive->ledger().read_only()) {
    if (why->failure == ledger::Failure::corrupt) return complain(terminal, *why);
    return opened;
  }
  if (options.witnesses.policy.empty()) return opened;
  opened->archive.reset();  // to be opened by those who ask them
  const auto ended = cosign_at_start(options.ledger, options.witnesses, terminal);
  if (ended != Exit::done && ended != Exit::unavailable) return ended;
  return open_ledger_to_read(options.ledger, terminal);
}

/// What the command line left out comes from the environment and the file.
Told<void> complete(ServeOptions& options, Terminal& terminal) {
  const Setting settings[] = {{"ledger", &options.ledger.directory},
                              {"state", &options.ledger.state},
                              {"listen", &options.listen},
                              {"policy", &options.witnesses.policy},
                              {"witness-ca", &options.witnesses.authorities},
                              {"cosign-every", &options.cosign_every},
                              {"queue-time", &options.queue_time},
                              {"tls", &options.tls.certificate},
                              {"tls-key", &options.tls.key},
                              {"client-ca", &options.tls.authorities},
                              {"crl", &options.tls.revocations},
                              {"host", &options.hosts},
                              {"backup", &options.backups.directory},
                              {"backup-vault", &options.backups.vault},
                              {"backup-keep", &options.keep}};
  if (const auto read = read_settings(options.config, settings); !read)
    return complain(terminal, read.error());
  if (options.ledger.directory.empty())
    return complain_of_usage(terminal, {"缺少 LEDGER", "LEDGER is missing"});
  if (options.listen.empty()) options.listen = "127.0.0.1:8450";
  return {};
}

/// What has no effect without something else is not taken in silence.
std::optional<Exit> refuse_settings(const ServeOptions& options, Terminal& terminal) {
  const struct {
    std::string_view name;
    const std::string& value;
    std::string_view needs;
    const std::string& needed;
  } dependent[] = {
      {"--backup-vault", options.backups.vault, "--backup", options.backups.directory},
      {"--backup-keep", options.keep, "--backup", options.backups.directory},
      {"--cosign-every", options.cosign_every, "--policy", options.witnesses.policy},
      {"--witness-ca", options.witnesses.authorities, "--policy", options.witnesses.policy}};
  for (const auto& [name, value, needs, needed] : dependent)
    if (!value.empty() && needed.empty())
      return complain_of_usage(terminal,
                               {std::string(name) + " 须与 " + std::string(needs) + " 同用",
                                std::string(name) + " goes with " + std::string(needs)});
  if (!options.backups.directory.empty()) {
    if (const auto refused = refuse_vault_within(options.backups, "--backup-vault", terminal))
      return refused;
    const auto places = options.backups.places();
    for (const auto& place : {places.journal, places.vault})
      if (const auto refused = refuse_within_ledger(place, options.ledger, terminal))
        return refused;
  }
  if (!read_keep(options.keep)) return complain_of_keep(terminal);
  return std::nullopt;
}

/// --cosign-every, in seconds.
Told<std::chrono::seconds> read_cosign_every(const ServeOptions& options, Terminal& terminal) {
  constexpr std::uint64_t seconds_default = 600, seconds_max = 86'400;
  if (options.cosign_every.empty()) return std::chrono::seconds(seconds_default);
  const auto seconds = ledger::read_decimal(options.cosign_every);
  if (!seconds || *seconds == 0 || *seconds > seconds_max)
    return complain_of_usage(terminal, {"--cosign-every 应为 1 至 86400 秒",
                                        "--cosign-every is from 1 to 86400 seconds"});
  return std::chrono::seconds(*seconds);
}

/// --queue-time, in seconds.
Told<std::chrono::seconds> read_queue_time(const ServeOptions& options, Terminal& terminal) {
  constexpr std::uint64_t seconds_max = 600;
  if (options.queue_time.empty())
    return std::chrono::duration_cast<std::chrono::seconds>(server::HttpDeadlines{}.queue);
  const auto seconds = ledger::read_decimal(options.queue_time);
  if (!seconds || *seconds == 0 || *seconds > seconds_max)
    return complain_of_usage(
        terminal, {"--queue-time 应为 1 至 600 秒", "--queue-time is from 1 to 600 seconds"});
  return std::chrono::seconds(*seconds);
}

/// Null without a policy, and where nothing is signed. What witnesses held at the start was looked
/// at before.
Told<std::unique_ptr<server::CosigningWatch>> watch_cosigning(const ServeOptions& options,
                                                              std::chrono::seconds every,
                                                              projections::Archive& archive,
                                                              std::function<void()> recorded,
                                                              Terminal& terminal) {
  if (options.witnesses.policy.empty() || archive.ledger().read_only())
    return std::unique_ptr<server::CosigningWatch>();
  auto policy = read_policy(options.witnesses.policy, terminal);
  if (!policy) return policy.error();
  auto collector = server::CosignatureCollector::make(
      std::move(*policy), archive.ledger().stated_keys(), options.witnesses.options());
  if (!collector) return complain(terminal, collector.error());
  return std::make_unique<server::CosigningWatch>(
      archive, std::move(*collector),
      server::CosigningWatch::Options{
          ledger::Paths(options.ledger.directory, options.ledger.state), every,
          [&terminal](std::string_view words) { terminal.log_warning(words); },
          std::move(recorded)});
}

/// What SIGHUP does: the files of TLS are read again.
void reload(server::Tls* tls, Terminal& terminal) {
  if (tls == nullptr) return;
  if (const auto reloaded = tls->reload(); reloaded)
    terminal.log_info("the certificate and its authorities were read again");
  else
    terminal.log_warning("still using the certificate read before: " + reloaded.error().what);
}

/// Null when no place was given.
std::unique_ptr<server::BackupDesk> make_backup_desk(
    const ServeOptions& options, ledger::Ledger& ledger, server::AccessLog& log,
    const std::function<void(std::string_view)>& warn) {
  if (options.backups.directory.empty()) return nullptr;
  const auto keep = read_keep(options.keep);
  invariant(keep.has_value(), "checked before");
  return std::make_unique<server::BackupDesk>(
      ledger, log.ledger(), server::BackupSettings{options.backups.places(), *keep}, warn);
}

/// Of a key that is missing, or a ledger that contradicts what it signed, nobody would hear before
/// the first checkpoint is asked for.
void warn_where_nothing_is_signed(ledger::Ledger& ledger, Terminal& terminal) {
  if (ledger.read_only()) return;
  if (const auto signed_now = ledger.checkpoint(); !signed_now)
    terminal.log_warning("no checkpoint is signed: " + signed_now.error().what);
}

Exit complain_of_storage(Terminal& terminal) {
  return complain(
      terminal, ledger::Error{ledger::Failure::unavailable,
                              "the storage of the ledger or of its access journal failed: the "
                              "server has ended; start it again when the disk is in order",
                              "账本或其查阅登记簿的存储出错，服务已停止；请在磁盘恢复后重新启动"});
}

Exit run(ServeOptions options, Terminal& terminal) {
  if (const auto completed = complete(options, terminal); !completed) return completed.error();
  if (const auto refused = refuse_settings(options, terminal)) return *refused;
  const auto address = server::read_listen_address(options.listen);
  if (!address) return complain(terminal, address.error());
  const bool is_secured = options.tls.is_given();
  const auto inherited = inherited_socket();
  if (!is_secured && !inherited && !address->is_loopback())
    return complain_of_usage(
        terminal,
        {"没有 TLS 时只能在本机地址上监听，如 127.0.0.1:8450；要供他人访问，请用 --tls、--tls-key "
         "和 --client-ca",
         "without TLS the server listens on a loopback address only, such as 127.0.0.1:8450; for "
         "others give --tls, --tls-key and --client-ca"});
  const auto cosign_every = read_cosign_every(options, terminal);
  if (!cosign_every) return cosign_every.error();
  const auto queue_time = read_queue_time(options, terminal);
  if (!queue_time) return queue_time.error();
  auto tls = make_server_tls(options.tls, terminal);
  if (!tls) return tls.error();
  auto opened = open_to_serve(options, terminal);
  if (!opened) return opened.error();
  auto& archive = *opened->archive;
  const auto warn = [&](std::string_view words) { terminal.log_warning(words); };
  server::HttpListener* rung = nullptr;
  server::Metrics metrics;
  warn_where_nothing_is_signed(archive.ledger(), terminal);
  const auto log = open_access_log(*opened, terminal);
  if (!log) return log.error();
  server::AccessControl access(archive, **log, warn);
  const auto ring = [&] { rung->ring(); };
  std::unique_ptr<server::CosigningWatch> watch;
  server::Desk desk{archive, warn, ring, metrics, access};
  desk.cosigning = [&]() -> std::optional<server::CosigningFigures> {
    if (watch == nullptr) return std::nullopt;
    return watch->figures();
  };
  const auto backups = make_backup_desk(options, archive.ledger(), **log, warn);
  desk.backups = backups.get();
  desk.lanes = [&] { return rung->lanes(); };
  server::LedgerService service(std::move(desk));
  allow_open_files();
  server::HttpOptions http;
  http.address = *address;
  http.tls = *tls;
  http.hangs_up = [&] { reload(tls->get(), terminal); };
  http.hosts = server::hosts_of(*address, options.hosts);
  http.body_bytes_max_of = server::LedgerService::body_bytes_max;
  http.lanes = server::LedgerService::lanes();
  http.lane_of = server::LedgerService::lane_of;
  http.deadlines.queue = *queue_time;
  http.socket = inherited;
  http.beats_every = looked_at_storage_every;
  if (const auto wanted = alive_every(); wanted.count() > 0)
    http.beats_every = std::min(http.beats_every, wanted);
  // Whoever supervises the service starts it again: only a ledger that is opened anew records.
  bool has_failed = false;
  http.beat = [&] {
    tell_alive();
    if (has_failed || !(archive.ledger().has_failed() || (*log)->ledger().has_failed())) return;
    has_failed = true;
    rung->stop();
  };
  http.stops_on_signals = true;
  http.refused = [&](unsigned status) { metrics.count_refused(status); };
  http.warn = warn;
  const auto listener = server::HttpListener::open(
      http, [&](const server::HttpRequest& request) { return service.respond(request); });
  if (!listener) return complain(terminal, listener.error());
  if (!is_secured && !(*listener)->address().is_loopback())
    return complain_of_usage(terminal,
                             {"没有 TLS，而交来的套接字不在本机地址上",
                              "there is no TLS, and the socket that was handed over is not on a "
                              "loopback address"});
  rung = listener->get();
  auto watching = watch_cosigning(options, *cosign_every, archive, ring, terminal);
  if (!watching) return watching.error();
  watch = std::move(*watching);
  // Meanwhile /readyz says that it is not ready; questions wait.
  const std::jthread catching_up([&] {
    if (const auto reached = archive.reach(archive.ledger().durable().size); !reached)
      warn(reached.error().what);
  });
  if (!is_secured)
    warn("without TLS: whoever can reach this loopback address may ask and record everything");
  terminal.print_line((is_secured ? "https://" : "http://") + (*listener)->address().to_text());
  terminal.flush();
  tell_ready();
  (*listener)->run();
  tell_stopping();
  watch.reset();  // it rings the listener
  return has_failed ? complain_of_storage(terminal) : Exit::done;
}

}  // namespace

Command serve_command() {
  auto options = std::make_shared<ServeOptions>();
  Command command;
  command.name = "serve";
  command.says = {"运行服务：经 HTTP 查询、申报和取得证明",
                  "run the server: questions, submissions and proofs over HTTP"};
  command.details = {
      "没有 --tls 时只在本机地址上监听，能访问该地址的人可以查询和登记一切。有 --tls 时只接受\n"
      "持 --client-ca 所签证书的访问者，各按其授权（kinledger access）办理。查阅个人的请求先登记\n"
      "再答复。接口说明：GET /openapi.json 和 docs/HTTP.md。启动后输出监听的地址；收到 SIGTERM 或\n"
      "SIGINT 后答复完在办的请求即退出。",
      "Without --tls it listens on a loopback address only, and whoever can reach that may ask\n"
      "and record everything. With --tls, whoever comes needs a certificate that --client-ca\n"
      "signed, and may do what was granted (kinledger access). What is asked about a person is\n"
      "recorded before it is answered. What it offers: GET /openapi.json, and docs/HTTP.md. The\n"
      "address is printed once it listens; SIGTERM and SIGINT end it when the requests under way\n"
      "are answered."};
  command.examples = {"kinledger serve city --listen 127.0.0.1:8450",
                      "kinledger serve city --listen 0.0.0.0:8450 --host ledger.example --tls "
                      "server.pem --tls-key server.key --client-ca clients.pem"};
  command.parameters = ledger_parameters(options->ledger);
  command.parameters.front().required = false;
  command.parameters.push_back(file_option(
      "--config",
      {"设置文件（TOML）；环境变量 KINLEDGER_SERVE_… 和命令行优先于它",
       "file of settings (TOML); KINLEDGER_SERVE_... in the environment go before it, and the "
       "command line before both"},
      options->config));
  command.parameters.push_back(option("--listen", "HOST:PORT",
                                      {"监听的地址；默认 127.0.0.1:8450，端口 0 为任一空闲端口",
                                       "address to listen on; by default 127.0.0.1:8450, port 0 is "
                                       "any that is free"},
                                      options->listen));
  for (auto& parameter : server_tls_parameters(options->tls))
    command.parameters.push_back(std::move(parameter));
  command.parameters.push_back({"--host",
                                "NAME",
                                {"允许的主机名（Host），可多次给出；本机地址总是允许",
                                 "name by which the server may be asked (Host), several times; "
                                 "those of this machine always may"},
                                &options->hosts});
  command.parameters.push_back(file_option(
      "--policy",
      {"启动前先问见证策略文件中的见证方：账本不延续它们所持的检查点时不启动",
       "witness policy: ask its witnesses first, and do not start a ledger that does not continue "
       "what they hold"},
      options->witnesses.policy));
  command.parameters.push_back(witness_ca_option(options->witnesses));
  command.parameters.push_back(option(
      "--cosign-every", "SECONDS",
      {"运行中每隔多少秒再向见证方征集共同签名；默认 600",
       "with --policy: ask the witnesses again as often as that while serving; by default 600"},
      options->cosign_every));
  command.parameters.push_back(
      option("--queue-time", "SECONDS",
             {"请求最多排队多少秒；超过即答复 503，尚未开始办理；默认 10",
              "how long a request may wait for its turn before it is answered 503, not having "
              "been begun; by default 10"},
             options->queue_time));
  auto backup = option("--backup", "DIR",
                       {"POST /v1/backups（系统管理员）备份到此目录",
                        "where POST /v1/backups (system administrators) puts backups"},
                       options->backups.directory);
  backup.offer = Parameter::Offer::directories;
  command.parameters.push_back(std::move(backup));
  auto vault = backup_vault_option(options->backups);
  vault.name = "--backup-vault";
  command.parameters.push_back(std::move(vault));
  auto keep = keep_option(options->keep);
  keep.name = "--backup-keep";
  command.parameters.push_back(std::move(keep));
  command.run = [options](Terminal& terminal) { return run(*options, terminal); };
  return command;
}

}  // namespace kinledger::tools

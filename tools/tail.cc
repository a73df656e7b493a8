// tail: prints the events of a ledger as its server streams them, and checks, for whoever does not
// take the server's word, that they are the ones that the log signed.
#include <algorithm>

#include "ledger/catalogue.h"
#include "ledger/digits.h"
#include "ledger/log_lines.h"
#include "ledger/read_file.h"
#include "tools/commands.h"
#include "tools/complaint.h"
#include "tools/event_tail.h"
#include "tools/key_arguments.h"
#include "tools/policy_argument.h"
#include "tools/stop_on_signals.h"
#include "tools/text_file.h"
#include "tools/tls_arguments.h"

namespace kinledger::tools {
namespace {

using ledger::LogKey;
using server::EventFollower;

struct TailOptions {
  std::string url;
  TlsArguments tls;
  std::string from;
  bool verify = false;
  std::vector<std::string> keys;
  std::string state;
  PolicyArguments policy;
  std::string type;
  std::string person;
  std::string unit;
  std::string area;
  bool json = false;
  bool no_follow = false;
};

/// Where to begin: a size, and the root where a signed checkpoint gives it.
struct From {
  ledger::TreeSize size;
  std::optional<ledger::TreeHead> head;
};

bool is_id(const std::string& text) {
  ledger::PersonId id;
  return ledger::from_hex(text, id.bytes);
}

bool is_area(const std::string& text) {
  constexpr std::size_t digits = 6;
  return text.size() == digits && ledger::all_digits(text);
}

/// As the query of the stream. Numbers of documents never go into a URL: ids are pseudonyms.
Told<std::string> read_filters(const TailOptions& options, Terminal& terminal) {
  std::string query;
  if (!options.type.empty() && ledger::find_type(options.type) == nullptr)
    return complain_of_usage(terminal,
                             {"没有这种记录：" + options.type + "；见 kinledger schema",
                              "no such type of event: " + options.type + "; see kinledger schema"});
  if (!options.type.empty()) query += "&type=" + options.type;
  for (const auto& [name, id] : {std::pair("person", &options.person), {"unit", &options.unit}}) {
    if (id->empty()) continue;
    if (!is_id(*id))
      return complain_of_usage(
          terminal, {"--" + std::string(name) + " 应为 32 位十六进制的编号，不用证件号码",
                     "--" + std::string(name) +
                         " takes the 32 hexadecimal digits of an id, never a document number"});
    query += "&" + std::string(name) + "=" + *id;
  }
  if (options.area.empty()) return query;
  if (!is_area(options.area))
    return complain_of_usage(terminal,
                             {"--area 应为六位行政区划代码", "--area takes a code of six digits"});
  return query + "&area=" + options.area;
}

/// The checkpoint of @FILE; with keys, one that any of them signed.
Told<From> read_checkpoint_file(const std::string& file, const std::vector<LogKey>& keys,
                                Terminal& terminal) {
  const auto text = read_text_file(file, ledger::signed_note_bytes_max);
  if (!text) return complain(terminal, text.error());
  const auto note = ledger::read_note(*text);
  const auto checkpoint = note ? ledger::read_checkpoint(note->text) : std::nullopt;
  if (!checkpoint)
    return complain(terminal, ledger::Reason("CHECKPOINT_FORMAT", file + " 不是检查点",
                                             file + " is no checkpoint"));
  if (keys.empty()) return From{checkpoint->head.size, std::nullopt};
  for (const auto& key : keys)
    if (ledger::read_signed_checkpoint(*text, {&key, 1}))
      return From{checkpoint->head.size, checkpoint->head};
  return complain(terminal,
                  ledger::Reason("CHECKPOINT_NOT_SIGNED", file + " 不是该公钥签发的检查点",
                                 file + " is not a checkpoint that the key signed"));
}

Told<From> read_from(const std::string& from, const std::vector<LogKey>& keys, Terminal& terminal) {
  if (from.empty()) return From{};
  if (from.starts_with('@')) return read_checkpoint_file(from.substr(1), keys, terminal);
  if (const auto size = ledger::read_decimal(from)) return From{{*size}, std::nullopt};
  return complain_of_usage(terminal, {"--from 应为序号或存有检查点的 @文件",
                                      "--from takes a sequence, or @FILE with a checkpoint"});
}

Told<server::FollowOptions> read_follow_options(const TailOptions& options, Terminal& terminal) {
  auto keys = read_keys(options.keys, terminal);
  if (!keys) return keys.error();
  if (keys->empty())
    return complain_of_usage(
        terminal, {"--verify 须用 --key 给出账本的公钥", "--verify needs the ledger's key: --key"});
  const auto& name = name_of(keys->front());
  if (!std::ranges::all_of(*keys, [&](const auto& key) { return name_of(key) == name; }))
    return complain_of_usage(
        terminal, {"--key 给出的不是同一账本的公钥", "the keys of --key are not of one ledger"});
  server::FollowOptions follow{std::move(*keys)};
  const auto needed = read_needed(options.policy, terminal);
  if (!needed) return needed.error();
  if (!*needed) return follow;
  const auto& policy = (*needed)->policy;
  const bool is_named = std::ranges::any_of(follow.keys, [&](const LogKey& key) {
    const auto* ed25519 = std::get_if<ledger::NoteVerifier>(&key);
    return ed25519 != nullptr && policy.names_log(*ed25519);
  });
  if (!is_named)
    return complain(terminal, ledger::Reason("POLICY_LOG", "策略中没有该账本",
                                             "the policy does not name the log"));
  follow.policy = policy;
  follow.window = [needed = **needed] { return needed.window(); };
  return follow;
}

/// The log as it was followed before; nothing when it never was.
Told<std::optional<server::FollowedLog>> read_state(const TailOptions& options,
                                                    const std::vector<LogKey>& keys,
                                                    Terminal& terminal) {
  if (options.state.empty()) return std::optional<server::FollowedLog>();
  const auto text = ledger::read_file(options.state, server::followed_log_bytes_max);
  if (!text) return complain(terminal, text.error());
  if (!*text) return std::optional<server::FollowedLog>();
  auto log = server::read_followed_log(**text, keys);
  if (log) return log;
  return complain(
      terminal,
      ledger::Reason("STATE_UNREADABLE",
                     options.state + " 不是该公钥签发的已校验状态，或已被改动：不要删除了事",
                     options.state +
                         " is not a followed log that the key signed, or was changed: do not "
                         "delete it to get going"));
}

Told<EventFollower> make_follower(const TailOptions& options, Terminal& terminal) {
  auto follow = read_follow_options(options, terminal);
  if (!follow) return follow.error();
  auto log = read_state(options, follow->keys, terminal);
  if (!log) return log.error();
  const auto from = read_from(options.from, follow->keys, terminal);
  if (!from) return from.error();
  if (*log && !options.from.empty())
    return complain_of_usage(terminal,
                             {options.state + " 已有状态，从其后继续，不用 --from",
                              options.state + " is there and is gone on from: no --from"});
  if (*log) return EventFollower(std::move(*follow), std::move(**log));
  if (from->head) return EventFollower(std::move(*follow), *from->head);
  return EventFollower(std::move(*follow), from->size);
}

Exit run(const TailOptions& options, Terminal& terminal) {
  TailRequest request;
  const auto url = server::read_http_url(options.url);
  if (!url) return complain(terminal, url.error());
  auto tls = make_client_tls(options.tls, terminal);
  if (!tls) return tls.error();
  request.tls = std::move(*tls);
  if (url->is_secured && request.tls == nullptr)
    return complain_of_usage(terminal, {"https 须给出 --ca、--client-cert 和 --client-key",
                                        "https needs --ca, --client-cert and --client-key"});
  auto filters = read_filters(options, terminal);
  if (!filters) return filters.error();
  request.url = *url;
  request.filters = std::move(*filters);
  request.follows = !options.no_follow;
  request.json = options.json;
  std::optional<EventFollower> follower;
  if (options.verify) {
    auto made = make_follower(options, terminal);
    if (!made) return made.error();
    follower.emplace(std::move(*made));
    request.origin = name_of(follower->keys().front());
    request.log = options.state;
  } else {
    if (!options.keys.empty() || !options.state.empty() || !options.policy.file.empty() ||
        !options.policy.within.empty())
      return complain_of_usage(terminal, {"--key、--state、--policy 须与 --verify 同用",
                                          "--key, --state and --policy go with --verify"});
    const auto from = read_from(options.from, {}, terminal);
    if (!from) return from.error();
    request.from = from->size;
  }
  const StopOnSignals signals;
  return EventTail(std::move(request), std::move(follower), terminal).run(signals.token());
}

std::vector<Parameter> parameters_of(TailOptions& options) {
  std::vector<Parameter> out;
  out.push_back(word("URL",
                     {"账本服务的地址，如 https://ledger.example:8450",
                      "the ledger's server, such as https://ledger.example:8450"},
                     options.url));
  out.push_back(option("--from", "BASIS",
                       {"从该序号开始，或从 @文件 中的检查点之后开始；默认从头",
                        "begin at this sequence, or behind the checkpoint in @FILE; by default at "
                        "the first event"},
                       options.from));
  out.push_back(flag("--verify",
                     {"校验每条记录和每个检查点，有矛盾即停止",
                      "check every event and checkpoint, and stop at a contradiction"},
                     options.verify));
  out.push_back(keys_option(options.keys));
  out.push_back(file_option("--state",
                            {"保存已校验到何处的文件；下次从其后继续",
                             "file that keeps how far was verified; the next run goes on from it"},
                            options.state));
  add_policy_parameters(options.policy,
                        {"见证策略文件：检查点须有足够的共同签名才算数",
                         "witness policy: a checkpoint without enough cosignatures does not count"},
                        out);
  out.push_back(option(
      "--type", "TYPE",
      {"只要该类型的记录；见 kinledger schema", "only events of the type; see kinledger schema"},
      options.type));
  out.push_back(option("--person", "ID", {"只要涉及该人员编号的记录", "only events of the person"},
                       options.person));
  out.push_back(option("--unit", "ID", {"只要涉及该单位编号的记录", "only events of the unit"},
                       options.unit));
  out.push_back(option(
      "--area", "CODE",
      {"只要该行政区划内的记录", "only events of the division and what lies in it"}, options.area));
  out.push_back(flag("--no-follow",
                     {"到日志末尾即结束，不等新的记录", "end with the log, wait for nothing new"},
                     options.no_follow));
  for (auto& parameter : client_tls_parameters(options.tls)) out.push_back(std::move(parameter));
  out.push_back(json_flag(options.json));
  return out;
}

}  // namespace

Command tail_command() {
  auto options = std::make_shared<TailOptions>();
  Command command;
  command.name = "tail";
  command.says = {"接收并校验账本服务发出的记录流",
                  "follow the events that a ledger's server streams, and verify them"};
  command.details = {
      "每条记录一行，--json 时每行一个 JSON 对象。加 --verify 时不信任服务器：每条记录计入自己\n"
      "的 Merkle 树，与服务器所称的根和账本签署的检查点比较；一旦分叉、缺失、重排、重复或倒退，\n"
      "指出第一条不可信的记录并以 4 退出。筛选掉的记录只计哈希：是否该筛掉，只凭服务器之言。\n"
      "连接中断后从断处继续；SIGINT 保存状态后以 0 退出。",
      "A line for each event, of JSON with --json. With --verify the server is not believed: "
      "every\n"
      "event goes into a Merkle tree of one's own, which is compared with the roots that the "
      "server\n"
      "states and with the checkpoints that the log signed; a fork, a gap, another order, a\n"
      "repetition or a log that went back ends it with 4 and the first event that cannot be\n"
      "trusted. What filters leave out is hashed only: that it was left out rightly is the "
      "server's\n"
      "word. A broken connection is taken up where it was; SIGINT ends it with 0, the state kept."};
  command.examples = {
      "kinledger tail http://ledger.example:8450 --no-follow --json",
      "kinledger tail http://ledger.example:8450 --verify --key @city.keys --state city.followed"};
  command.parameters = parameters_of(*options);
  command.run = [options](Terminal& terminal) { return run(*options, terminal); };
  return command;
}

}  // namespace kinledger::tools

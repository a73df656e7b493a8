// verify: a file that a ledger gave out (tools/verify_file.h), or the whole ledger: hashes every
// event of a ledger again and compares with what was acknowledged. Opens the journal by itself: a
// ledger that is damaged cannot be opened otherwise, and it is then that the first bad event must
// be named.
#include "ledger/verify.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fstream>
#include <mutex>
#include <thread>

#include "ledger/journal.h"
#include "ledger/lock.h"
#include "ledger/mark.h"
#include "ledger/paths.h"
#include "ledger/restoring.h"
#include "projections/bundle.h"
#include "projections/reports/report_file.h"
#include "tools/commands.h"
#include "tools/complaint.h"
#include "tools/key_arguments.h"
#include "tools/open_ledger.h"
#include "tools/progress.h"
#include "tools/receipt.h"
#include "tools/text_file.h"
#include "tools/verify_derived.h"
#include "tools/verify_dossier.h"
#include "tools/verify_file.h"
#include "tools/verify_report.h"

namespace kinledger::tools {
namespace {

using ledger::Result;
using ledger::Verification;

struct VerifyOptions {
  LedgerArguments ledger;
  std::vector<std::string> keys;
  std::string leaf;
  std::string old;
  PolicyArguments policy;
  std::string compared;  ///< ledger that a report is compared with
  std::string events;    ///< file of events that it is made again from
  bool log_only = false;
  bool json = false;
};

/// The parts of a ledger directory that verification needs; their places: ledger/ledger.h.
struct Stored {
  std::unique_ptr<ledger::DirectoryLock> lock;
  std::unique_ptr<ledger::Journal> journal;
  Result<ledger::TreeHead> acknowledged = ledger::TreeHead{};
};

Result<ledger::TreeHead> read_acknowledged(const ledger::Paths& paths) {
  const auto id = ledger::read_ledger_id(paths.id());
  if (!id) return id.error();
  return ledger::Mark::read(paths.mark(), *id);
}

Result<Stored> open_stored(const LedgerArguments& arguments) {
  const ledger::Paths paths(arguments.directory, arguments.state);
  if (const auto found = ledger::find_ledger(paths); !found) return found.error();
  Stored stored;
  auto lock = ledger::DirectoryLock::acquire(paths.lock(), ledger::ledger_wait_ms);
  if (!lock) return lock.error();
  stored.lock = std::move(*lock);
  auto journal = ledger::Journal::open_to_read(paths.journal());
  if (!journal) return journal.error();
  stored.journal = std::move(*journal);
  stored.acknowledged = read_acknowledged(paths);
  return stored;
}

Result<Verification> verify_below(const Stored& stored, const ledger::TreeHead& expected,
                                  Terminal& terminal) {
  Progress progress(terminal, {"校验", "verifying"}, {"条", "events"});
  std::mutex drawing;
  ledger::VerifyOptions options;
  options.threads = std::max(1U, std::thread::hardware_concurrency());
  options.progress = [&](std::uint64_t done, std::uint64_t total) {
    const std::lock_guard lock(drawing);
    progress.update(done, total);
  };
  return ledger::verify(*stored.journal, expected, options);
}

/// All that is there, against the root that is stored with it.
Result<Verification> verify_itself(const Stored& stored, Terminal& terminal) {
  const auto size = stored.journal->size();
  const auto root = stored.journal->root(size);
  if (!root) return root.error();
  return verify_below(stored, {size, *root}, terminal);
}

/// What was acknowledged, and then what became durable behind it without being acknowledged.
Result<Verification> verify_stored(const Stored& stored, Terminal& terminal) {
  if (!stored.acknowledged) return verify_itself(stored, terminal);
  const auto size = stored.journal->size();
  const auto& acknowledged = *stored.acknowledged;
  if (size < acknowledged.size) {
    Verification lost;
    lost.damage = {{size.value},
                   "the journal ends here, but " + std::to_string(acknowledged.size.value) +
                       " events were acknowledged: restore a backup"};
    return lost;
  }
  auto verification = verify_below(stored, acknowledged, terminal);
  if (!verification || verification->damage || size == acknowledged.size) return verification;
  return verify_itself(stored, terminal);
}

void print_json(const Verification& log, const DerivedVerification& derived, bool log_only,
                Terminal& terminal) {
  boost::json::object out{{"verified", !log.damage && derived.wrong.empty()},
                          {"events", log.events},
                          {"eventBytes", log.event_bytes},
                          {"treeSize", log.head.size.value},
                          {"root", ledger::to_text(log.head.root)},
                          {"damage", nullptr}};
  if (!log_only) {
    out["subjectMaps"] = derived.subject_maps;
    out["persons"] = derived.persons;
    out["erased"] = derived.erased;
  }
  if (const auto& damage = log.damage)
    out["damage"] = {{"sequence", damage->sequence.value}, {"what", damage->what}};
  if (!derived.wrong.empty()) {
    out["damage"] = {{"sequence", nullptr}, {"what", derived.wrong}};
    if (derived.sequence) out["damage"].as_object()["sequence"] = derived.sequence->value;
  }
  terminal.print_line(boost::json::serialize(out));
}

void print_verified(const Verification& log, const DerivedVerification& derived, bool log_only,
                    Terminal& terminal) {
  const auto events = std::to_string(log.events);
  terminal.print_line(terminal.say(
      {"校验通过：" + events + " 条记录逐条重新计算，无一缺失或改动",
       "verified: all " + events + " events hashed again; none is missing or changed"}));
  terminal.print_line(to_words(log.head, terminal.language()));
  if (log_only) return;
  const auto maps = std::to_string(derived.subject_maps);
  Label persons{std::to_string(derived.persons) + " 人",
                "persons: " + std::to_string(derived.persons)};
  if (derived.erased != 0) {
    persons.zh += "，已删除 " + std::to_string(derived.erased) + " 人";
    persons.en += ", erased: " + std::to_string(derived.erased);
  }
  terminal.print_line(
      terminal.say({"与记录一致：主体目录（" + maps + " 份）、身份库（" + persons.zh + "）、投影",
                    "they agree with the subject maps (" + maps + "), the vault (" + persons.en +
                        ") and the projections"}));
}

Exit complain_of(const Label& what, std::string_view why, Terminal& terminal) {
  terminal.complain("kinledger: " + std::string(terminal.say(what)) + ": " + std::string(why));
  return Exit::not_verified;
}

/// `invalid` here is nothing that the user wrote: something beside the log could not be used.
Exit complain_of_derived(const DerivedVerification& derived, Terminal& terminal) {
  if (!derived.sequence)
    return complain_of({"未通过校验，日志本身完好", "not verified, though the log itself is whole"},
                       derived.wrong, terminal);
  const auto sequence = std::to_string(derived.sequence->value);
  return complain_of(
      {"未通过校验，日志本身完好；与序号 " + sequence + " 的记录矛盾",
       "not verified, though the log itself is whole; event " + sequence + " is contradicted"},
      derived.wrong, terminal);
}

Told<DerivedVerification> verify_the_rest(const VerifyOptions& options, Terminal& terminal) {
  auto opened = open_ledger(options.ledger, terminal);
  if (!opened) return opened.error();
  auto derived = verify_derived(*opened->archive, terminal);
  if (!derived) return complain(terminal, derived.error());
  return std::move(*derived);
}

std::string words_of_contradiction(const std::filesystem::path& checkpoint,
                                   const Terminal& terminal) {
  return std::string(terminal.say(
      {"账本与已签名的检查点 " + checkpoint.string() +
           " 不是同一历史，或少于它：不再签名，"
           "请恢复最新的备份",
       "the ledger does not continue the checkpoint in " + checkpoint.string() +
           ", which was signed: nothing is signed any more; restore the newest backup"}));
}

Exit verify_ledger(const VerifyOptions& options, Terminal& terminal) {
  auto stored = open_stored(options.ledger);
  if (!stored) return complain(terminal, stored.error());
  const auto log = verify_stored(*stored, terminal);
  if (!log) return complain(terminal, log.error());
  DerivedVerification derived;
  // Without a mark there is nothing that the log must be.
  if (!stored->acknowledged)
    derived.wrong = "nothing tells what was acknowledged: " + stored->acknowledged.error().what;
  if (!log->damage && derived.wrong.empty()) {
    const ledger::Paths paths(options.ledger.directory, options.ledger.state);
    const auto contradicted = ledger::contradicted_checkpoint(*stored->journal, paths);
    if (!contradicted) return complain(terminal, contradicted.error());
    if (*contradicted) derived.wrong = words_of_contradiction(**contradicted, terminal);
  }
  *stored = {};  // closed, to be opened as a ledger
  if (!log->damage && derived.wrong.empty() && !options.log_only) {
    auto verified = verify_the_rest(options, terminal);
    if (!verified) return verified.error();
    derived = std::move(*verified);
  }
  if (options.json) print_json(*log, derived, options.log_only, terminal);
  if (log->damage) {
    const auto sequence = std::to_string(log->damage->sequence.value);
    return complain_of(
        {"未通过校验；第一条不可信的记录：序号 " + sequence,
         "not verified; the first event that cannot be trusted is sequence " + sequence},
        log->damage->what, terminal);
  }
  if (!derived.wrong.empty()) return complain_of_derived(derived, terminal);
  if (!options.json) print_verified(*log, derived, options.log_only, terminal);
  return Exit::done;
}

Exit verify_given_report(const VerifyOptions& options, Terminal& terminal) {
  if (!options.leaf.empty() || !options.old.empty())
    return complain_of_usage(terminal,
                             {"报表不用 --leaf 和 --old", "no --leaf or --old for a report"});
  return verify_report({options.ledger.directory,
                        {options.compared, options.ledger.state},
                        options.events,
                        options.keys,
                        options.policy,
                        options.json},
                       terminal);
}

/// A report tells by itself that it is one; of the others a bundle begins with a brace.
Exit verify_given_file(const VerifyOptions& options, Terminal& terminal) {
  if (options.log_only)
    return complain_of_usage(terminal, {"--log-only 用于账本", "--log-only goes with a ledger"});
  if (projections::is_report_file(options.ledger.directory))
    return verify_given_report(options, terminal);
  if (!options.compared.empty() || !options.events.empty())
    return complain_of_usage(
        terminal, {"--ledger 和 --events 用于报表", "--ledger and --events go with a report"});
  const auto text = read_text_file(options.ledger.directory, projections::bundle_bytes_max);
  if (!text) return complain(terminal, text.error());
  if (!text->starts_with('{'))
    return verify_file(
        *text, {options.keys, options.leaf, options.old, options.policy, options.json}, terminal);
  if (!options.leaf.empty() || !options.old.empty())
    return complain_of_usage(terminal,
                             {"证据包不用 --leaf 和 --old", "no --leaf or --old for a bundle"});
  return verify_bundles(*text, {options.keys, options.policy, options.json}, terminal);
}

Exit run(const VerifyOptions& options, Terminal& terminal) {
  const auto& named = options.ledger.directory;
  std::error_code ignored;
  if (std::filesystem::exists(named, ignored) && !std::filesystem::is_directory(named, ignored))
    return verify_given_file(options, terminal);
  if (!options.keys.empty() || !options.leaf.empty() || !options.old.empty() ||
      !options.policy.file.empty() || !options.policy.within.empty() || !options.compared.empty() ||
      !options.events.empty())
    return complain_of_usage(
        terminal,
        {"--key、--leaf、--old、--policy、--ledger、--events 用于验证文件，" + named + " 不是文件",
         "--key, --leaf, --old, --policy, --ledger and --events go with a file, and " + named +
             " is none"});
  return verify_ledger(options, terminal);
}

}  // namespace

Command verify_command() {
  auto options = std::make_shared<VerifyOptions>();
  Command command;
  command.name = "verify";
  command.says = {"校验整个账本，或一份证据包、报表、证明、检查点",
                  "verify a whole ledger, a bundle, a report, a proof or a checkpoint"};
  command.details = {
      "账本：每条记录重新计算哈希，与已确认的根比较，并指出第一条不可信的记录；再校验主体目录、\n"
      "身份库和投影。文件离线验证。证据包：只凭文件本身重新得出答复。报表：各行与清单比较，再由\n"
      "账本（--ledger）或事件文件（--events，或同名的 .events）重新生成，并指出第一个不符的行。\n"
      "tlog-proof（另需 --leaf）、一致性证明（另需 --old）、检查点：均须 --key。通过时退出码\n"
      "为 0，未通过为 4。",
      "A ledger: every event is hashed again and compared with the acknowledged root, and the\n"
      "first bad event is named; then the subject maps, the vault and the projections. Files need\n"
      "no ledger. A bundle: the answer is judged again from the file alone. A report: its rows\n"
      "against its manifest, and made again from the ledger (--ledger) or from the file of events\n"
      "(--events, or the one beside it), the first row that differs named. A tlog-proof (with\n"
      "--leaf), a consistency proof (with --old), a checkpoint: each needs --key. Ends with 0\n"
      "when verified, 4 when not."};
  command.examples = {"kinledger verify city",
                      "kinledger verify city --log-only --json",
                      "kinledger verify status.bundle --key @city.keys",
                      "kinledger verify migration.xlsx --ledger city",
                      "kinledger verify 118.tlog-proof --key @city.keys --leaf 118.event",
                      "kinledger verify city.consistency --key @city.keys --old old.checkpoint"};
  command.parameters = ledger_parameters(options->ledger);
  auto& named = command.parameters.front();
  named.name = "LEDGER|FILE";
  named.says = {"账本目录，或要验证的文件；设置了 $KINLEDGER 时可省略",
                "directory of the ledger, or the file to verify; may be left out where $KINLEDGER "
                "names a ledger"};
  named.offer = Parameter::Offer::files;
  command.parameters.push_back(keys_option(options->keys));
  command.parameters.push_back(file_option(
      "--leaf", {"记录的原始字节（prove --leaf）", "the event's stored bytes (prove --leaf)"},
      options->leaf));
  command.parameters.push_back(file_option(
      "--old", {"此前保存的检查点", "the older checkpoint that was kept"}, options->old));
  add_policy_parameters(
      options->policy,
      {"见证策略文件：检查点须有足够的共同签名", "witness policy: the checkpoint must be cosigned"},
      command.parameters);
  auto compared = option("--ledger", "DIR",
                         {"报表所出的账本：由它重新生成并比较",
                          "the ledger that a report is of: made again from it and compared"},
                         options->compared);
  compared.offer = Parameter::Offer::directories;
  command.parameters.push_back(std::move(compared));
  command.parameters.push_back(file_option(
      "--events",
      {"事件文件（report --prove）：报表由它重新生成并比较",
       "file of events (report --prove): the report is made again from it and compared"},
      options->events));
  command.parameters.push_back(
      flag("--log-only",
           {"只校验日志，不校验主体目录、身份库和投影",
            "only the log, not the subject maps, the vault and the projections"},
           options->log_only));
  command.parameters.push_back(json_flag(options->json));
  command.run = [options](Terminal& terminal) { return run(*options, terminal); };
  return command;
}

}  // namespace kinledger::tools

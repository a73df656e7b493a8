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
#include "tools/commands.h"
#include "tools/complaint.h"
#include "tools/open_ledger.h"
#include "tools/progress.h"
#include "tools/receipt.h"
#include "tools/verify_file.h"

namespace kinledger::tools {
namespace {

using ledger::Error;
using ledger::Failure;
using ledger::Result;
using ledger::Verification;

constexpr int lock_wait_ms = 10'000;

struct Options {
  LedgerArguments ledger;
  std::vector<std::string> keys;
  std::string leaf;
  std::string old;
  bool json = false;
};

/// The parts of a ledger directory that verification needs; their places: ledger/ledger.h.
struct Stored {
  std::unique_ptr<ledger::DirectoryLock> lock;
  ledger::TreeHead acknowledged;
  std::unique_ptr<ledger::Journal> journal;
};

Result<Stored> open_stored(const LedgerArguments& arguments) {
  const ledger::Paths paths(arguments.directory, arguments.state);
  std::error_code ignored;
  if (!std::filesystem::exists(paths.journal(), ignored))
    return Error{Failure::invalid, "there is no ledger at " + arguments.directory};
  Stored stored;
  auto lock = ledger::DirectoryLock::acquire(paths.lock(), lock_wait_ms);
  if (!lock) return lock.error();
  stored.lock = std::move(*lock);
  const auto id = ledger::read_ledger_id(paths.id());
  if (!id) return id.error();
  const auto mark = ledger::Mark::open(paths.mark(), *id);
  if (!mark) return mark.error();
  stored.acknowledged = (*mark)->head();
  auto journal = ledger::Journal::open(paths.journal());
  if (!journal) return journal.error();
  stored.journal = std::move(*journal);
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

/// What was acknowledged, and then what became durable behind it without being acknowledged.
Result<Verification> verify_stored(const Stored& stored, Terminal& terminal) {
  const auto size = stored.journal->size();
  if (size < stored.acknowledged.size) {
    Verification lost;
    lost.damage = {{size.value},
                   "the journal ends here, but " + std::to_string(stored.acknowledged.size.value) +
                       " events were acknowledged: restore a backup"};
    return lost;
  }
  auto verification = verify_below(stored, stored.acknowledged, terminal);
  if (!verification || verification->damage || size == stored.acknowledged.size)
    return verification;
  const auto root = stored.journal->root(size);
  if (!root) return root.error();
  return verify_below(stored, {size, *root}, terminal);
}

void print(const Verification& verification, bool json, Terminal& terminal) {
  if (json) {
    boost::json::object out{{"verified", !verification.damage},
                            {"events", verification.events},
                            {"eventBytes", verification.event_bytes},
                            {"treeSize", verification.head.size.value},
                            {"root", ledger::to_text(verification.head.root)},
                            {"damage", nullptr}};
    if (const auto& damage = verification.damage)
      out["damage"] = {{"sequence", damage->sequence.value}, {"what", damage->what}};
    terminal.print_line(boost::json::serialize(out));
    return;
  }
  if (verification.damage) return;
  const auto events = std::to_string(verification.events);
  terminal.print_line(terminal.say(
      {"校验通过：" + events + " 条记录逐条重新计算，无一缺失或改动",
       "verified: all " + events + " events hashed again; none is missing or changed"}));
  terminal.print_line(to_words(verification.head, terminal.language()));
}

Exit verify_ledger(const Options& options, Terminal& terminal) {
  const auto stored = open_stored(options.ledger);
  if (!stored) return complain(terminal, stored.error());
  const auto verification = verify_stored(*stored, terminal);
  if (!verification) return complain(terminal, verification.error());
  print(*verification, options.json, terminal);
  if (!verification->damage) return Exit::done;
  const auto sequence = std::to_string(verification->damage->sequence.value);
  terminal.complain("kinledger: " +
                    std::string(terminal.say({"未通过校验；第一条不可信的记录：序号 " + sequence,
                                              "not verified; the first event that cannot be "
                                              "trusted is sequence " +
                                                  sequence})) +
                    ": " + verification->damage->what);
  return Exit::not_verified;
}

Exit run(const Options& options, Terminal& terminal) {
  const auto& named = options.ledger.directory;
  std::error_code ignored;
  if (std::filesystem::exists(named, ignored) && !std::filesystem::is_directory(named, ignored))
    return verify_file({named, options.keys, options.leaf, options.old, options.json}, terminal);
  if (!options.keys.empty() || !options.leaf.empty() || !options.old.empty())
    return complain_of_usage(terminal,
                             {"--key、--leaf、--old 用于验证文件，" + named + " 不是文件",
                              "--key, --leaf and --old go with a file, and " + named + " is none"});
  return verify_ledger(options, terminal);
}

}  // namespace

Command verify_command() {
  auto options = std::make_shared<Options>();
  Command command;
  command.name = "verify";
  command.says = {"校验整个账本，指出第一条不可信的记录；或离线验证一份证明",
                  "verify a whole ledger, naming the first bad event, or a proof, offline"};
  command.details = {
      "文件可为检查点、tlog-proof（另需 --leaf）、一致性证明（另需 --old）；均须 --key。\n"
      "通过时退出码为 0，未通过为 4。",
      "A file is a checkpoint, a tlog-proof (with --leaf) or a consistency proof (with --old);\n"
      "each needs --key. Ends with 0 when verified, with 4 when not."};
  command.examples = {"kinledger verify city", "kinledger verify city --json",
                      "kinledger verify 118.tlog-proof --key @city.keys --leaf 118.event",
                      "kinledger verify city.consistency --key @city.keys --old old.checkpoint"};
  command.parameters = ledger_parameters(options->ledger);
  auto& named = command.parameters.front();
  named.name = "LEDGER|FILE";
  named.says = {"账本目录，或要验证的文件；设置了 $KINLEDGER 时可省略",
                "directory of the ledger, or the file to verify; may be left out where $KINLEDGER "
                "names a ledger"};
  named.offer = Parameter::Offer::files;
  command.parameters.push_back({"--key",
                                "KEY|@FILE",
                                {"账本的公钥（checkpoint --key）或公钥文件；可多次给出，均须已签名",
                                 "public key of the ledger (checkpoint --key), or a file of them; "
                                 "may be given several times, all must have signed"},
                                &options->keys});
  command.parameters.back().offer = Parameter::Offer::files;
  command.parameters.push_back(file_option(
      "--leaf", {"记录的原始字节（prove --leaf）", "the event's stored bytes (prove --leaf)"},
      options->leaf));
  command.parameters.push_back(file_option(
      "--old", {"此前保存的检查点", "the older checkpoint that was kept"}, options->old));
  command.parameters.push_back(json_flag(options->json));
  command.run = [options](Terminal& terminal) { return run(*options, terminal); };
  return command;
}

}  // namespace kinledger::tools

// restore: a ledger out of a backup. accept-loss: go on without events that no backup has.
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "ledger/directory.h"
#include "ledger/lock.h"
#include "ledger/log_lines.h"
#include "ledger/paths.h"
#include "ledger/private_file.h"
#include "ledger/restoring.h"
#include "tools/backup_arguments.h"
#include "tools/commands.h"
#include "tools/complaint.h"
#include "tools/open_ledger.h"
#include "tools/progress.h"

namespace kinledger::tools {
namespace {

namespace fs = std::filesystem;
using ledger::Error;
using ledger::Failure;
using ledger::Result;

constexpr std::string_view newest = "latest";
constexpr std::string_view unknown = "unknown";

struct RestoreOptions {
  BackupArguments backups;
  std::string directory;
  std::string state;
  std::string id;
  std::string keys;
  bool json = false;
};

const ledger::Backup* find(const ledger::Backups& backups, const std::string& id) {
  if (id == newest) return backups.all().empty() ? nullptr : &backups.all().back();
  const auto number = ledger::read_decimal(id);
  return number ? backups.find(*number) : nullptr;
}

/// The keys must be there, and of this ledger, before anything is written.
Result<void> check_state(const ledger::Paths& paths, const ledger::Backup& backup,
                         const std::string& keys) {
  if (!keys.empty() && !ledger::holds_nothing(paths.state))
    return Error{Failure::conflict, paths.state.string() +
                                        " exists already and is not empty: leave --keys out to "
                                        "use it"};
  const auto from = keys.empty() ? paths.state : fs::path(keys);
  const auto id = ledger::read_ledger_id(from / "ledger.id");
  if (!id)
    return Error{Failure::invalid, "there are no keys in " + from.string() +
                                       ": give the copy of the keys (--keys) or the state "
                                       "directory (--state)"};
  if (*id != backup.ledger)
    return Error{Failure::invalid,
                 "the keys in " + from.string() + " are of another ledger than " + backup.origin};
  return {};
}

struct Restored {
  ledger::Standing ledger;
  std::optional<ledger::Standing> access;

  bool is_whole() const { return ledger.is_whole() && (!access || access->is_whole()); }
};

Result<ledger::Standing> restore_one(const ledger::Backups& backups, const ledger::Backup& backup,
                                     const ledger::Paths& paths) {
  if (const auto restored = backups.restore(backup, paths.directory); !restored)
    return restored.error();
  const auto journal = ledger::Journal::open(paths.journal());
  if (!journal) return journal.error();
  return ledger::standing_of(**journal, paths);
}

/// Ledger and access journal, below a directory that is made. `state` is where the keys are now.
Result<Restored> restore_into(const fs::path& directory, const fs::path& state,
                              const ledger::Backups& backups, const ledger::Backup& backup,
                              const ledger::BackupPlaces& places) {
  const ledger::Paths paths(directory, state);
  auto standing = restore_one(backups, backup, paths);
  if (!standing) return standing.error();
  Restored restored{*standing, {}};
  if (backup.access == 0) return restored;
  const auto access_places = ledger::access_places(places);
  const auto of_access = ledger::Backups::open(access_places);
  if (!of_access) return of_access.error();
  const auto* const access = of_access->find(backup.access);
  if (access == nullptr)
    return Error{Failure::corrupt,
                 "the backup of the access journal is missing in " + access_places.journal.string(),
                 "备份中缺少查阅日志：" + access_places.journal.string()};
  standing = restore_one(*of_access, *access, paths.access());
  if (!standing) return standing.error();
  restored.access = *standing;
  return restored;
}

/// In a directory of its own first. It gets the ledger's name when it is whole and was compared
/// with what is known beside it: a restoration that was interrupted is not taken for a ledger.
Result<Restored> restore_all(const ledger::Backups& backups, const ledger::Backup& backup,
                             const RestoreOptions& options) {
  const ledger::Paths paths(options.directory, options.state);
  const auto made = paths.restoring();
  const auto state = options.keys.empty() ? paths.state : fs::path(options.keys);
  std::error_code error;
  fs::remove_all(made, error);
  auto restored = restore_into(made, state, backups, backup, options.backups.places());
  if (restored && !options.keys.empty())
    if (const auto copied = ledger::copy_keys(options.keys, paths.state); !copied)
      restored = copied.error();
  if (!restored) {
    fs::remove_all(made, error);
    return restored.error();
  }
  fs::rename(made, paths.directory, error);
  if (error)
    return Error{Failure::unavailable,
                 paths.directory.string() + " cannot be made: " + error.message()};
  if (const auto synced = ledger::sync_directory_of(paths.directory); !synced)
    return synced.error();
  return restored;
}

/// What the office has to know before the ledger may be used; nothing when it may.
void tell_loss(const ledger::Standing& standing, const std::string& directory,
               const std::string& state, Terminal& terminal) {
  if (standing.is_whole()) return;
  const auto with = (state.empty() ? "" : " --state " + state);
  const auto lost = std::to_string(standing.lost());
  if (standing.acknowledged)
    terminal.complain(std::string(terminal.say(
        {directory + "：缺少 " + lost +
             " 条已确认的记录，账本不再登记也不再签名。请恢复更新的备份；若没有：kinledger "
             "accept-loss " +
             directory + with + " --events " + lost,
         directory + ": " + lost +
             " acknowledged events are missing, and nothing is recorded or signed. Restore a newer "
             "backup; when there is none: kinledger accept-loss " +
             directory + with + " --events " + lost})));
  else
    terminal.complain(std::string(terminal.say(
        {directory +
             "：没有水位，无从知道此备份之后是否登记过。确认没有更新的备份后：kinledger "
             "accept-loss " +
             directory + with + " --events unknown",
         directory +
             ": there is no mark, and nothing tells what was recorded after this backup. When "
             "there "
             "is no newer one: kinledger accept-loss " +
             directory + with + " --events unknown"})));
}

void tell_checkpoint(const ledger::Standing& standing, Terminal& terminal) {
  if (!standing.is_behind_checkpoint()) return;
  const auto size = std::to_string(standing.signed_last->value);
  terminal.complain(std::string(
      terminal.say({"已签发过 " + size + " 条记录的检查点：在恢复含有这些记录的备份之前不再签名",
                    "a checkpoint of " + size +
                        " events was signed: nothing is signed until a backup with those events is "
                        "restored"})));
}

/// Projections are derived, and made again now rather than at the first question.
Told<void> rebuild(const RestoreOptions& options, Terminal& terminal) {
  auto opened = open_ledger({options.directory, options.state}, terminal);
  if (!opened) return opened.error();
  Progress progress(terminal, {"重建", "rebuilding"}, {"条", "events"});
  const auto rebuilt =
      opened->archive->projector().rebuild([&](std::uint64_t done, std::uint64_t total) {
        progress.update(done, total);
        return true;
      });
  if (!rebuilt) return complain(terminal, rebuilt.error());
  return {};
}

Exit run(const RestoreOptions& options, Terminal& terminal) {
  const auto places = options.backups.places();
  const auto backups = ledger::Backups::open(places);
  if (!backups) return complain(terminal, backups.error());
  const auto* const backup = find(*backups, options.id);
  if (backup == nullptr)
    return complain(terminal, ledger::Reason("BACKUP_UNKNOWN",
                                             places.journal.string() + " 中没有备份 " + options.id +
                                                 "；kinledger backups 列出全部备份",
                                             "there is no backup " + options.id + " in " +
                                                 places.journal.string() +
                                                 "; kinledger backups lists what there is"));
  const ledger::Paths paths(options.directory, options.state);
  if (!ledger::holds_nothing(paths.directory))
    return complain(
        terminal,
        ledger::Reason("RESTORE_NOT_EMPTY", options.directory + " 已存在且不为空；请恢复到新目录",
                       options.directory + " exists already and is not empty: restore "
                                           "into a new directory"));
  if (const auto checked = check_state(paths, *backup, options.keys); !checked)
    return complain(terminal, checked.error());
  const auto restored = restore_all(*backups, *backup, options);
  if (!restored) return complain(terminal, restored.error());
  if (restored->is_whole())
    if (const auto rebuilt = rebuild(options, terminal); !rebuilt) return rebuilt.error();
  if (options.json)
    terminal.print_line(
        boost::json::serialize(boost::json::object{{"number", backup->number},
                                                   {"treeSize", backup->head.size.value},
                                                   {"root", ledger::to_text(backup->head.root)},
                                                   {"missing", restored->ledger.lost()},
                                                   {"opens", restored->is_whole()}}));
  else
    terminal.print_line(to_words(*backup, backups->bytes(*backup), terminal));
  tell_loss(restored->ledger, options.directory, options.state, terminal);
  if (restored->access) {
    const auto access = paths.access();
    tell_loss(*restored->access, access.directory.string(), access.state.string(), terminal);
  }
  tell_checkpoint(restored->ledger, terminal);
  return restored->is_whole() && !restored->ledger.is_behind_checkpoint() ? Exit::done
                                                                          : Exit::something_to_see;
}

struct AcceptOptions {
  LedgerArguments ledger;
  std::string events;
};

Exit accept(const AcceptOptions& options, Terminal& terminal) {
  const auto lost = ledger::read_decimal(options.events);
  if (!lost && options.events != unknown)
    return complain_of_usage(terminal, {"--events 须为缺少的记录数，或 unknown",
                                        "--events is the number of events that are missing, or "
                                        "unknown"});
  const ledger::Paths paths(options.ledger.directory, options.ledger.state);
  if (const auto found = ledger::find_ledger(paths); !found)
    return complain(terminal, found.error());
  const auto lock = ledger::DirectoryLock::acquire(paths.lock(), ledger::ledger_wait_ms);
  if (!lock) return complain(terminal, lock.error());
  const auto journal = ledger::Journal::open(paths.journal());
  if (!journal) return complain(terminal, journal.error());
  const auto standing = ledger::accept_loss(**journal, paths, lost);
  if (!standing) return complain(terminal, standing.error());
  const auto size = std::to_string(standing->size.value);
  terminal.print_line(terminal.say({"已接受：账本从 " + size + " 条记录起继续",
                                    "accepted: the ledger goes on from " + size + " events"}));
  terminal.print_line(terminal.say(
      {"备份之后如登记过删除或限制处理，均不再有效，已删除的人又在身份库中：请重新办理"
       "（kinledger erase、restrict），再运行 kinledger compact",
       "where erasures or restrictions were recorded after the backup they hold no longer, and "
       "whoever was erased is in the vault again: carry them out again (kinledger erase, "
       "restrict), then run kinledger compact"}));
  tell_checkpoint(*standing, terminal);
  return standing->is_behind_checkpoint() ? Exit::something_to_see : Exit::done;
}

}  // namespace

Command restore_command() {
  auto options = std::make_shared<RestoreOptions>();
  Command command;
  command.name = "restore";
  command.says = {"从备份恢复账本", "restore a ledger from a backup"};
  command.details = {
      "只恢复到空目录；逐一核对文件，每条记录重新计算哈希，再与水位和最近的检查点比较，最后重建\n"
      "投影。比水位旧的备份照样恢复，但账本不再登记也不再签名，直到 accept-loss。",
      "Into an empty directory only. Every file is checked, every event hashed again, and the\n"
      "result compared with the mark and the newest checkpoint; then the projections are made\n"
      "again. A backup older than the mark is restored too, but the ledger neither records nor\n"
      "signs until accept-loss."};
  command.examples = {"kinledger restore /backup/city city --id 3 --vault /safe/city",
                      "kinledger restore /backup/city city --id latest --keys /safe/city-keys"};
  command.parameters = {backup_word(options->backups)};
  auto ledger =
      word("LEDGER", {"账本目录：须为空或不存在", "directory of the ledger: empty, or none"},
           options->directory);
  ledger.offer = Parameter::Offer::directories;
  command.parameters.push_back(std::move(ledger));
  auto id = option("--id", "N|latest", {"哪一份备份", "which backup"}, options->id);
  id.required = true;
  command.parameters.push_back(std::move(id));
  command.parameters.push_back(backup_vault_option(options->backups));
  auto keys = option("--keys", "DIR",
                     {"密钥的备份（backup --keys）；省略时用现有的 --state",
                      "copy of the keys (backup --keys); left out, --state is there already"},
                     options->keys);
  keys.offer = Parameter::Offer::directories;
  command.parameters.push_back(std::move(keys));
  LedgerArguments names;
  auto state = state_option(names);
  state.into = &options->state;
  command.parameters.push_back(std::move(state));
  command.parameters.push_back(json_flag(options->json));
  command.run = [options](Terminal& terminal) { return run(*options, terminal); };
  return command;
}

Command accept_loss_command() {
  auto options = std::make_shared<AcceptOptions>();
  Command command;
  command.name = "accept-loss";
  command.says = {"接受已确认的记录确已丢失，账本继续",
                  "accept that acknowledged events are lost, and go on"};
  command.details = {
      "只在没有更新的备份时使用，并须写明丢失的记录数。原水位保存为 mark.lost-N。已签发的检查点\n"
      "不因此失效：账本若少于检查点所说的记录数，就不再签名，须另立新账本（新来源名、新密钥）。\n"
      "备份之后登记的删除和限制处理须重新办理。",
      "For when no newer backup is left; the number of lost events has to be stated. The mark is\n"
      "kept as mark.lost-N. A checkpoint that was signed binds as before: a ledger with fewer\n"
      "events than it says signs nothing more, and a new log (new origin, new key) follows it.\n"
      "Erasures and restrictions recorded after the backup have to be carried out again."};
  command.examples = {"kinledger accept-loss city --events 12"};
  command.parameters = ledger_parameters(options->ledger);
  auto events = option("--events", "N|unknown",
                       {"丢失的记录数；没有水位时为 unknown",
                        "how many events are lost; unknown where there is no mark"},
                       options->events);
  events.required = true;
  command.parameters.push_back(std::move(events));
  command.run = [options](Terminal& terminal) { return accept(*options, terminal); };
  return command;
}

}  // namespace kinledger::tools

// backup and backups: copies of a ledger, and what there is of them.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "ledger/log_lines.h"
#include "ledger/paths.h"
#include "server/access_log.h"
#include "tools/access_record.h"
#include "tools/backup_arguments.h"
#include "tools/commands.h"
#include "tools/complaint.h"
#include "tools/open_ledger.h"
#include "tools/progress.h"

namespace kinledger::tools {
namespace {

struct BackupOptions {
  LedgerArguments ledger;
  BackupArguments backups;
  std::string keys;
  std::string keep;
  bool json = false;
};

boost::json::object object_of(const ledger::Backup& backup, std::uint64_t bytes) {
  return {{"number", backup.number},
          {"origin", backup.origin},
          {"takenAt", ledger::to_text(backup.taken_at)},
          {"treeSize", backup.head.size.value},
          {"root", ledger::to_text(backup.head.root)},
          {"bytes", bytes}};
}

std::optional<Exit> refuse_places(const BackupOptions& options, const ledger::BackupPlaces& places,
                                  Terminal& terminal) {
  if (const auto refused = refuse_vault_within(options.backups, "--vault", terminal))
    return refused;
  const std::filesystem::path keys = options.keys;
  for (const auto& place : {places.journal, places.vault, keys})
    if (const auto refused = refuse_within_ledger(place, options.ledger, terminal)) return refused;
  for (const auto& place : {places.journal, places.vault})
    if (!keys.empty() && (is_within(keys, place) || is_within(place, keys)))
      return complain_of_usage(
          terminal, {"--keys 须与备份分开存放：" + place.string(),
                     "--keys must be a place apart from the backups: " + place.string()});
  return std::nullopt;
}

Exit run(const BackupOptions& options, Terminal& terminal) {
  const auto places = options.backups.places();
  if (const auto refused = refuse_places(options, places, terminal)) return *refused;
  const auto keep = read_keep(options.keep);
  if (!keep) return complain_of_keep(terminal);
  auto opened = open_ledger(options.ledger, terminal);
  if (!opened) return opened.error();
  const auto access = open_access_log(*opened, terminal);
  if (!access) return access.error();
  auto& ledger = opened->archive->ledger();
  std::optional<ledger::Backup> backup;
  {
    Progress progress(terminal, {"备份", "backing up"}, {"MB", "MB"});
    const auto added =
        ledger::back_up({ledger, &(*access)->ledger(), places, *keep,
                         [&](std::uint64_t done, std::uint64_t total) {
                           progress.update(done / bytes_per_megabyte, total / bytes_per_megabyte);
                         }},
                        *opened->random);
    if (!added) return complain(terminal, added.error());
    backup = *added;
  }
  if (!options.keys.empty()) {
    const ledger::Paths paths(options.ledger.directory, options.ledger.state);
    if (const auto copied = ledger::copy_keys(paths.state, options.keys); !copied)
      return complain(terminal, copied.error());
  }
  const auto backups = ledger::Backups::open(places);
  if (!backups) return complain(terminal, backups.error());
  const auto bytes = backups->bytes(*backup);
  terminal.print_line(options.json ? boost::json::serialize(object_of(*backup, bytes))
                                   : to_words(*backup, bytes, terminal));
  return Exit::done;
}

struct ListOptions {
  BackupArguments backups;
  std::string id;
  bool verify = false;
  bool json = false;
};

/// Reads every file of a backup, and of that of the access journal with it.
ledger::Result<void> verify(const ledger::Backups& backups, const ledger::Backup& backup,
                            const ledger::BackupPlaces& places) {
  if (const auto verified = backups.verify(backup); !verified) return verified.error();
  if (backup.access == 0) return {};
  const auto access = ledger::Backups::open(ledger::access_places(places));
  if (!access) return access.error();
  const auto* const of_access = access->find(backup.access);
  if (of_access == nullptr)
    return ledger::Error{ledger::Failure::corrupt, "the backup of the access journal is missing",
                         "备份中缺少查阅日志"};
  return access->verify(*of_access);
}

Exit list(const ListOptions& options, Terminal& terminal) {
  const auto places = options.backups.places();
  const auto backups = ledger::Backups::open(places);
  if (!backups) return complain(terminal, backups.error());
  const auto wanted = ledger::read_decimal(options.id).value_or(0);  // 0: all
  if (!options.id.empty() && backups->find(wanted) == nullptr)
    return complain(terminal, ledger::Error{ledger::Failure::invalid,
                                            "there is no backup of that number: " + options.id});
  auto ended = Exit::done;
  for (const auto& backup : backups->all()) {
    if (wanted != 0 && wanted != backup.number) continue;
    const auto bytes = backups->bytes(backup);
    auto object = object_of(backup, bytes);
    if (options.verify) {
      const auto verified = verify(*backups, backup, places);
      object["verified"] = verified.has_value();
      if (!verified) ended = complain(terminal, verified.error());
      if (!verified && !options.json) continue;
    }
    terminal.print_line(options.json ? boost::json::serialize(object)
                                     : to_words(backup, bytes, terminal));
  }
  return ended;
}

}  // namespace

Command backup_command() {
  auto options = std::make_shared<BackupOptions>();
  Command command;
  command.name = "backup";
  command.says = {"备份账本", "back the ledger up"};
  command.details = {
      "只复制新增的文件，写完后逐一读回核对。日志与身份库取自同一时刻，分放两处；查阅登记簿一并备\n"
      "份；投影不备份，恢复时重建。密钥和水位不在其中：--keys 把密钥另存一处（一次即可，换密钥后\n"
      "再存）。",
      "Copies the files that are new, and reads each of them again. Journal and vault are of one\n"
      "moment, and go to two places; the access journal goes with them. Projections do not:\n"
      "restore makes them again. Neither do keys: --keys copies them to a place of their own, "
      "once,\n"
      "and again when one changes."};
  command.examples = {"kinledger backup city /backup/city --vault /safe/city --keep 14",
                      "kinledger backup city /backup/city --keys /safe/city-keys"};
  command.parameters = ledger_parameters(options->ledger);
  command.parameters.push_back(backup_word(options->backups));
  command.parameters.push_back(backup_vault_option(options->backups));
  auto keys = option("--keys", "DIR",
                     {"把密钥复制到此空目录，须与备份分开存放",
                      "copy the keys into this empty directory, apart from the backups"},
                     options->keys);
  keys.offer = Parameter::Offer::directories;
  command.parameters.push_back(std::move(keys));
  command.parameters.push_back(keep_option(options->keep));
  command.parameters.push_back(json_flag(options->json));
  command.run = [options](Terminal& terminal) { return run(*options, terminal); };
  return command;
}

Command backups_command() {
  auto options = std::make_shared<ListOptions>();
  Command command;
  command.name = "backups";
  command.says = {"列出备份，或逐一核对其文件", "list the backups, or check every file of them"};
  command.details = {
      "核对不需要账本，也不需要密钥。损坏的文件会被指出，退出码为 4。",
      "Checking needs neither the ledger nor a key. A damaged file is named, and the "
      "exit is 4."};
  command.examples = {"kinledger backups /backup/city --vault /safe/city",
                      "kinledger backups /backup/city --verify --id 3"};
  command.parameters = {backup_word(options->backups), backup_vault_option(options->backups)};
  command.parameters.push_back(
      flag("--verify", {"读取并核对每个文件", "read and check every file"}, options->verify));
  command.parameters.push_back(option("--id", "N", {"只看这一份", "this one only"}, options->id));
  command.parameters.push_back(json_flag(options->json));
  command.run = [options](Terminal& terminal) { return list(*options, terminal); };
  return command;
}

}  // namespace kinledger::tools

// compact: writes the vault's files anew, so that what was erased is in none of them.
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <filesystem>

#include "ledger/directory.h"
#include "ledger/lock.h"
#include "ledger/paths.h"
#include "ledger/private_file.h"
#include "ledger/vault_store.h"
#include "tools/commands.h"
#include "tools/complaint.h"
#include "tools/open_ledger.h"

namespace kinledger::tools {
namespace {

using ledger::Result;

struct CompactOptions {
  LedgerArguments ledger;
  bool json = false;
};

/// A backup or a restoration that was killed leaves the vault's rows of its moment behind.
Result<void> remove_leftovers(const ledger::Paths& paths) {
  for (const auto& left : {paths.link_scratch(), paths.restoring()}) {
    std::error_code error;
    const auto removed = std::filesystem::remove_all(left, error);
    if (error)
      return ledger::Error{ledger::Failure::unavailable,
                           left.string() + " cannot be removed: " + error.message()};
    if (removed == 0) continue;
    if (const auto synced = ledger::sync_directory_of(left); !synced) return synced.error();
  }
  return {};
}

/// The vault of one ledger that nobody has open. Gives the bytes that it takes now.
Result<std::uint64_t> compact_vault(const ledger::Paths& paths) {
  const auto lock = ledger::DirectoryLock::acquire(paths.lock(), ledger::ledger_wait_ms);
  if (!lock) return lock.error();
  if (const auto removed = remove_leftovers(paths); !removed) return removed.error();
  if (const auto compacted = ledger::VaultStore::compact(paths.vault()); !compacted)
    return compacted.error();
  return ledger::bytes_in(paths.vault());
}

/// Whoever is still in the vault against what the log says goes first.
Told<std::uint64_t> erase_again(const LedgerArguments& arguments, Terminal& terminal) {
  auto opened = open_ledger(arguments, terminal);
  if (!opened) return opened.error();
  auto& ledger = opened->archive->ledger();
  const auto erased = ledger.apply_erasures();
  if (!erased) return complain(terminal, erased.error());
  return *erased + ledger.erased_at_start();
}

Exit run(const CompactOptions& options, Terminal& terminal) {
  const auto erased = erase_again(options.ledger, terminal);
  if (!erased) return erased.error();
  const ledger::Paths paths(options.ledger.directory, options.ledger.state);
  const auto before = ledger::bytes_in(paths.vault());
  const auto bytes = compact_vault(paths);
  if (!bytes) return complain(terminal, bytes.error());
  if (options.json) {
    terminal.print_line(boost::json::serialize(boost::json::object{
        {"erasedAgain", *erased}, {"vaultBytesBefore", before}, {"vaultBytes", *bytes}}));
    return Exit::done;
  }
  const auto now = std::to_string(*bytes);
  terminal.print_line(terminal.say(
      {"身份库已重写，共 " + now + " 字节：其中不再有已删除的内容",
       "the vault is written anew, " + now + " bytes: nothing that was erased is in it"}));
  return Exit::done;
}

}  // namespace

Command compact_command() {
  auto options = std::make_shared<CompactOptions>();
  Command command;
  command.name = "compact";
  command.says = {"重写身份库的文件，清除已删除的内容",
                  "write the vault's files anew, without what was erased"};
  command.details = {
      "删除身份信息后运行：此前的内容在重写之前仍留在身份库的文件中。先按日志核对，凡记录为已删除\n"
      "而仍在身份库中的（如换上了旧的身份库），再次删除；并清除中断的备份、恢复留下的副本。\n"
      "日志和投影没有身份信息，也没有删除的行，不重写。",
      "To be run after erase: until then the old bytes stay in the vault's files. Whoever the log\n"
      "says was erased and is in the vault all the same, as when an older vault was put in its\n"
      "place, is erased again first; what interrupted backups and restorations left is removed.\n"
      "Journal and projections hold no identities and no deleted rows, and are left as they are."};
  command.examples = {"kinledger compact city"};
  command.parameters = ledger_parameters(options->ledger);
  command.parameters.push_back(json_flag(options->json));
  command.run = [options](Terminal& terminal) { return run(*options, terminal); };
  return command;
}

}  // namespace kinledger::tools

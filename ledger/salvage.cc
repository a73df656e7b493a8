#include "ledger/salvage.h"

#include <fcntl.h>
#include <unistd.h>

#include <string>

#include "ledger/directory.h"
#include "ledger/journal.h"
#include "ledger/key_file.h"
#include "ledger/mark.h"
#include "ledger/private_file.h"
#include "ledger/rocks.h"
#include "ledger/vault.h"
#include "ledger/vault_check.h"
#include "ledger/vault_settling.h"

namespace kinledger::ledger {
namespace {

namespace fs = std::filesystem;

Error cannot(const fs::path& what, const std::string& why) {
  return {Failure::unavailable, what.string() + ": " + why};
}

Result<void> sync_file(const fs::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = file >= 0 && ::fsync(file) == 0;
  if (file >= 0) ::close(file);
  return synced ? Result<void>() : cannot(path, "cannot be made durable");
}

/// With the bytes of its files and its entries durable.
Result<void> copy_database(const fs::path& from, const fs::path& to) {
  if (const auto made = make_private_directory(to); !made) return made.error();
  std::error_code error;
  for (fs::directory_iterator entry(from, error), end; !error && entry != end;
       entry.increment(error)) {
    if (!entry->is_regular_file()) continue;
    const auto copy = to / entry->path().filename();
    fs::copy_file(entry->path(), copy, error);
    if (error) return cannot(entry->path(), "cannot be copied: " + error.message());
    if (const auto synced = sync_file(copy); !synced) return synced.error();
  }
  if (error) return cannot(from, "cannot be read: " + error.message());
  return sync_directory_of(to / "CURRENT");
}

/// Finishes what was under way; then whose registration was acknowledged is in the vault, or was
/// erased.
Result<void> settle_identities(const Paths& copy, const Journal& journal, TreeSize acknowledged) {
  SystemRandom random;
  auto kek = read_key_file(copy.vault_key());
  if (!kek) return kek.error();
  const auto vault = Vault::open(copy.vault(), {std::move(*kek)}, random);
  if (!vault) return vault.error();
  // The cut may have come between an erasure's events and the destruction of the key.
  if (const auto settled = settle_vault(journal, **vault); !settled) return settled.error();
  const auto checked = check_vault(journal, **vault, acknowledged, [](std::uint64_t) {});
  if (!checked) return checked.error();
  if (!checked->damage) return {};
  return Error{Failure::corrupt,
               "the vault that can be saved lacks what was acknowledged (" + checked->damage->what +
                   "): restore a backup",
               "能够抢救的身份库缺少已确认的内容，请恢复备份（" + checked->damage->what + "）"};
}

Result<Salvaged> salvage_one(const Paths& paths, const fs::path& to) {
  const Paths copy(to, paths.state);
  for (const auto& [from, into] :
       {std::pair(paths.journal(), copy.journal()), std::pair(paths.vault(), copy.vault())}) {
    if (const auto copied = copy_database(from, into); !copied) return copied.error();
    if (const auto cut = cut_log(into.string()); !cut) return cut.error();
  }
  const auto id = read_ledger_id(paths.id());
  if (!id) return id.error();
  const auto mark = Mark::open(paths.mark(), *id);
  if (!mark) return mark.error();
  const auto journal = Journal::open(copy.journal());
  if (!journal) return journal.error();
  const auto& acknowledged = (*mark)->head();
  const auto size = (*journal)->size();
  if (size < acknowledged.size)
    return Error{Failure::corrupt,
                 "what can be saved holds " + std::to_string(size.value) + " events, but " +
                     std::to_string(acknowledged.size.value) +
                     " were acknowledged: restore a backup",
                 "能够抢救的有 " + std::to_string(size.value) + " 条记录，而已确认的有 " +
                     std::to_string(acknowledged.size.value) + " 条：请恢复备份"};
  const auto before = (*journal)->root(acknowledged.size);
  if (!before) return before.error();
  if (*before != acknowledged.root)
    return Error{Failure::corrupt,
                 "what can be saved is of another history than what was acknowledged: restore a "
                 "backup",
                 "能够抢救的与已确认的不是同一历史：请恢复备份"};
  if (const auto whole = settle_identities(copy, **journal, acknowledged.size); !whole)
    return whole.error();
  const auto root = (*journal)->root(size);
  if (!root) return root.error();
  return Salvaged{{size, *root}, acknowledged.size};
}

}  // namespace

Result<Salvaged> salvage(const Paths& paths, const fs::path& to, int lock_wait_ms) {
  std::error_code error;
  if (const auto found = find_ledger(paths); !found) return found.error();
  if (!holds_nothing(to))
    return Error{Failure::invalid, to.string() + " is there already: name a new directory"};
  const auto lock = DirectoryLock::acquire(paths.lock(), lock_wait_ms);
  if (!lock) return lock.error();
  if (const auto made = make_private_directory(to); !made) return made.error();
  auto salvaged = salvage_one(paths, to);
  const auto access = paths.access();
  if (salvaged && fs::exists(access.journal(), error))
    if (const auto also = salvage_one(access, Paths(to, paths.state).access().directory); !also)
      salvaged = also.error();
  if (salvaged)
    if (const auto synced = sync_directory_of(to / "journal"); !synced) salvaged = synced.error();
  if (!salvaged) fs::remove_all(to, error);
  return salvaged;
}

}  // namespace kinledger::ledger

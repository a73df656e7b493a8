#include "ledger/salvage.h"

#include <fcntl.h>
#include <rocksdb/db.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <vector>

#include "ledger/directory.h"
#include "ledger/journal.h"
#include "ledger/mark.h"
#include "ledger/private_file.h"
#include "ledger/rocks.h"

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
  for (const auto& entry : fs::directory_iterator(from, error)) {
    if (!entry.is_regular_file()) continue;
    const auto copy = to / entry.path().filename();
    fs::copy_file(entry.path(), copy, error);
    if (error) return cannot(entry.path(), "cannot be copied: " + error.message());
    if (const auto synced = sync_file(copy); !synced) return synced.error();
  }
  if (error) return cannot(from, "cannot be read: " + error.message());
  return sync_directory_of(to / "CURRENT");
}

/// Opens the database up to the last record of its log that is sound, which writes what it holds
/// into tables and begins another log.
Result<void> cut_log(const fs::path& directory) {
  const auto health = std::make_shared<RocksHealth>();
  auto options = durable_options(health, Rows::replaced);
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  std::vector<std::string> names;
  if (const auto listed = rocksdb::DB::ListColumnFamilies(options, directory.string(), &names);
      !listed.ok())
    return fault_of(listed, directory.string() + " cannot be salvaged: restore a backup");
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const auto& name : names)
    families.emplace_back(name, sequential_rows(rocksdb::kNoCompression));
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* opened = nullptr;
  const auto status = rocksdb::DB::Open(options, directory.string(), families, &handles, &opened);
  if (!status.ok())
    return fault_of(status, directory.string() + " cannot be salvaged: restore a backup");
  const std::unique_ptr<rocksdb::DB> db(opened);
  const auto flushed = flush_database(*db, handles);
  for (auto* handle : handles) (void)db->DestroyColumnFamilyHandle(handle);
  if (!flushed) return flushed.error();
  const auto closed = db->Close();
  return closed.ok() ? Result<void>() : fault_of(closed, directory.string());
}

Result<Salvaged> salvage_one(const Paths& paths, const fs::path& to) {
  const Paths copy(to, paths.state);
  for (const auto& [from, into] :
       {std::pair(paths.journal(), copy.journal()), std::pair(paths.vault(), copy.vault())}) {
    if (const auto copied = copy_database(from, into); !copied) return copied.error();
    if (const auto cut = cut_log(into); !cut) return cut.error();
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
    return Error{Failure::corrupt, "what can be saved holds " + std::to_string(size.value) +
                                       " events, but " + std::to_string(acknowledged.size.value) +
                                       " were acknowledged: restore a backup"};
  const auto before = (*journal)->root(acknowledged.size);
  if (!before) return before.error();
  if (*before != acknowledged.root)
    return Error{Failure::corrupt,
                 "what can be saved is of another history than what was acknowledged: restore a "
                 "backup"};
  const auto root = (*journal)->root(size);
  if (!root) return root.error();
  return Salvaged{{size, *root}, acknowledged.size};
}

}  // namespace

Result<Salvaged> salvage(const Paths& paths, const fs::path& to, int lock_wait_ms) {
  std::error_code error;
  if (!fs::exists(paths.journal(), error))
    return Error{Failure::invalid, "there is no ledger at " + paths.directory.string()};
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
  if (!salvaged) fs::remove_all(to, error);
  return salvaged;
}

}  // namespace kinledger::ledger

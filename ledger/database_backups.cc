#include "ledger/database_backups.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "ledger/directory.h"
#include "ledger/private_file.h"
#include "ledger/rocks.h"

namespace kinledger::ledger {
namespace {

constexpr int copying_threads = 2;
constexpr std::uint64_t told_every_bytes = std::uint64_t{4} << 20;
constexpr Advice another_backup{"备份损坏，请使用另一份备份", "use another backup"};

/// An open database with all its column families.
struct OpenDatabase {
  std::unique_ptr<rocksdb::DB> db;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;

  OpenDatabase() = default;
  OpenDatabase(OpenDatabase&&) = default;
  OpenDatabase& operator=(OpenDatabase&&) = default;
  ~OpenDatabase() {
    if (!db) return;
    for (auto* handle : handles) (void)db->DestroyColumnFamilyHandle(handle);
    (void)db->Close();
  }

  static Result<OpenDatabase> of(const std::filesystem::path& directory, rocksdb::Env* env) {
    const auto options = durable_options(std::make_shared<RocksHealth>(), Rows::replaced, env);
    std::vector<std::string> names;
    auto status = rocksdb::DB::ListColumnFamilies(options, directory.string(), &names);
    if (!status.ok()) return fault_of(status, directory.string());
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    for (const auto& name : names) {
      auto rows = sequential_rows(rocksdb::kNoCompression);
      rows.disable_auto_compactions = true;  // files that are written again are not shared
      families.emplace_back(name, std::move(rows));
    }
    OpenDatabase opened;
    rocksdb::DB* db = nullptr;
    status = open_rocks(options, directory.string(), families, &opened.handles, &db);
    if (!status.ok()) return fault_of(status, directory.string());
    opened.db.reset(db);
    return opened;
  }
};

}  // namespace

Result<DatabaseBackups> DatabaseBackups::open(const std::filesystem::path& directory,
                                              rocksdb::Env* env) {
  auto* const used = env != nullptr ? env : rocksdb::Env::Default();
  DatabaseBackups backups(directory, used);
  rocksdb::BackupEngineOptions options(directory.string(), used);
  options.sync = true;
  options.share_table_files = true;
  options.share_files_with_checksum = true;
  options.max_background_operations = copying_threads;
  options.callback_trigger_interval_size = told_every_bytes;
  rocksdb::BackupEngine* engine = nullptr;
  const rocksdb::Status status = rocksdb::BackupEngine::Open(options, used, &engine);
  if (!status.ok()) return fault_of(status, directory.string());
  backups.engine_.reset(engine);
  return backups;
}

Result<BackupNumber> DatabaseBackups::add(const std::filesystem::path& database,
                                          const BackupProgress& progress) {
  auto opened = OpenDatabase::of(database, env_);
  if (!opened) return opened.error();
  const auto total = bytes_in(database);
  std::atomic<std::uint64_t> done{0};
  rocksdb::CreateBackupOptions options;
  options.flush_before_backup = true;
  options.progress_callback = [&] {
    const auto copied = done.fetch_add(told_every_bytes) + told_every_bytes;
    if (progress) progress(std::min(copied, total), total);
  };
  BackupNumber number = 0;
  const rocksdb::Status status = engine_->CreateNewBackup(options, opened->db.get(), &number);
  if (!status.ok()) {
    (void)engine_->GarbageCollect();  // a full disk gets its bytes back
    return fault_of(status, "the backup cannot be written: " + directory_.string());
  }
  if (const auto verified = verify(number); !verified) return verified.error();
  return number;
}

Result<void> DatabaseBackups::verify(BackupNumber number) const {
  const rocksdb::Status status = engine_->VerifyBackup(number, true);
  if (status.ok()) return {};
  return damage_of(status, "the backup is damaged: " + directory_.string(), another_backup);
}

Result<void> DatabaseBackups::restore(BackupNumber number, const std::filesystem::path& to) const {
  if (const auto made = make_private_directory(to); !made) return made.error();
  const rocksdb::Status status =
      engine_->RestoreDBFromBackup(rocksdb::RestoreOptions(), number, to.string(), to.string());
  if (!status.ok()) {
    return damage_of(status, "the backup cannot be restored: " + directory_.string(),
                     another_backup);
  }
  return sync_directory_of(to / "CURRENT");
}

Result<void> DatabaseBackups::remove(BackupNumber number) {
  const rocksdb::Status status = engine_->DeleteBackup(number);
  if (!status.ok()) return fault_of(status, "a backup cannot be removed: " + directory_.string());
  return {};
}

Result<void> DatabaseBackups::collect() {
  const rocksdb::Status status = engine_->GarbageCollect();
  if (!status.ok()) return fault_of(status, "backups: " + directory_.string());
  return {};
}

std::vector<BackupNumber> DatabaseBackups::numbers() const {
  std::vector<rocksdb::BackupInfo> infos;
  engine_->GetBackupInfo(&infos);
  std::vector<BackupNumber> numbers;
  numbers.reserve(infos.size());
  for (const auto& info : infos) numbers.push_back(info.backup_id);
  return numbers;
}

std::vector<BackupNumber> DatabaseBackups::damaged() const {
  std::vector<BackupNumber> numbers;
  engine_->GetCorruptedBackups(&numbers);
  return numbers;
}

std::uint64_t DatabaseBackups::bytes(BackupNumber number) const {
  rocksdb::BackupInfo info;
  return engine_->GetBackupInfo(number, &info).ok() ? info.size : 0;
}

std::filesystem::path DatabaseBackups::list_of(BackupNumber number) const {
  return directory_ / "meta" / std::to_string(number);
}

}  // namespace kinledger::ledger

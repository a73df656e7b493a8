#include "ledger/rocks.h"

#include <rocksdb/file_checksum.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/sst_file_reader.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/checkpoint.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>
#include <vector>

#include "ledger/table_check.h"

namespace kinledger::ledger {
namespace {

constexpr std::uint64_t wal_bytes_max = std::uint64_t{512} << 20;
constexpr std::size_t write_buffer_bytes = std::size_t{64} << 20;
constexpr std::size_t block_bytes = 16 * 1024;
constexpr double filter_bits_per_key = 10;
// More would be made for each column family at each opening, whatever it holds, and take longer
// than opening 28 tables does.
constexpr int file_opening_threads = 1;

constexpr Advice restore_advice{"无法抢救，请恢复备份", "restore a backup"};

class FailStop final : public rocksdb::EventListener {
 public:
  FailStop(std::shared_ptr<RocksHealth> health, Rows kind)
      : health_(std::move(health)), kind_(kind) {}

  void OnBackgroundError(rocksdb::BackgroundErrorReason, rocksdb::Status*) override {
    health_->fail();
  }
  // Recovery would go on writing behind a failed fsync.
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason, rocksdb::Status,
                            bool* auto_recovery) override {
    *auto_recovery = false;
  }
  void OnCompactionCompleted(rocksdb::DB*, const rocksdb::CompactionJobInfo& job) override {
    if (kind_ == Rows::put_once && job.status.ok() &&
        job.stats.num_input_records != job.stats.num_output_records)
      health_->fail();
  }

 private:
  std::shared_ptr<RocksHealth> health_;
  Rows kind_;
};

rocksdb::ColumnFamilyOptions rows(rocksdb::CompressionType compression) {
  rocksdb::ColumnFamilyOptions options;
  options.compaction_style = rocksdb::kCompactionStyleLevel;
  options.compression = compression;
  options.bottommost_compression = rocksdb::kDisableCompressionOption;
  options.write_buffer_size = write_buffer_bytes;
  options.max_write_buffer_number = 2;
  options.target_file_size_base = write_buffer_bytes;
  options.paranoid_file_checks = true;
  options.memtable_protection_bytes_per_key = 8;
  return options;
}

rocksdb::BlockBasedTableOptions table() {
  rocksdb::BlockBasedTableOptions options;
  options.block_size = block_bytes;
  options.format_version = table_format_version;
  options.checksum = rocksdb::kXXH3;
  return options;
}

Error corrupt(const std::string& detail, const Advice& advice) {
  if (advice.en.empty()) return {Failure::corrupt, detail};
  return {Failure::corrupt, detail + "; " + std::string(advice.en),
          std::string(advice.zh) + "（" + detail + "）"};
}

}  // namespace

rocksdb::DBOptions durable_options(std::shared_ptr<RocksHealth> health, Rows rows_kind,
                                   rocksdb::Env* env) {
  rocksdb::DBOptions options;
  if (env != nullptr) options.env = env;
  options.create_if_missing = false;
  options.paranoid_checks = true;
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.max_open_files = -1;
  options.max_file_opening_threads = file_opening_threads;
  options.max_background_jobs = 4;
  options.max_background_flushes = 1;
  options.max_subcompactions = 1;
  options.max_total_wal_size = wal_bytes_max;
  options.bytes_per_sync = std::uint64_t{1} << 20;
  options.recycle_log_file_num = 0;
  options.track_and_verify_wals_in_manifest = false;
  options.max_bgerror_resume_count = 0;
  options.best_efforts_recovery = false;
  options.file_checksum_gen_factory = rocksdb::GetFileChecksumGenCrc32cFactory();
  options.keep_log_file_num = 4;
  options.info_log_level = rocksdb::WARN_LEVEL;
  options.stats_dump_period_sec = 0;  // nobody reads them; each database would have a timer thread
  options.stats_persist_period_sec = 0;
  options.listeners.push_back(std::make_shared<FailStop>(std::move(health), rows_kind));
  return options;
}

rocksdb::ColumnFamilyOptions sequential_rows(rocksdb::CompressionType compression) {
  auto options = rows(compression);
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table()));
  return options;
}

rocksdb::ColumnFamilyOptions scattered_rows(rocksdb::CompressionType compression) {
  auto options = rows(compression);
  auto filtered = table();
  filtered.filter_policy.reset(rocksdb::NewRibbonFilterPolicy(filter_bits_per_key, 1));
  filtered.whole_key_filtering = true;
  filtered.optimize_filters_for_memory = true;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(filtered));
  return options;
}

rocksdb::WriteOptions synced_write() {
  rocksdb::WriteOptions options;
  options.sync = true;
  options.protection_bytes_per_key = 8;
  return options;
}

rocksdb::ReadOptions checked_read() {
  rocksdb::ReadOptions options;
  options.verify_checksums = true;
  options.total_order_seek = true;
  return options;
}

rocksdb::Status check_tables(const std::string& directory) {
  const auto table = find_misread_table(directory);
  return table ? rocksdb::Status::Corruption("damaged end of a table", table->string())
               : rocksdb::Status();
}

rocksdb::Status naming_table(const rocksdb::Status& said, const std::string& directory) {
  if (!said.IsCorruption() || said.getState() == nullptr) return said;
  std::string detail = said.getState();
  // Of one that is gone it says the name that tables had once, for that is where it looks last.
  if (const auto former = detail.find(".ldb"); former != std::string::npos)
    detail.replace(former, 4, ".sst");
  if (detail.find(".sst") != std::string::npos) return rocksdb::Status::Corruption(detail);
  // Of some damage it says only that it came upon it while it read the list of files.
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
    if (entry.path().extension() != ".sst") continue;
    rocksdb::SstFileReader table({});
    if (table.Open(entry.path().string()).ok()) continue;
    return rocksdb::Status::Corruption(detail + "; damaged table", entry.path().string());
  }
  return said;
}

void remove_empty_logs(rocksdb::Env& env, const std::string& directory) {
  std::vector<std::string> names;
  if (!env.GetChildren(directory, &names).ok()) return;
  for (const auto& name : names) {
    const auto path = (std::filesystem::path(directory) / name).string();
    std::uint64_t bytes = 0;
    if (name.ends_with(".log") && env.GetFileSize(path, &bytes).ok() && bytes == 0)
      (void)env.DeleteFile(path);  // one that stays does no harm
  }
}

Result<void> flush_database(rocksdb::DB& db,
                            const std::vector<rocksdb::ColumnFamilyHandle*>& families) {
  if (const auto status = db.Flush(rocksdb::FlushOptions(), families); !status.ok())
    return fault_of(status, db.GetName());
  return {};
}

Result<void> link_database(rocksdb::DB& db, const std::string& directory) {
  rocksdb::Checkpoint* made = nullptr;
  auto status = rocksdb::Checkpoint::Create(&db, &made);
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
  // Everything is flushed first: a log that is linked while it grows may not be synced in 7.8.3.
  if (status.ok()) status = checkpoint->CreateCheckpoint(directory, 0);
  if (!status.ok()) return fault_of(status, db.GetName());
  return {};
}

Result<void> cut_log(const std::string& directory) {
  const auto health = std::make_shared<RocksHealth>();
  auto options = durable_options(health, Rows::replaced);
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  std::vector<std::string> names;
  if (const auto listed = rocksdb::DB::ListColumnFamilies(options, directory, &names); !listed.ok())
    return fault_of(listed, directory + " cannot be salvaged", restore_advice);
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  families.reserve(names.size());
  for (const auto& name : names)
    families.emplace_back(name, sequential_rows(rocksdb::kNoCompression));
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* opened = nullptr;
  const auto status = open_rocks(options, directory, families, &handles, &opened);
  if (!status.ok()) return fault_of(status, directory + " cannot be salvaged", restore_advice);
  const std::unique_ptr<rocksdb::DB> db(opened);
  const auto flushed = flush_database(*db, handles);
  for (auto* handle : handles) (void)db->DestroyColumnFamilyHandle(handle);
  if (!flushed) return flushed.error();
  const auto closed = db->Close();
  return closed.ok() ? Result<void>() : fault_of(closed, directory);
}

bool lacks_means(const rocksdb::Status& status) {
  if (status.IsNoSpace() || status.IsMemoryLimit()) return true;
  if (status.getState() == nullptr) return false;
  // Of the system's error RocksDB keeps the words only, also in what it calls another fault: where
  // CURRENT cannot be opened "options are incompatible with the filesystem".
  const std::string_view told = status.getState();
  constexpr int codes[] = {ENOSPC, EDQUOT, ENOMEM, EMFILE, ENFILE, EACCES, EPERM, EROFS, EAGAIN};
  return std::ranges::any_of(
      codes, [&](int code) { return told.ends_with(std::generic_category().message(code)); });
}

Error fault_of(const rocksdb::Status& status, std::string_view what, const Advice& advice) {
  auto detail = std::string(what) + ": " + status.ToString();
  return status.IsCorruption() ? corrupt(detail, advice)
                               : Error{Failure::unavailable, std::move(detail)};
}

Error damage_of(const rocksdb::Status& status, std::string_view what, const Advice& advice) {
  if (!status.IsNotFound() && !status.IsPathNotFound()) return fault_of(status, what, advice);
  return corrupt(std::string(what) + ": " + status.ToString(), advice);
}

std::uint64_t read_big_endian(rocksdb::Slice eight_bytes) {
  std::uint64_t value;
  invariant(eight_bytes.size() == sizeof value);
  std::memcpy(&value, eight_bytes.data(), sizeof value);
  return __builtin_bswap64(value);
}

}  // namespace kinledger::ledger

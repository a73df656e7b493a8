#include "ledger/vault_store.h"

#include <rocksdb/cache.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <array>
#include <string>
#include <system_error>
#include <utility>

#include "ledger/directory.h"
#include "ledger/rocks.h"

namespace kinledger::ledger {

namespace {

// Measured with a million persons: 1,000 lookups at a time take half the time of the default cache
// of 8 MiB. Blind-index rows of a million persons are 40 MB.
constexpr std::size_t cache_bytes = std::size_t{64} << 20;
// Most lookups of a first import find nothing: a filter on the memtable makes them 3 times faster.
constexpr double memtable_filter_ratio = 0.02;

rocksdb::Options vault_options(const std::shared_ptr<RocksHealth>& health, rocksdb::Env* env) {
  // Nothing to compress: every value is sealed or hashed.
  rocksdb::Options options(durable_options(health, Rows::replaced, env),
                           scattered_rows(rocksdb::kNoCompression));
  options.memtable_prefix_bloom_size_ratio = memtable_filter_ratio;
  options.memtable_whole_key_filtering = true;
  const auto* const chosen = options.table_factory->GetOptions<rocksdb::BlockBasedTableOptions>();
  invariant(chosen != nullptr);
  rocksdb::BlockBasedTableOptions table = *chosen;
  table.block_cache = rocksdb::NewLRUCache(cache_bytes);
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

Error failed_before() { return {Failure::unavailable, "the vault: its storage failed before"}; }

Error unreadable(const rocksdb::Status& status) {
  return fault_of(status, "the vault: rows cannot be read");
}

}  // namespace

VaultStore::VaultStore(std::shared_ptr<RocksHealth> health) : health_(std::move(health)) {}

VaultStore::~VaultStore() {
  if (db_) (void)db_->Close();
}

Result<std::unique_ptr<VaultStore>> VaultStore::create(const std::filesystem::path& directory,
                                                       rocksdb::Env* env) {
  std::error_code error;
  if (std::filesystem::exists(directory, error)) {
    return Error{Failure::conflict, "there is a vault directory already"};
  }
  if (const auto made = make_private_directory(directory); !made) return made.error();
  return open_database(directory, env, Opening::make);
}

Result<std::unique_ptr<VaultStore>> VaultStore::open(const std::filesystem::path& directory,
                                                     rocksdb::Env* env) {
  if (const auto checked = check_is_there(directory); !checked) return checked.error();
  return open_database(directory, env, Opening::write);
}

Result<std::unique_ptr<VaultStore>> VaultStore::open_to_read(const std::filesystem::path& directory,
                                                             rocksdb::Env* env) {
  if (const auto checked = check_is_there(directory); !checked) return checked.error();
  return open_database(directory, env, Opening::read);
}

std::unique_ptr<VaultStore> VaultStore::closed(Error why) {
  std::unique_ptr<VaultStore> store(new VaultStore(std::make_shared<RocksHealth>()));
  store->closed_ = std::move(why);
  return store;
}

Result<void> VaultStore::check_is_there(const std::filesystem::path& directory) {
  std::error_code error;
  if (!std::filesystem::is_directory(directory, error)) {
    return Error{Failure::invalid, "there is no vault directory"};
  }
  // To RocksDB a directory without this file is no database, which is not what the operator means.
  if (!std::filesystem::exists(directory / "CURRENT", error)) {
    return Error{Failure::corrupt,
                 "the vault directory has lost its file CURRENT: restore it from a backup",
                 "身份库缺少文件 " + (directory / "CURRENT").string() + "：请恢复备份"};
  }
  return {};
}

Result<std::unique_ptr<VaultStore>> VaultStore::open_database(
    const std::filesystem::path& directory, rocksdb::Env* env, Opening opening) {
  auto health = std::make_shared<RocksHealth>();
  std::unique_ptr<VaultStore> store(new VaultStore(health));
  rocksdb::Options options = vault_options(health, env);
  options.create_if_missing = options.error_if_exists = opening == Opening::make;
  store->is_to_read_ = opening == Opening::read;
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status = store->is_to_read_
                                     ? open_rocks_to_read(options, directory.string(), &db)
                                     : open_rocks(options, directory.string(), &db);
  if (!status.ok()) return damage_of(status, "the vault cannot be opened", salvage_or_restore);
  store->db_.reset(db);
  return store;
}

Result<void> VaultStore::compact(const std::filesystem::path& directory) {
  {
    // Opening writes what only the log had into a table, and begins another log.
    const auto store = open(directory);
    if (!store) return store.error();
    rocksdb::CompactRangeOptions options;
    options.exclusive_manual_compaction = true;
    options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
    const auto compacted = (*store)->db_->CompactRange(options, nullptr, nullptr);
    if (!compacted.ok()) return fault_of(compacted, "the vault cannot be compacted");
    if ((*store)->health_->failed()) return failed_before();
  }
  {
    // Opening writes the list of tables anew, and removes the files that are in use no longer.
    const auto store = open(directory);
    if (!store) return store.error();
  }
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
    if (!entry.path().filename().string().starts_with("LOG.old.")) continue;
    std::filesystem::remove(entry.path(), error);
    if (error) break;
  }
  if (error)
    return Error{Failure::unavailable,
                 "old files of the vault cannot be removed: " + error.message()};
  return {};
}

Result<std::optional<Bytes>> VaultStore::get(const VaultKey& key) const {
  if (closed_) return *closed_;
  rocksdb::PinnableSlice value;
  const rocksdb::Status status =
      db_->Get(checked_read(), db_->DefaultColumnFamily(), slice(key), &value);
  if (status.IsNotFound()) return std::optional<Bytes>{};
  if (!status.ok()) return unreadable(status);
  const ByteView bytes = view(value);
  return std::optional<Bytes>(std::in_place, bytes.begin(), bytes.end());
}

Result<void> VaultStore::get_all(
    std::span<const VaultKey> keys,
    const std::function<void(std::size_t place, ByteView value)>& found) const {
  invariant(std::adjacent_find(keys.begin(), keys.end(), std::greater_equal<>()) == keys.end());
  if (closed_) return *closed_;
  // One by one, in the order of the keys: MultiGet with checksums per key can lose a corruption.
  rocksdb::PinnableSlice value;
  for (std::size_t place = 0; place < keys.size(); ++place) {
    value.Reset();
    const auto status =
        db_->Get(checked_read(), db_->DefaultColumnFamily(), slice(keys[place]), &value);
    if (status.IsNotFound()) continue;
    if (!status.ok()) return unreadable(status);
    found(place, view(value));
  }
  return {};
}

Result<std::vector<VaultKey>> VaultStore::keys_of(VaultRow kind) const {
  if (closed_) return *closed_;
  const std::array<std::uint8_t, 1> first{static_cast<std::uint8_t>(kind)};
  const std::array<std::uint8_t, 1> after{static_cast<std::uint8_t>(first[0] + 1)};
  const rocksdb::Slice upper_bound = slice(after);
  rocksdb::ReadOptions options = checked_read();
  options.iterate_upper_bound = &upper_bound;
  std::vector<VaultKey> keys;
  const std::unique_ptr<rocksdb::Iterator> row(db_->NewIterator(options));
  for (row->Seek(slice(first)); row->Valid(); row->Next()) {
    const ByteView bytes = view(row->key());
    VaultKey key;
    if (bytes.size() != key.size()) {
      return Error{Failure::corrupt, "the vault: a key of another length"};
    }
    std::copy(bytes.begin(), bytes.end(), key.begin());
    keys.push_back(key);
  }
  // A damaged block ends the loop like the last row does.
  if (!row->status().ok()) return unreadable(row->status());
  return keys;
}

Result<void> VaultStore::check_writable() const {
  if (closed_) return *closed_;
  if (is_to_read_) return Error{Failure::unavailable, "the vault is open to be read only"};
  return health_->failed() ? failed_before() : Result<void>();
}

Result<void> VaultStore::write(VaultChanges changes, Durability durability) {
  if (const auto checked = check_writable(); !checked) return checked.error();
  // Scattered keys go into the memtable twice as fast in order.
  std::sort(changes.rows_.begin(), changes.rows_.end(),
            [](const auto& left, const auto& right) { return left.key < right.key; });
  const auto same_key = [](const auto& left, const auto& right) { return left.key == right.key; };
  invariant(std::adjacent_find(changes.rows_.begin(), changes.rows_.end(), same_key) ==
            changes.rows_.end());
  rocksdb::WriteBatch batch;
  for (const VaultChanges::Row& row : changes.rows_) {
    const rocksdb::Status added =
        row.erased ? batch.Delete(slice(row.key)) : batch.Put(slice(row.key), slice(row.value));
    invariant(added.ok());
  }
  rocksdb::WriteOptions options = synced_write();
  options.sync = durability == Durability::now;
  const rocksdb::Status status = db_->Write(options, &batch);
  if (status.ok()) return {};
  health_->fail();
  return fault_of(status, "the vault: rows cannot be written");
}

Result<void> VaultStore::sync() {
  if (const auto checked = check_writable(); !checked) return checked.error();
  const rocksdb::Status status = db_->SyncWAL();
  if (status.ok()) return {};
  health_->fail();
  return fault_of(status, "the vault: rows cannot be made durable");
}

Result<void> VaultStore::flush() {
  if (const auto checked = check_writable(); !checked) return checked.error();
  return flush_database(*db_, {db_->DefaultColumnFamily()});
}

Result<void> VaultStore::link_to(const std::filesystem::path& directory) {
  if (const auto checked = check_writable(); !checked) return checked.error();
  return link_database(*db_, directory.string());
}

}  // namespace kinledger::ledger

// How this project opens RocksDB 7.8.3: options that make damage visible instead of hiding it, and
// none of the features known to lose data in that version (docs/ARCHITECTURE.md, "RocksDB"). For
// the sources that own a database; nothing else includes it.
#pragma once

#include <rocksdb/db.h>
#include <rocksdb/options.h>

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ledger/big_endian.h"
#include "ledger/result.h"
#include "ledger/types.h"

namespace kinledger::ledger {

/// Set when a background thread of RocksDB failed, or when a compaction lost records. A database
/// never recovers from it by itself: its owner stops acknowledging and the process ends.
class RocksHealth {
 public:
  bool failed() const { return failed_.load(std::memory_order_acquire); }
  void fail() { failed_.store(true, std::memory_order_release); }

 private:
  std::atomic<bool> failed_{false};
};

/// Whether rows are ever replaced or deleted. Where they are not, a compaction must write exactly
/// the records that it read, and the database is stopped when it does not.
enum class Rows { put_once, replaced };

/// Options for a database whose rows must survive. `health` is told of background failures. Null
/// `env`: the system's.
rocksdb::DBOptions durable_options(std::shared_ptr<RocksHealth> health, Rows rows,
                                   rocksdb::Env* env = nullptr);
/// Rows under keys that only grow: no filter, one compression on every level, so that a file is
/// written once and moved down without being rewritten.
rocksdb::ColumnFamilyOptions sequential_rows(rocksdb::CompressionType compression);
/// Rows under scattered keys that are looked up one by one.
rocksdb::ColumnFamilyOptions scattered_rows(rocksdb::CompressionType compression);
/// Synced, with per-key protection between here and the memtable.
rocksdb::WriteOptions synced_write();
/// Checksums verified, total order.
rocksdb::ReadOptions checked_read();

/// Corruption where a table would stop the process or be misread (ledger/table_check).
rocksdb::Status check_tables(const std::string& directory);
/// What an opening said, with the name of the table that it did not name.
rocksdb::Status naming_table(const rocksdb::Status& said, const std::string& directory);
/// Each opening begins another write-ahead log, and RocksDB keeps the ones before until something
/// is flushed, also those without a record: a ledger that is only read would get files for ever.
void remove_empty_logs(rocksdb::Env& env, const std::string& directory);
/// DB::Open, behind check_tables() and remove_empty_logs().
template <class Options, class... Rest>
rocksdb::Status open_rocks(const Options& options, const std::string& directory, Rest&&... rest) {
  auto checked = check_tables(directory);
  if (!checked.ok()) return checked;
  remove_empty_logs(*options.env, directory);
  return naming_table(rocksdb::DB::Open(options, directory, std::forward<Rest>(rest)...),
                      directory);
}
/// DB::OpenForReadOnly, behind check_tables().
template <class Options, class... Rest>
rocksdb::Status open_rocks_to_read(const Options& options, const std::string& directory,
                                   Rest&&... rest) {
  auto checked = check_tables(directory);
  if (!checked.ok()) return checked;
  return naming_table(rocksdb::DB::OpenForReadOnly(options, directory, std::forward<Rest>(rest)...),
                      directory);
}

/// Writes what is in memory only into files, so that link_database() has little left to write.
Result<void> flush_database(rocksdb::DB& db,
                            const std::vector<rocksdb::ColumnFamilyHandle*>& families);
/// Makes a second database, of the rows that are there now, in a directory that does not exist on
/// the same file system: hard links to the files that never change, copies of the others. It is not
/// durable.
Result<void> link_database(rocksdb::DB& db, const std::string& directory);

/// Opens the database of a directory up to the last record of its log that is sound, which writes
/// what it holds into tables and begins another log. For a copy: what comes behind is lost.
Result<void> cut_log(const std::string& directory);

/// Where the system had no room, no memory, no file handle or no permission to give: what failed
/// says nothing about the rows.
bool lacks_means(const rocksdb::Status& status);

/// What is to be done about damage. The Chinese is a sentence of its own, before the detail.
struct Advice {
  std::string_view zh, en;
};
/// For a database that does not open.
inline constexpr Advice salvage_or_restore{
    "已存数据损坏，无法打开；若刚断过电，请先试 kinledger salvage，否则请恢复备份",
    "after a power cut try kinledger salvage, else restore a backup"};
/// `what` names the database and the operation; `advice` is given where rows are damaged.
Error fault_of(const rocksdb::Status& status, std::string_view what, const Advice& advice = {});
/// The same of files that must be there: one that is gone is damage too.
Error damage_of(const rocksdb::Status& status, std::string_view what, const Advice& advice);

inline rocksdb::Slice slice(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline ByteView view(const rocksdb::Slice& bytes) {
  return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

/// What append_big_endian() wrote.
std::uint64_t read_big_endian(rocksdb::Slice eight_bytes);

}  // namespace kinledger::ledger

// Backups of one RocksDB database, by its BackupEngine: table files are shared between backups, so
// that each adds what is new; every file has its checksum. For ledger/backups.h, which makes one
// backup of a ledger from those of its databases; nothing else includes it.
#pragma once

#include <rocksdb/utilities/backup_engine.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "ledger/result.h"
#include "ledger/types.h"

namespace kinledger::ledger {

/// What the engine calls a backup. Never given twice in one directory.
using BackupNumber = rocksdb::BackupID;

/// Called now and then with bytes copied and in all; from another thread, one at a time.
using BackupProgress = std::function<void(std::uint64_t done, std::uint64_t total)>;

/// Thread rule: one thread. One process: whoever holds the lock of the backups.
class DatabaseBackups {
 public:
  /// Null `env`: the system's. Makes the directory.
  static Result<DatabaseBackups> open(const std::filesystem::path& directory, rocksdb::Env* env);

  /// `database` is one that nobody has open. Durable, and read again, when it returns. `corrupt`
  /// when a file of the database is not what the database says of it.
  Result<BackupNumber> add(const std::filesystem::path& database, const BackupProgress& progress);
  /// Reads every file. `corrupt`, naming the file.
  Result<void> verify(BackupNumber number) const;
  /// Into a directory that does not exist; every file is checked. Durable when it returns.
  Result<void> restore(BackupNumber number, const std::filesystem::path& to) const;
  Result<void> remove(BackupNumber number);
  /// Takes away what an interrupted add() left.
  Result<void> collect();

  /// Those that the engine can read. Ascending.
  std::vector<BackupNumber> numbers() const;
  /// Those that it cannot.
  std::vector<BackupNumber> damaged() const;
  /// Bytes of a backup, shared ones too; 0 when there is none of that number.
  std::uint64_t bytes(BackupNumber number) const;
  /// The file that lists the files of a backup with their checksums.
  std::filesystem::path list_of(BackupNumber number) const;

 private:
  DatabaseBackups(std::filesystem::path directory, rocksdb::Env* env)
      : directory_(std::move(directory)), env_(env) {}

  std::filesystem::path directory_;
  rocksdb::Env* env_;
  std::unique_ptr<rocksdb::BackupEngine> engine_;
};

}  // namespace kinledger::ledger

// Backups (备份) of a ledger: journal and vault as they were at one moment, in two directories that
// may be kept apart. Whoever holds the vault's part still needs vault.key to read an identity, and
// keys are in neither: see copy_keys().
//
//   DIR/backup.id        32 hexadecimal digits, the same in both directories
//   DIR/lock             held while a backup is made or taken away
//   DIR/backups/N        what backup N is: the record below
//   DIR/journal/         the engine's files (ledger/database_backups.h)
//   VAULT_DIR/backup.id
//   VAULT_DIR/vault/
//
// A record is text, written last: a backup without one was never finished, and is taken away by the
// next. The lines are in this order; the last digest is of all that is before it.
//
//   kinledger-backup/v1
//   number 3
//   ledger 5f0c...                   ledger.id
//   origin kinledger.example/330100
//   taken 2021-04-05T01:02:03.000000Z
//   size 1204                        of the tree
//   root 89b1...                     SHA-256, hexadecimal
//   journal 3 77aa...                engine's number, SHA-256 of DIR/journal/meta/3
//   vault 3 01cd...
//   access 2                         its access journal's, in DIR/access and VAULT_DIR/access; or 0
//   sha256 90ff...
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ledger/database_backups.h"
#include "ledger/ledger.h"
#include "ledger/lock.h"

namespace kinledger::ledger {

struct BackupPlaces {
  std::filesystem::path journal;
  std::filesystem::path vault;
};

/// One backup, as its record says.
struct Backup {
  std::uint64_t number = 0;  ///< from 1 on, never given twice while a later one is kept
  LedgerId ledger;
  std::string origin;
  RecordedAt taken_at;
  TreeHead head;
  struct Part {
    BackupNumber number = 0;
    Hash list;  ///< of the engine's list of files
  };
  Part journal, vault;
  /// Number of the backup of its access journal, made just before; 0: it has none.
  std::uint64_t access = 0;
};

struct BackupOptions {
  BackupProgress progress = {};
  std::uint64_t access = 0;  ///< for the record
};

/// Thread rule: one thread.
class Backups {
 public:
  /// `invalid` when there are none, or when the two places do not belong together. Null `env`: the
  /// system's.
  static Result<Backups> open(const BackupPlaces& places, rocksdb::Env* env = nullptr);
  /// The same, but made where there is nothing yet, mode 0700, and locked: `unavailable`, naming
  /// the process, when another one makes a backup there; `conflict` when a place holds something
  /// else. The journal's id is written last: without it the places were not finished, and are made
  /// again.
  static Result<Backups> open_to_write(const BackupPlaces& places, Random& random,
                                       rocksdb::Env* env = nullptr);

  /// All finished ones, ascending; also those that verify() refuses.
  const std::vector<Backup>& all() const { return all_; }
  /// Null where there is none of that number.
  const Backup* find(std::uint64_t number) const;
  /// Bytes of both parts, those that other backups share too.
  std::uint64_t bytes(const Backup& backup) const;

  /// Makes one more, while the ledger goes on recording; verified when it returns. `corrupt` when a
  /// backup before is damaged: nothing is added to those. Precondition: opened to write.
  Result<Backup> add(Ledger& ledger, const BackupOptions& options);
  /// Reads every file of the backup. `corrupt`, naming the file that is not as it was written.
  Result<void> verify(const Backup& backup) const;
  /// Makes `directory`/journal and `directory`/vault, durably, and hashes every event again.
  /// `corrupt` when a file is damaged, or the tree is not the one that was backed up.
  Result<void> restore(const Backup& backup, const std::filesystem::path& directory) const;
  /// Takes all but the newest `count` away; `count` is at least 1. Precondition: opened to write.
  Result<void> keep(std::size_t count);
  /// Takes those with a lower number away. Precondition: opened to write.
  Result<void> drop_before(std::uint64_t number);

 private:
  Backups(BackupPlaces places, DatabaseBackups journal, DatabaseBackups vault)
      : places_(std::move(places)), journal_(std::move(journal)), vault_(std::move(vault)) {}
  static Result<Backups> open_parts(const BackupPlaces& places, rocksdb::Env* env);
  Result<void> read_records();
  Result<void> check_lists(const Backup& backup) const;
  Result<void> check_continued(Ledger& ledger, const Backup& newest) const;
  Result<void> write_record(const Backup& backup) const;
  Result<void> remove_record(std::uint64_t number) const;
  /// What no record names was never finished, or is being taken away.
  Result<void> drop_unnamed();
  std::filesystem::path record_of(std::uint64_t number) const;

  BackupPlaces places_;
  std::unique_ptr<DirectoryLock> lock_;
  DatabaseBackups journal_, vault_;
  std::vector<Backup> all_;
};

/// Where the backups of the access journal are, in those of its ledger.
BackupPlaces access_places(const BackupPlaces& places);

/// One more backup of a ledger and of its access journal, if it has one, and all but the newest
/// `keep` taken away; 0: none is.
struct BackingUp {
  Ledger& ledger;
  Ledger* access = nullptr;
  BackupPlaces places;
  std::size_t keep = 0;
  BackupProgress progress = {};
};
Result<Backup> back_up(const BackingUp& asked, Random& random);

/// Copies what a ledger cannot be opened without from its state directory into another one that is
/// empty or does not exist (mode 0700, files 0600): its id, its keys, and the checkpoints that it
/// signed, but not the mark, which is of one moment; and the same of its access journal, if it has
/// one. Durable when it returns. `conflict` when there is something already.
Result<void> copy_keys(const std::filesystem::path& state, const std::filesystem::path& to);

}  // namespace kinledger::ledger

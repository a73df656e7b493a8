// The vault's database: rows by key in RocksDB, one column family. Knows no identities and no
// secrets; ledger/vault_rows.h says what the rows are.
#pragma once

#include <compare>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "ledger/result.h"
#include "ledger/types.h"
#include "ledger/vault_rows.h"

namespace rocksdb {
class DB;
class Env;
}  // namespace rocksdb

namespace kinledger::ledger {

class RocksHealth;

/// `later`: durable no later than the next write that is `now`, or the next sync().
enum class Durability { now, later };

/// Rows to put and to delete in one write, each key once. Borrows the values until it is written.
class VaultChanges {
 public:
  void put(const VaultKey& key, ByteView value) { rows_.push_back({key, value, false}); }
  void erase(const VaultKey& key) { rows_.push_back({key, {}, true}); }

 private:
  friend class VaultStore;
  struct Row {
    VaultKey key;
    ByteView value;
    bool erased;
  };
  std::vector<Row> rows_;
};

/// Thread rule: any number of threads. One process: locked. Errors as the vault's (ledger/vault.h).
class VaultStore {
 public:
  /// Makes an empty database in a directory that does not exist, mode 0700.
  static Result<std::unique_ptr<VaultStore>> create(const std::filesystem::path& directory,
                                                    rocksdb::Env* env = nullptr);
  /// Null `env`: the system's; another one outlives the store.
  static Result<std::unique_ptr<VaultStore>> open(const std::filesystem::path& directory,
                                                  rocksdb::Env* env = nullptr);
  /// As open(), and writes nothing: every write is refused.
  static Result<std::unique_ptr<VaultStore>> open_to_read(const std::filesystem::path& directory,
                                                          rocksdb::Env* env = nullptr);
  /// One that gives nothing but this error.
  static std::unique_ptr<VaultStore> closed(Error why);
  /// Writes the rows of the closed database anew, so that what was deleted is in no file of it: not
  /// in tables, logs, or the list of tables, which has keys of rows in it. May be interrupted and
  /// run again.
  static Result<void> compact(const std::filesystem::path& directory);
  ~VaultStore();
  VaultStore(const VaultStore&) = delete;
  VaultStore& operator=(const VaultStore&) = delete;

  Result<std::optional<Bytes>> get(const VaultKey& key) const;
  /// Calls `found` with the place in `keys` and the value of each row that is there. `keys` ascend
  /// strictly.
  Result<void> get_all(std::span<const VaultKey> keys,
                       const std::function<void(std::size_t place, ByteView value)>& found) const;
  /// Keys of all rows of a kind.
  Result<std::vector<VaultKey>> keys_of(VaultRow kind) const;

  /// All of the changes or, after an error, perhaps none; then every later write is refused,
  /// because whether the last one is there is unknown.
  Result<void> write(VaultChanges changes, Durability durability);
  /// Makes every write so far durable.
  Result<void> sync();
  /// Writes what is in memory only into files.
  Result<void> flush();
  /// A second database of the same rows: see link_database() in ledger/rocks.h.
  Result<void> link_to(const std::filesystem::path& directory);

 private:
  explicit VaultStore(std::shared_ptr<RocksHealth> health);
  enum class Opening { make, write, read };
  static Result<std::unique_ptr<VaultStore>> open_database(const std::filesystem::path& directory,
                                                           rocksdb::Env* env, Opening opening);
  static Result<void> check_is_there(const std::filesystem::path& directory);
  Result<void> check_writable() const;

  const std::shared_ptr<RocksHealth> health_;
  std::unique_ptr<rocksdb::DB> db_;
  std::optional<Error> closed_;  ///< then there is no database
  bool is_to_read_ = false;
};

}  // namespace kinledger::ledger

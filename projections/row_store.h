// The rows of projections and how far they reach, in a RocksDB database of their own: one column
// family, no WAL. Rows and position are written in one batch and survive or vanish together; what
// they mean is the projector's (projections/projector.h).
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>

#include "ledger/journal.h"
#include "ledger/temporary_directory.h"
#include "projections/rows.h"

namespace rocksdb {
class DB;
class Status;
}  // namespace rocksdb

namespace kinledger::ledger {
class RocksHealth;
}

namespace kinledger::projections {

/// Thread rule: each_row and position from any thread; everything else from one.
class RowStore {
 public:
  explicit RowStore(std::filesystem::path directory);
  /// In a directory that goes away with it.
  RowStore(ledger::TemporaryDirectory scratch, std::string_view name);
  ~RowStore();
  RowStore(const RowStore&) = delete;
  RowStore& operator=(const RowStore&) = delete;

  const std::filesystem::path& directory() const { return directory_; }
  /// How far the rows reach; 0 while there are none.
  std::uint64_t position() const { return position_.load(std::memory_order_acquire); }

  /// Opens, or makes, them.
  ledger::Result<void> open();
  /// The same, and where they are damaged, of another format or ahead of `end`, throws them away.
  /// Fails, and leaves them, where the system has no means for it.
  ledger::Result<void> open_or_discard(ledger::TreeSize end);
  /// Those that are there; nothing is written.
  ledger::Result<void> open_to_read();
  /// Throws them away and begins with none.
  ledger::Result<void> discard();
  /// Adds the rows that the entries make, and moves the position.
  ledger::Result<void> write(const Entries& entries, std::uint64_t position);
  /// The rows of events [0, until) of the journal, into a store that is empty and nobody else uses.
  using Progress = std::function<bool(std::uint64_t done, std::uint64_t total)>;
  ledger::Result<void> fill(const ledger::Journal& journal, ledger::TreeSize until,
                            const Progress& progress);
  void close();
  /// Takes the rows of another store, which is closed, in the place of its own. A crash on the way
  /// leaves either rows or none, and none are made again.
  ledger::Result<void> replace_by(const RowStore& other);

  struct Range {
    std::string from;   ///< inclusive
    std::string until;  ///< exclusive
    ledger::TreeSize basis = {};
    /// Each row is passed once: the cache is for those that are looked up.
    bool is_pass = false;
  };
  /// Calls `visit` with the rows of the range, ascending, until it returns false or fails.
  /// `invalid` when the basis is ahead of the position.
  using RowVisitor =
      std::function<ledger::Result<bool>(std::string_view key, ledger::ByteView value)>;
  ledger::Result<void> each_row(const Range& range, const RowVisitor& visit) const;

 private:
  rocksdb::Status open_database();
  rocksdb::Status read_position();

  const std::optional<ledger::TemporaryDirectory> scratch_;
  const std::filesystem::path directory_;
  const std::shared_ptr<ledger::RocksHealth> health_;
  std::unique_ptr<rocksdb::DB> db_;
  std::atomic<std::uint64_t> position_{0};
  /// Held shared by readers; whoever puts other rows in place keeps them out.
  mutable std::shared_mutex in_use_;
};

/// Format and position as they are stored.
std::string position_row(std::uint64_t position);

}  // namespace kinledger::projections

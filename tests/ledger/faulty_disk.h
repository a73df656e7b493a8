// A disk that fails, for databases: RocksDB's file system on top of the real one. It can lose power
// at any operation, fail a chosen one, or be full.
//
// What a power cut leaves is what POSIX promises and no more: of each file what was synced, and of
// what was not a part from the front, the last sector perhaps torn; of the changes of each
// directory (files made, renamed, removed) those that were synced, and of the others the first few
// or none. Nothing is really synced: the machine under the test keeps its power.
#pragma once

#include <rocksdb/file_system.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace kinledger::ledger {

/// Operations that change what is on the disk.
enum class DiskOperation : std::uint8_t {
  make,
  append,
  sync,
  truncate,
  rename,
  remove,
  sync_directory
};

enum class DiskFault : std::uint8_t { input_output, full };

/// Thread rule: any thread, as RocksDB does, except apply_loss(). Outlives the databases on it.
class FaultyDisk final : public rocksdb::FileSystemWrapper {
 public:
  /// `attic` is a directory that does not exist, on the same file system as the databases: removed
  /// files wait there.
  explicit FaultyDisk(std::filesystem::path attic);
  ~FaultyDisk() override;
  const char* Name() const override { return "FaultyDisk"; }

  /// Power fails at the `count`-th operation from now on; 1 is the next. `on_cut` is called then.
  void lose_power_after(std::uint64_t count, std::function<void()> on_cut);
  bool is_off() const;
  /// Takes away what did not survive. The databases are closed. Call once, when the power is off.
  void apply_loss(std::mt19937_64& chance);
  /// Files in which the loss left other bytes in a place of unsynced ones, instead of none, and
  /// where those begin.
  const std::map<std::string, std::uint64_t>& scrambled() const { return scrambled_; }

  /// The `count`-th operation of that kind from now on fails, once; 1 is the next.
  void fail(DiskOperation operation, std::uint64_t count, DiskFault fault);
  /// Whether that has happened.
  bool has_failed() const;
  /// Takes this many bytes more; then every append fails until there is room again.
  void fill_after(std::uint64_t bytes);
  void make_room();

  /// Operations so far, of one kind or of all.
  std::uint64_t count(DiskOperation operation) const;
  std::uint64_t count() const;

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus ReopenWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                       std::unique_ptr<rocksdb::FSWritableFile>* file,
                                       rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus ReuseWritableFile(const std::string& name, const std::string& old_name,
                                      const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSWritableFile>* file,
                                      rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewDirectory(const std::string& name, const rocksdb::IOOptions& options,
                                 std::unique_ptr<rocksdb::FSDirectory>* directory,
                                 rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus DeleteFile(const std::string& name, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus Truncate(const std::string& name, size_t size,
                             const rocksdb::IOOptions& options,
                             rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus LinkFile(const std::string& from, const std::string& to,
                             const rocksdb::IOOptions& options,
                             rocksdb::IODebugContext* debug) override;

 private:
  friend class FaultyFile;
  friend class FaultyDirectory;

  struct Content {
    std::uint64_t written = 0;
    std::uint64_t synced = 0;
  };
  using File = std::shared_ptr<Content>;
  /// A change of a directory that is not synced yet, and how it is undone.
  struct Change {
    std::string directory;
    std::function<void()> undo;
    std::function<void()> forget;
  };

  /// Called under the mutex, before the operation: what it fails with.
  rocksdb::IOStatus admit(DiskOperation operation, std::uint64_t bytes = 0);
  std::string to_attic(const std::string& name);
  void changed(const std::string& name, std::function<void()> undo,
               std::function<void()> forget = {});

  mutable std::mutex mutex_;
  const std::filesystem::path attic_;
  std::uint64_t in_attic_ = 0;
  std::map<std::string, File> files_;  ///< those written since the power came on
  std::vector<Change> changes_;
  std::map<DiskOperation, std::uint64_t> counts_;
  std::uint64_t operations_ = 0;
  std::optional<std::uint64_t> cut_at_;
  std::function<void()> on_cut_;
  bool is_off_ = false;
  std::map<std::string, std::uint64_t> scrambled_;
  struct Failing {
    DiskOperation operation;
    std::uint64_t at;
    DiskFault fault;
  };
  std::optional<Failing> failing_;
  bool has_failed_ = false;
  std::optional<std::uint64_t> room_;
};

}  // namespace kinledger::ledger

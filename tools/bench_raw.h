// The raw counterparts of the benchmark: RocksDB and the disk, without a ledger around them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace kinledger::tools {

/// A plain RocksDB database with the ledger's options and synced writes. Ends the process on
/// errors: a benchmark on a broken disk measures nothing.
class RawStore {
 public:
  explicit RawStore(const std::filesystem::path& directory);
  ~RawStore();

  /// One synced row under the next key. Any thread.
  void put(std::string_view value);
  /// So many rows of the same value in one synced batch.
  void put_batch(std::size_t rows, std::string_view value);
  /// Values one behind the other, compressed as the journal compresses; size of the files.
  void flush();
  std::uint64_t bytes_on_disk() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// A file that is written in place, 64 bytes at a time, each write durable (O_DSYNC).
class RawMark {
 public:
  explicit RawMark(const std::filesystem::path& file);
  ~RawMark();
  void write();

 private:
  int file_;
  unsigned slot_ = 0;
};

}  // namespace kinledger::tools

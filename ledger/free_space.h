// The gate (余量闸门) before a full disk: while the file system of the ledger or of its state has
// too little room, nothing new is recorded; reading, verifying and backing up go on. A disk that
// gets full in the middle of a commit stops the ledger instead (ledger/sequencer.h), and opening it
// again takes room too: table files are written before the logs they replace are removed.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "ledger/result.h"

namespace kinledger::ledger {

/// Room on the file system of a directory.
struct Room {
  std::uint64_t free_bytes = 0;
  std::uint64_t total_bytes = 0;
};
/// Nothing when it cannot be found out.
std::optional<Room> room_on_disk(const std::filesystem::path& directory);

/// Too little is less than `bytes_min` and, on a small file system, less than its `part_min`-th.
struct RoomLimit {
  std::uint64_t bytes_min = std::uint64_t{256} << 20;  ///< 0: no gate
  std::uint64_t part_min = 20;
  /// It is looked at most this often.
  std::chrono::milliseconds looked_every = std::chrono::seconds(1);
  std::function<std::optional<Room>(const std::filesystem::path&)> probe = room_on_disk;
};

/// `unavailable` where there is not even room for what opening a ledger writes. Without the gate
/// there is room.
Result<void> room_to_open(const RoomLimit& limit, const std::filesystem::path& directory);

/// Thread rule: any thread.
class FreeSpace {
 public:
  FreeSpace(std::vector<std::filesystem::path> directories, RoomLimit limit)
      : directories_(std::move(directories)), limit_(std::move(limit)) {}

  struct Figures {
    /// Where there is least, among those with too little if there are any; 0 also when it cannot be
    /// found out.
    std::uint64_t free_bytes = 0;
    bool is_short = false;
  };
  Figures look();
  /// `unavailable`, in both languages, while there is too little. What cannot be found out is no
  /// reason to refuse: the storage says itself when it is full.
  Result<void> admit();

 private:
  Figures measure() const;

  const std::vector<std::filesystem::path> directories_;
  const RoomLimit limit_;
  std::mutex mutex_;
  std::optional<std::chrono::steady_clock::time_point> looked_at_;
  Figures figures_;
};

}  // namespace kinledger::ledger

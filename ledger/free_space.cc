#include "ledger/free_space.h"

#include <algorithm>
#include <string>
#include <system_error>

namespace kinledger::ledger {

std::optional<Room> room_on_disk(const std::filesystem::path& directory) {
  std::error_code error;
  const auto space = std::filesystem::space(directory, error);
  if (error) return std::nullopt;
  return Room{space.available, space.capacity};
}

Result<void> room_to_open(const RoomLimit& limit, const std::filesystem::path& directory) {
  // Logs and lists of files. On a disk that is full RocksDB may stop the process instead.
  constexpr std::uint64_t opening_bytes = std::uint64_t{1} << 20;
  if (limit.bytes_min == 0) return {};
  const auto room = limit.probe(directory);
  if (!room || room->free_bytes >= opening_bytes) return {};
  const auto left = std::to_string(room->free_bytes >> 10) + " KiB";
  return Error{Failure::unavailable,
               "the ledger's disk is full, " + left + " left: make room, then try again",
               "账本所在磁盘已满，仅剩 " + left + "：请腾出空间后重试"};
}

FreeSpace::Figures FreeSpace::measure() const {
  std::optional<std::uint64_t> least;
  Figures figures;
  for (const auto& directory : directories_) {
    const auto room = limit_.probe(directory);
    if (!room) continue;
    const auto needed = std::min(limit_.bytes_min, room->total_bytes / limit_.part_min);
    const bool is_short = room->free_bytes < needed;
    if (is_short && !figures.is_short) least.reset();  // the others have enough
    if (is_short || !figures.is_short)
      least = std::min(least.value_or(room->free_bytes), room->free_bytes);
    figures.is_short = figures.is_short || is_short;
  }
  figures.free_bytes = least.value_or(0);
  return figures;
}

FreeSpace::Figures FreeSpace::look() {
  const std::lock_guard lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  if (!looked_at_ || now - *looked_at_ >= limit_.looked_every) {
    figures_ = measure();
    looked_at_ = now;
  }
  return figures_;
}

Result<void> FreeSpace::admit() {
  if (limit_.bytes_min == 0) return {};
  const auto now = look();
  if (!now.is_short) return {};
  const auto left = std::to_string(now.free_bytes >> 20) + " MiB";
  return Error{Failure::unavailable,
               "the ledger's disk has only " + left +
                   " left: nothing was recorded; make room, then try again",
               "账本所在磁盘仅剩 " + left + "：未登记任何内容；请腾出空间后重试"};
}

}  // namespace kinledger::ledger

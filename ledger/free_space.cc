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
                   " left: this submission was not recorded; make room, then hand it in again",
               "账本所在磁盘仅剩 " + left + "：本份申报未登记；请腾出空间后重新提交"};
}

}  // namespace kinledger::ledger

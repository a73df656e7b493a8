#include "ledger/mark.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "ledger/crypto.h"
#include "ledger/directory.h"
#include "ledger/private_file.h"

namespace kinledger::ledger {

namespace {

constexpr std::size_t record_bytes = 64;
constexpr off_t slot_bytes = 4096;
constexpr int slot_count = 2;
constexpr std::array<std::uint8_t, 4> mark_magic{'K', 'L', 'M', 'K'};

using Record = std::array<std::uint8_t, record_bytes>;

struct Slot {
  LedgerId ledger;
  TreeHead head;
};

std::array<std::uint8_t, 4> check_of(const Record& record) {
  const Hash digest = sha256({ByteView(record).first(4), ByteView(record).subspan(8)});
  return {digest.bytes[0], digest.bytes[1], digest.bytes[2], digest.bytes[3]};
}

Record encode(const Slot& slot) {
  Record record{};
  std::copy(mark_magic.begin(), mark_magic.end(), record.begin());
  std::copy(slot.ledger.bytes.begin(), slot.ledger.bytes.end(), record.begin() + 8);
  for (std::size_t i = 0; i < 8; ++i) {
    record[24 + i] = static_cast<std::uint8_t>(slot.head.size.value >> (8 * i));
  }
  std::copy(slot.head.root.bytes.begin(), slot.head.root.bytes.end(), record.begin() + 32);
  const auto check = check_of(record);
  std::copy(check.begin(), check.end(), record.begin() + 4);
  return record;
}

/// Nothing when the record is torn or was never one.
std::optional<Slot> decode(const Record& record) {
  const auto check = check_of(record);
  if (!std::equal(mark_magic.begin(), mark_magic.end(), record.begin()) ||
      !std::equal(check.begin(), check.end(), record.begin() + 4)) {
    return std::nullopt;
  }
  Slot slot;
  std::copy_n(record.begin() + 8, slot.ledger.bytes.size(), slot.ledger.bytes.begin());
  for (std::size_t i = 0; i < 8; ++i) {
    slot.head.size.value |= std::uint64_t{record[24 + i]} << (8 * i);
  }
  std::copy_n(record.begin() + 32, sizeof(Hash), slot.head.root.bytes.begin());
  return slot;
}

Error fault(Failure failure, const std::filesystem::path& path, const char* what, const char* zh) {
  return {failure, "the mark " + path.string() + " " + what,
          "标记文件 " + path.string() + " " + zh};
}

Error system_fault(const std::filesystem::path& path, const char* what) {
  const int number = errno;
  return {Failure::unavailable,
          "the mark " + path.string() + " " + what + ": " + std::strerror(number)};
}

bool write_at(int file, ByteView bytes, off_t offset) {
  ssize_t written;
  do {
    written = ::pwrite(file, bytes.data(), bytes.size(), offset);
  } while (written < 0 && errno == EINTR);
  if (written >= 0 && static_cast<std::size_t>(written) < bytes.size()) errno = EIO;
  return written == static_cast<ssize_t>(bytes.size());
}

/// -1 on an error, else the number of bytes up to the end of the file.
ssize_t read_at(int file, std::span<std::uint8_t> out, off_t offset) {
  ssize_t read;
  do {
    read = ::pread(file, out.data(), out.size(), offset);
  } while (read < 0 && errno == EINTR);
  return read;
}

}  // namespace

Mark::~Mark() { ::close(file_); }

Result<std::unique_ptr<Mark>> Mark::create(const std::filesystem::path& path, LedgerId ledger) {
  // Written in full once, so that no later write allocates a block or changes the length.
  std::array<std::uint8_t, slot_count * slot_bytes> whole{};
  const Record record = encode({ledger, {TreeSize{0}, empty_root()}});
  for (int slot = 0; slot < slot_count; ++slot) {
    std::copy(record.begin(), record.end(), whole.begin() + slot * slot_bytes);
  }
  if (const Result<void> created = create_private_file(path, whole); !created) {
    return created.error();
  }
  return open(path, ledger);
}

Result<std::unique_ptr<Mark>> Mark::open(const std::filesystem::path& path, LedgerId ledger) {
  auto mark = open_file(path, ledger, O_RDWR | O_DSYNC);
  if (!mark) return mark.error();
  if (const auto written = (*mark)->write((*mark)->head_); !written) return written.error();
  return mark;
}

Result<TreeHead> Mark::read(const std::filesystem::path& path, LedgerId ledger) {
  const auto mark = open_file(path, ledger, O_RDONLY);
  if (!mark) return mark.error();
  return (*mark)->head_;
}

Result<std::unique_ptr<Mark>> Mark::open_file(const std::filesystem::path& path, LedgerId ledger,
                                              int flags) {
  const int file = ::open(path.c_str(), flags | O_CLOEXEC);
  if (file < 0 && errno == ENOENT)
    return fault(Failure::invalid, path,
                 "does not exist: restore the state directory from its backup, or see accept-loss",
                 "不存在：请由备份恢复状态目录，或参见 accept-loss");
  if (file < 0) return cannot_open_for_writing(path, errno);
  std::unique_ptr<Mark> mark(new Mark(file, path, ledger));
  if (flags != O_RDONLY)
    if (const auto held = mark->take_hold(); !held) return held.error();
  if (const auto read = mark->read_slots(); !read) return read.error();
  return mark;
}

/// The kernel gives the lock up with the file.
Result<void> Mark::take_hold() const {
  if (::flock(file_, LOCK_EX | LOCK_NB) == 0) return {};
  if (errno != EWOULDBLOCK) return system_fault(path_, "cannot be locked");
  return fault(Failure::unavailable, path_,
               "is in use by another process, for a copy of this ledger: give each of the two a "
               "state directory of its own",
               "正由另一进程用于本账本的副本：请为两者各设状态目录");
}

/// Takes the larger of the heads that they hold.
Result<void> Mark::read_slots() {
  std::array<std::optional<Slot>, slot_count> slots;
  for (int slot = 0; slot < slot_count; ++slot) {
    Record record{};
    const ssize_t read = read_at(file_, record, slot * slot_bytes);
    if (read < 0) return system_fault(path_, "cannot be read");
    slots[slot] = decode(record);  // what a short file lacks reads as zeros, which is no record
    if (!slots[slot]) continue;
    if (slots[slot]->ledger != ledger_) {
      return fault(Failure::conflict, path_, "belongs to another ledger",
                   "属于另一账本：请用 --state 给出本账本自己的状态目录");
    }
    if (slot_ < 0 || slots[slot]->head.size > head_.size) {
      head_ = slots[slot]->head;
      slot_ = slot;
    }
  }
  if (slot_ < 0)
    return fault(Failure::corrupt, path_,
                 "holds no valid record: restore the state directory from its backup",
                 "没有有效记录：请由备份恢复状态目录");
  if (slots[0] && slots[1] && slots[0]->head.size == slots[1]->head.size &&
      slots[0]->head.root != slots[1]->head.root) {
    return fault(
        Failure::corrupt, path_,
        "states two different trees of one size: restore the state directory from its backup",
        "对同一数量的记录载有两种不同内容：请由备份恢复状态目录");
  }
  return {};
}

Result<void> Mark::advance(const TreeHead& head) {
  invariant(head.size >= head_.size, "the mark never goes back");
  invariant(head.size != head_.size || head.root == head_.root, "one size has one root");
  if (failed_)
    return Error{Failure::unavailable,
                 "the mark " + path_.string() + " failed before and is not written again"};
  if (head == head_) return {};
  return write(head);
}

Result<void> Mark::write(const TreeHead& head) {
  const int slot = 1 - slot_;
  if (!write_at(file_, encode({ledger_, head}), slot * slot_bytes)) {
    failed_ = true;
    return system_fault(path_, "cannot be written");
  }
  slot_ = slot;
  head_ = head;
  return {};
}

}  // namespace kinledger::ledger

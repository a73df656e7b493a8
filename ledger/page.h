// A page (页): the events of one commit, as stored in the journal under the sequence of the first.
// Written once, never rewritten. Its header holds only what the events themselves imply, so there
// is nothing in a page that the Merkle tree does not prove.
//
//   offset  bytes       content (little endian, never renumber)
//      0      2         page format, 1
//      2      2         number of events n, 1 to 512
//      4      2 * n     length of each event in words of 8 bytes
//             0 to 6    zero, up to a multiple of 8
//             8 * words the events
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "ledger/result.h"
#include "ledger/types.h"

namespace kinledger::ledger {

inline constexpr std::size_t page_events_max = 512;
/// Soft limit: a page is closed by the event that reaches it.
inline constexpr std::size_t page_bytes_max = 256 * 1024;

/// Lays events out as a page. Each event: a positive multiple of 8 bytes, at most event_bytes_max.
class PageWriter {
 public:
  void add(ByteView event);
  std::size_t count() const { return words_.size(); }
  bool is_full() const {
    return words_.size() == page_events_max || events_.size() >= page_bytes_max;
  }
  /// The page; the writer is empty again.
  Bytes finish();

 private:
  std::vector<std::uint16_t> words_;
  Bytes events_;
};

/// Events of a stored page, each 8-byte aligned. Owns a copy of the bytes and moves without
/// invalidating the views.
class Page {
 public:
  /// `corrupt` unless the bytes are exactly a page.
  static Result<Page> read(ByteView stored);

  std::size_t count() const { return offsets_.size() - 1; }
  ByteView event(std::size_t index) const {
    return {reinterpret_cast<const std::uint8_t*>(words_.data() + offsets_[index]),
            (offsets_[index + 1] - offsets_[index]) * 8};
  }

 private:
  std::vector<std::uint64_t> words_;    // the stored page
  std::vector<std::uint32_t> offsets_;  // in words; one more than there are events
};

}  // namespace kinledger::ledger

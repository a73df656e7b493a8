// The frames (帧) in which events leave over HTTP: a stream that whoever takes it can check by
// itself. Media type application/vnd.kinledger.events. A frame is
//
//   kind (1 byte, ASCII) | length of the payload (4, big endian) | payload
//
//   S  start      tree size from which the stream goes on (8, big endian), then the hashes of the
//                 perfect subtrees that this size is the sum of, leftmost first, 32 bytes each
//   E  event      its stored bytes; its sequence is the running one
//   L  left out   leaf hashes of consecutive events that no filter let through, 32 bytes each
//   B  batch end  size (8) and root (32) of the tree so far
//   C  signed     behind a B and about its size: old size (8), number of hashes (1), the
//                 consistency proof from the old size to this one, the checkpoint as a signed note.
//                 Old size 0: no proof
//   X  end        why the server ends the stream: "complete", "stopping", "revoked"
//
// S is the first frame and the only one of its kind; nothing is behind X. docs/FORMAT.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ledger/merkle.h"
#include "ledger/result.h"
#include "ledger/types.h"

namespace kinledger::server {

inline constexpr std::string_view event_stream_type = "application/vnd.kinledger.events";

/// Kind and length.
inline constexpr std::size_t frame_head_bytes = 5;
/// Hashes of one L frame.
inline constexpr std::size_t left_out_max = 4096;
inline constexpr std::size_t stream_end_bytes_max = 200;
/// The largest payload: an L frame that is full.
inline constexpr std::size_t frame_payload_bytes_max = left_out_max * sizeof(ledger::Hash);

struct StreamStart {
  ledger::TreeSize size;
  std::vector<ledger::Hash> edge;  ///< TreeEdge::hashes(): popcount(size) of them

  bool operator==(const StreamStart&) const = default;
};
struct StreamedEvent {
  ledger::Bytes bytes;  ///< 8 to event_bytes_max, a multiple of 8; nothing more is known of them

  bool operator==(const StreamedEvent&) const = default;
};
struct LeftOut {
  std::vector<ledger::Hash> leaves;  ///< 1 to left_out_max

  bool operator==(const LeftOut&) const = default;
};
struct BatchEnd {
  ledger::TreeHead head;

  bool operator==(const BatchEnd&) const = default;
};
struct SignedBatch {
  ledger::TreeSize old;
  std::vector<ledger::Hash> proof;  ///< at most proof_hashes_max; none when `old` is 0
  std::string note;                 ///< 1 to signed_note_bytes_max bytes, not looked at

  bool operator==(const SignedBatch&) const = default;
};
struct StreamEnd {
  std::string why;  ///< at most stream_end_bytes_max of UTF-8 that accept_text() takes as it is

  bool operator==(const StreamEnd&) const = default;
};

using Frame = std::variant<StreamStart, StreamedEvent, LeftOut, BatchEnd, SignedBatch, StreamEnd>;

/// Each appends one frame. Precondition: the limits above.
void append_start(std::string& out, ledger::TreeSize size, std::span<const ledger::Hash> edge);
void append_event(std::string& out, ledger::ByteView event);
void append_left_out(std::string& out, std::span<const ledger::Hash> leaves);
void append_batch_end(std::string& out, const ledger::TreeHead& head);
void append_signed_batch(std::string& out, ledger::TreeSize old,
                         std::span<const ledger::Hash> proof, std::string_view note);
void append_stream_end(std::string& out, std::string_view why);

/// Takes a stream apart, whatever the pieces in which it arrives. What it gives was written by
/// those above, byte for byte; whether it is true is for EventFollower to say.
///
/// Holds at most one frame and what was taken since next() last gave nothing: take pieces of a
/// bounded size, and call next() until it gives nothing before taking another one.
class FrameReader {
 public:
  void take(std::string_view bytes);
  /// The next whole frame; nothing when more bytes are needed. `corrupt`, now and ever after, when
  /// the bytes are no stream: says what is wrong with the frame that begins at which byte.
  ledger::Result<std::optional<Frame>> next();
  /// Whether what was taken ends where a frame does: a stream that ends elsewhere was cut.
  bool is_between_frames() const { return taken_.size() == read_; }
  /// Bytes of the whole frames that were given.
  std::uint64_t position() const { return position_; }

 private:
  std::string taken_;
  std::size_t read_ = 0;        ///< of taken_, in frames that were given
  std::uint64_t position_ = 0;  ///< in the stream, of what is next
  bool has_ended_ = false;
  std::optional<ledger::Error> fault_;
};

}  // namespace kinledger::server

// A stream of events from a server: the frames are those that its writer writes, in whatever pieces
// they arrive, and a follower takes them or names what contradicts.
#include <algorithm>
#include <variant>

#include "server/event_follower.h"
#include "server/event_frames.h"
#include "tests/fuzz/published_log.h"
#include "tests/fuzz/refusals.h"
#include "tests/fuzz/target.h"
#include "tests/server/written_frames.h"

namespace kinledger::fuzz {
namespace {

using namespace server;

struct Read {
  std::vector<Frame> frames;
  bool is_malformed = false;

  bool operator==(const Read&) const = default;
};

Read read_stream(std::string_view bytes, std::size_t piece) {
  Read out;
  FrameReader reader;
  while (!bytes.empty()) {
    reader.take(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
    for (;;) {
      auto frame = reader.next();
      if (!frame) {
        invariant(reader.next().has_error(), "a fault lasts");
        out.is_malformed = true;
        return out;
      }
      if (!*frame) break;
      out.frames.push_back(std::move(**frame));
    }
  }
  return out;
}

void follow(EventFollower follower, const Read& stream) {
  for (const auto& frame : stream.frames) {
    const auto wrong = follower.take(frame);
    if (!wrong) continue;
    check(wrong->reason);
    invariant(follower.take(frame)->reason.code == wrong->reason.code, "a contradiction lasts");
    return;
  }
  if (stream.is_malformed) check(follower.take_malformed("byte 0: nothing").reason);
}

}  // namespace

void stream(ByteView input) {
  constexpr std::size_t small_piece = 7;
  const auto text = ledger::as_text(input);
  const auto whole = read_stream(text, std::max<std::size_t>(text.size(), 1));
  invariant(read_stream(text, small_piece) == whole);
  std::string written;
  for (const auto& frame : whole.frames) append_frame(written, frame);
  invariant(text.starts_with(written));

  const FollowOptions options{{published_log()}, {}};
  follow(EventFollower(options), whole);
  const auto* const start =
      whole.frames.empty() ? nullptr : std::get_if<StreamStart>(&whole.frames.front());
  if (start != nullptr) follow(EventFollower(options, start->size), whole);
}

const Registered registered_stream({"stream", stream, 10'000});

}  // namespace kinledger::fuzz

// The bytes of frames that were read.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "server/event_frames.h"

namespace kinledger::server {

inline void append_frame(std::string& out, const Frame& frame) {
  struct Writer {
    std::string& out;
    void operator()(const StreamStart& start) { append_start(out, start.size, start.edge); }
    void operator()(const StreamedEvent& event) { append_event(out, event.bytes); }
    void operator()(const LeftOut& left_out) { append_left_out(out, left_out.leaves); }
    void operator()(const BatchEnd& batch) { append_batch_end(out, batch.head); }
    void operator()(const SignedBatch& batch) {
      append_signed_batch(out, batch.old, batch.proof, batch.note);
    }
    void operator()(const StreamEnd& end) { append_stream_end(out, end.why); }
  };
  std::visit(Writer{out}, frame);
}

inline std::string bytes_of(const std::vector<Frame>& frames) {
  std::string bytes;
  for (const auto& frame : frames) append_frame(bytes, frame);
  return bytes;
}

}  // namespace kinledger::server

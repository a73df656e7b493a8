// The forms in which events leave: frames with the stored bytes, lines of JSON, and Server-Sent
// Events with the same JSON. docs/FORMAT.md, "Streams".
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "ledger/event.h"
#include "ledger/merkle.h"

namespace kinledger::server {

/// Writes into a buffer of its own. Thread rule: one thread at a time.
class StreamWriter {
 public:
  virtual ~StreamWriter() = default;

  virtual void start(ledger::TreeSize size, std::span<const ledger::Hash> edge) = 0;
  virtual ledger::Result<void> event(ledger::Sequence sequence, ledger::ByteView bytes) = 0;
  /// Leaves of events [first, first + leaves.size()); not none.
  virtual void left_out(ledger::Sequence first, std::span<const ledger::Hash> leaves) = 0;
  virtual void batch_end(const ledger::TreeHead& head) = 0;
  virtual void signed_batch(ledger::TreeSize size, ledger::TreeSize old,
                            std::span<const ledger::Hash> proof, std::string_view note) = 0;
  virtual void end(std::string_view why) = 0;

  std::size_t bytes() const { return out_.size(); }
  /// What was written since it was last taken.
  std::string take() { return std::exchange(out_, {}); }

 protected:
  std::string out_;
};

enum class StreamForm : std::uint8_t { frames, lines, server_sent_events };

/// The media type of a form.
std::string_view media_type_of(StreamForm form);
std::unique_ptr<StreamWriter> make_stream_writer(StreamForm form);

}  // namespace kinledger::server

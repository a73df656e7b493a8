// The stream of events to auditors (事件流): everything from a size on, in order, and then what is
// recorded next, with what it takes to check it: docs/FORMAT.md, "Streams".
//
// Events that the filter does not let through travel as their leaf hashes, so that whoever takes
// the stream computes the root of the whole log all the same.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ledger/event.h"
#include "ledger/ledger.h"
#include "server/batch_ends.h"
#include "server/http_message.h"
#include "server/scope.h"
#include "server/stream_writer.h"

namespace kinledger::server {

/// Which events are sent; what is empty lets everything through.
struct EventFilter {
  std::vector<ledger::EventType> types;
  std::optional<ledger::PersonId> person;
  Scope scope;
  /// Whether whoever asked may see it; null: everything. What it throws cuts the stream.
  std::function<bool(const ledger::EventView&)> is_visible = nullptr;

  bool lets_everything_through() const {
    return types.empty() && !person && scope.is_everything() && !is_visible;
  }
  bool lets_through(const ledger::EventView& event) const;
};

struct EventStreamOptions {
  ledger::TreeSize from;
  EventFilter filter;
  bool follows = true;  ///< else it ends where the log ends when it begins
};

/// Bytes after which a piece is closed; one page of the journal may be above it. A client that does
/// not read holds two of them, one that is sent and the next, and there may be a thousand clients.
inline constexpr std::size_t stream_piece_bytes = std::size_t{128} << 10;

/// Makes the pieces of one stream. Thread rule: one thread at a time.
class EventStream {
 public:
  /// The ledger and `ends`, which are of it, must outlive it. Precondition: options.from
  /// is at most what is durable.
  EventStream(ledger::Ledger& ledger, BatchEnds& ends, EventStreamOptions options,
              std::unique_ptr<StreamWriter> writer);

  /// The next piece, which ends where a batch does; empty: nothing to tell now; nothing: the end.
  /// Fails when the journal cannot be read.
  ledger::Result<std::optional<std::string>> next();
  /// Tells why the server ends it here.
  std::string last(std::string_view why);
  /// The size up to which events were written.
  ledger::TreeSize position() const { return at_; }

 private:
  using Clock = std::chrono::steady_clock;

  ledger::Result<void> write_start();
  void fix_end();
  ledger::Result<void> write_events(ledger::TreeSize goal);
  ledger::Result<void> write_page(ledger::Sequence first, const ledger::Page& page,
                                  ledger::TreeSize until);
  ledger::Result<void> end_batch(bool is_caught_up);
  ledger::Result<void> sign_batch();

  ledger::Ledger& ledger_;
  BatchEnds& ends_;
  const EventStreamOptions options_;
  const std::unique_ptr<StreamWriter> writer_;
  ledger::TreeSize at_;
  /// Of one that does not follow: how far it goes, and the checkpoint of it; without a note where
  /// the ledger does not sign.
  std::optional<ledger::SignedHead> end_;
  std::optional<ledger::TreeSize> signed_;  ///< of the last checkpoint that was sent
  bool has_started_ = false;
  bool has_ended_ = false;
  Clock::time_point signed_at_;
  Clock::time_point told_at_;
};

}  // namespace kinledger::server

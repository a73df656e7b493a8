// A log of made-up events and the streams that its server gives out, as frames that a test changes
// before it sends them.
#pragma once

#include <string>
#include <vector>

#include "ledger/event.h"
#include "ledger/log_key.h"
#include "server/event_frames.h"
#include "tests/ledger/growing_log.h"
#include "tests/server/written_frames.h"

namespace kinledger::server {

/// What one stream is to hold.
struct StreamWanted {
  std::uint64_t from = 0;
  std::uint64_t until = 0;
  std::uint64_t batch = 4;     ///< events of one batch
  bool is_signed = true;       ///< with a checkpoint behind every batch
  std::uint64_t left_out = 0;  ///< every event whose number this divides; 0: none
};

class StreamedLog {
 public:
  /// Events of another `history` differ from event `history` on.
  explicit StreamedLog(std::size_t history = 10'000, std::string origin = "log.example/1")
      : events_(events_of(history)), log_(std::move(origin), leaves_of(events_)) {}

  const ledger::GrowingLog& log() const { return log_; }
  const ledger::Bytes& event(std::size_t sequence) const { return events_[sequence]; }
  ledger::LogKey key() const { return log_.verifier(); }

  StreamStart start(std::uint64_t size) const {
    ledger::TreeEdge edge;
    const auto leaves = leaves_of(events_);
    edge.append(std::span(leaves).first(size));
    return {{size}, edge.hashes()};
  }
  Frame batch_end(std::uint64_t size) const { return BatchEnd{log_.head(size)}; }
  Frame signed_batch(std::uint64_t old, std::uint64_t size) const {
    return SignedBatch{{old}, log_.proof(old, size), log_.note(size)};
  }
  /// A start, events in batches, and "complete".
  std::vector<Frame> frames(const StreamWanted& wanted) const {
    std::vector<Frame> out{start(wanted.from)};
    auto begin = wanted.from;
    while (begin < wanted.until) {
      const auto end = std::min(begin + wanted.batch, wanted.until);
      for (auto i = begin; i < end; ++i) {
        if (wanted.left_out != 0 && i % wanted.left_out == 0)
          out.push_back(LeftOut{{ledger::leaf_hash(events_[i])}});
        else
          out.push_back(StreamedEvent{events_[i]});
      }
      out.push_back(batch_end(end));
      if (wanted.is_signed) out.push_back(signed_batch(begin, end));
      begin = end;
    }
    out.push_back(StreamEnd{"complete"});
    return out;
  }

 private:
  static std::vector<ledger::Bytes> events_of(std::size_t history) {
    constexpr std::size_t count = 64;
    constexpr std::int64_t first = 1'609'722'123'000'000;  // 2021-01-04T01:02:03Z
    std::vector<ledger::Bytes> events(count);
    for (std::size_t i = 0; i < count; ++i) {
      ledger::EventDraft draft;
      draft.type = i % 2 == 0 ? ledger::EventType::unit_recorded : ledger::EventType::premium_paid;
      draft.envelope.recorded_at = {first + static_cast<std::int64_t>(i) * 1'000'000};
      draft.envelope.fact.bytes = {static_cast<std::uint8_t>(i + 1),
                                   static_cast<std::uint8_t>(i < history ? 0 : 1)};
      draft.envelope.valid_on = ledger::Date{18'000};
      if (i % 2 != 0) draft.set(ledger::Field::amount, ledger::Fen{25'000});
      const auto encoded = ledger::encode(draft, events[i]);
      invariant(encoded.has_value());
    }
    return events;
  }
  static std::vector<ledger::Hash> leaves_of(const std::vector<ledger::Bytes>& events) {
    std::vector<ledger::Hash> leaves;
    for (const auto& event : events) leaves.push_back(ledger::leaf_hash(event));
    return leaves;
  }

  std::vector<ledger::Bytes> events_;
  ledger::GrowingLog log_;
};

}  // namespace kinledger::server

// What the batches of those who follow the stream end with: a checkpoint, and the proof that it
// continues the one before (RFC 6962 consistency). To make one of them takes half a millisecond; a
// thousand followers are told the same, so that it is made once.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "ledger/ledger.h"

namespace kinledger::server {

/// Thread rule: any thread; who asks for what is being made waits for it.
class BatchEnds {
 public:
  using Proof = std::shared_ptr<const std::vector<ledger::Hash>>;

  /// The ledger must outlive it.
  explicit BatchEnds(ledger::Ledger& ledger) : ledger_(ledger) {}

  /// The checkpoint of that many events, at most a second old, so that cosignatures come to be
  /// seen. Nothing when the ledger has none of that size, or cannot sign.
  std::optional<ledger::SignedHead> checkpoint(ledger::TreeSize at);
  /// Precondition: old <= now <= the journal's size. Empty from 0.
  ledger::Result<Proof> growth(ledger::TreeSize old, ledger::TreeSize now);

 private:
  using Clock = std::chrono::steady_clock;

  ledger::Ledger& ledger_;
  std::mutex mutex_;  // guards what follows
  std::optional<ledger::SignedHead> signed_;
  Clock::time_point signed_at_;
  ledger::TreeSize grown_to_;
  std::map<ledger::TreeSize, Proof> growth_;  ///< to it, by where it begins
};

}  // namespace kinledger::server

// Follows a log from its stream of events and believes nothing of it: every event is hashed into a
// Merkle tree of the follower's own, and what the server says of the tree (sizes, roots, signed
// checkpoints) must be what was computed. Whatever contradicts names the first event that cannot be
// trusted, and nothing is taken any more.
//
//   known before       size and edge of the last signed tree; or a size alone, from which on the
//                      events are wanted: then the edge is the server's word (provisional) until a
//                      signed root, the one given or that of the next checkpoint, confirms it
//   proven             what the last checkpoint covers, signed by the log. Events behind it are
//                      unsigned: the server's word, which a server may take back without a trace
//   not seen           that the log has shown others the same: cosignatures (a policy) or comparing
//                      checkpoints does that. What filters leave out is hashed but not looked at:
//                      that an event was left out rightly is the server's word
//
// No I/O and no clock. Concurrency: one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ledger/log_key.h"
#include "ledger/merkle.h"
#include "ledger/refusal.h"
#include "ledger/witness_policy.h"
#include "server/event_frames.h"
#include "server/followed_log.h"

namespace kinledger::server {

struct FollowOptions {
  /// All must have signed a checkpoint; at least one, all of one name.
  std::vector<ledger::LogKey> keys;
  /// With one, a checkpoint without enough cosignatures proves nothing: its events stay unsigned.
  std::optional<ledger::WitnessPolicy> policy = {};
  /// When they must have cosigned, asked at each checkpoint.
  std::function<ledger::CosignedWindow()> window = [] { return ledger::CosignedWindow(); };
};

/// What a stream said against what is known.
struct Contradiction {
  /// The first of the events that were followed that cannot be trusted.
  ledger::Sequence sequence;
  /// LOG_SHRANK, LOG_FORKED, STREAM_GAP, STREAM_MALFORMED, EVENT_MALFORMED, EVENT_TIME, BATCH_SIZE,
  /// BATCH_ROOT, CHECKPOINT_UNASKED, CHECKPOINT_FORMAT, CHECKPOINT_NOT_SIGNED, CHECKPOINT_SIZE,
  /// CHECKPOINT_NOT_CONTINUED
  ledger::Reason reason;
  /// A checkpoint that the log did sign, and that is not of the tree that was followed: evidence.
  /// Otherwise empty.
  std::string checkpoint = {};
};

class EventFollower {
 public:
  /// From the first event on.
  explicit EventFollower(FollowOptions options);
  /// From where the log was followed to.
  EventFollower(FollowOptions options, FollowedLog log);
  /// From the middle, by size alone.
  EventFollower(FollowOptions options, ledger::TreeSize from);
  /// From a signed tree whose events were not seen. Precondition: `from` is to be trusted.
  EventFollower(FollowOptions options, const ledger::TreeHead& from);

  /// The next frame of the stream; a start wherever a new connection begins, which is to be asked
  /// for from size(). Nothing when all is well; after a contradiction always that one.
  std::optional<Contradiction> take(const Frame& frame);
  /// Bytes that are no frames (FrameReader::next): `what` is its error.
  Contradiction take_malformed(const std::string& what);

  const std::vector<ledger::LogKey>& keys() const { return options_.keys; }
  /// Checkpoints from here on must be signed with these instead. At least one, of the same name.
  void set_keys(std::vector<ledger::LogKey> keys) { options_.keys = std::move(keys); }
  /// Events that were taken, and those before them: where a broken stream is to be resumed.
  ledger::TreeSize size() const { return size_; }
  /// Of the last signed tree, or where it was begun.
  ledger::TreeSize signed_size() const { return signed_.size; }
  /// Events behind the last signed tree, whose order and content nobody signed for yet.
  std::uint64_t unsigned_events() const { return size_.value - signed_.size.value; }
  /// How far the last checkpoint was from its quorum, if it did not reach it.
  const std::optional<ledger::Quorum>& lacking() const { return lacking_; }

  /// What to keep: of the last signed tree. Nothing before the first checkpoint.
  const std::optional<FollowedLog>& log() const { return log_; }

 private:
  using Answer = std::optional<Contradiction>;

  Answer follow(const StreamStart& start);
  Answer follow(const StreamedEvent& event);
  Answer follow(const LeftOut& left_out);
  Answer follow(const BatchEnd& batch);
  Answer follow(const SignedBatch& batch);
  Answer follow(const StreamEnd&) { return std::nullopt; }
  Answer append(const std::vector<ledger::Hash>& leaves);
  Answer judge(const SignedBatch& batch, const ledger::TreeHead& head) const;
  void adopt(const SignedBatch& batch, const ledger::TreeHead& head);

  FollowOptions options_;
  ledger::TreeSize size_;
  /// Nothing until the start of a stream gives the one of a size that was begun at.
  std::optional<ledger::TreeEdge> edge_;
  /// The last signed tree, or the one that was begun with; without a root while the edge at this
  /// size is the server's word.
  struct {
    ledger::TreeSize size;
    std::optional<ledger::Hash> root;
  } signed_;
  ledger::TreeSize batch_;     ///< the last batch that ended well, or where the stream began
  bool is_batch_end_ = false;  ///< the last frame was a batch that ended well
  ledger::RecordedAt recorded_at_;
  std::optional<FollowedLog> log_;
  std::optional<ledger::Quorum> lacking_;
  Answer contradiction_;
};

}  // namespace kinledger::server

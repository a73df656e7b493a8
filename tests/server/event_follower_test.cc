// A follower takes what an honest server streams, and names where any other one lies.
#include "server/event_follower.h"

#include <gtest/gtest.h>

#include "tests/server/streamed_log.h"

namespace kinledger::server {
namespace {

using ledger::TreeSize;

class EventFollowerTest : public testing::Test {
 protected:
  FollowOptions options() const { return {{log_.key()}, {}}; }

  /// What the frames contradict: "CODE at SEQUENCE", or nothing.
  static std::string follow(EventFollower& follower, const std::vector<Frame>& frames) {
    for (const auto& frame : frames)
      if (const auto wrong = follower.take(frame)) {
        EXPECT_FALSE(wrong->reason.zh.empty());
        return wrong->reason.code + " at " + std::to_string(wrong->sequence.value);
      }
    return "";
  }
  std::string follow(const std::vector<Frame>& frames) const {
    EventFollower follower(options());
    return follow(follower, frames);
  }
  /// One that has followed the log up to a checkpoint of that size.
  EventFollower followed_to(std::uint64_t size) const {
    EventFollower follower(options());
    EXPECT_EQ(follow(follower, log_.frames({.until = size})), "");
    return follower;
  }
  /// The number of the frame with event `sequence`, in a stream from 0 with batches of 4.
  static std::size_t place_of(std::size_t sequence) { return 1 + sequence + sequence / 4 * 2; }

  const StreamedLog log_;
  const StreamedLog other_{6};  ///< signed by the same key, other events from 6 on
};

TEST_F(EventFollowerTest, TakesAnHonestStream) {
  for (const auto batch : {1U, 3U, 4U, 64U}) {
    EventFollower follower(options());
    EXPECT_EQ(follow(follower, log_.frames({.until = 60, .batch = batch})), "");
    EXPECT_EQ(follower.size().value, 60U);
    EXPECT_EQ(follower.unsigned_events(), 0U);
    ASSERT_TRUE(follower.log().has_value());
    EXPECT_EQ(follower.log()->edge.head(), log_.log().head(60));
    EXPECT_EQ(follower.log()->checkpoint, log_.log().note(60));
  }
}

TEST_F(EventFollowerTest, HashesWhatFiltersLeaveOut) {
  EventFollower follower(options());
  EXPECT_EQ(follow(follower, log_.frames({.until = 30, .left_out = 3})), "");
  EXPECT_EQ(follower.signed_size().value, 30U);
}

TEST_F(EventFollowerTest, GoesOnAfterABreak) {
  EventFollower follower(options());
  auto frames = log_.frames({.until = 20});
  frames.resize(place_of(14));
  EXPECT_EQ(follow(follower, frames), "");
  EXPECT_EQ(follower.size().value, 14U);
  EXPECT_EQ(follower.signed_size().value, 12U);
  EXPECT_EQ(follow(follower, log_.frames({.from = 14, .until = 20, .batch = 6})), "");
  EXPECT_EQ(follower.signed_size().value, 20U);
}

TEST_F(EventFollowerTest, GoesOnFromWhatItKept) {
  const auto kept = followed_to(12).log()->to_text();
  const auto key = log_.key();
  for (std::uint64_t more : {0, 1, 9}) {
    EventFollower follower(options(), read_followed_log(kept, {&key, 1}).value());
    EXPECT_EQ(follower.size().value, 12U);
    EXPECT_EQ(follow(follower, log_.frames({.from = 12, .until = 12 + more})), "");
    EXPECT_EQ(follower.signed_size().value, 12 + more);
  }
}

TEST_F(EventFollowerTest, BeginsInTheMiddle) {
  EventFollower follower(options(), TreeSize{10});
  EXPECT_EQ(follow(follower, log_.frames({.from = 10, .until = 13, .is_signed = false})), "");
  EXPECT_FALSE(follower.log().has_value()) << "the edge is the server's word";
  EXPECT_EQ(follow(follower, log_.frames({.from = 13, .until = 20})), "");
  EXPECT_EQ(follower.log()->edge.head(), log_.log().head(20));
  EventFollower trusting(options(), log_.log().head(10));
  EXPECT_EQ(follow(trusting, log_.frames({.from = 10, .until = 20})), "");
  EventFollower from_nothing(options(), TreeSize{0});
  EXPECT_EQ(follow(from_nothing, log_.frames({.until = 5})), "");
}

TEST_F(EventFollowerTest, AFalseEdgeIsFoundOut) {
  auto frames = log_.frames({.from = 10, .until = 13});
  std::get<StreamStart>(frames[0]).edge[1].bytes[0] ^= 1;
  EventFollower trusting(options(), log_.log().head(10));
  EXPECT_EQ(follow(trusting, frames), "LOG_FORKED at 0");
  // Whoever knows the edge knows which part of it is another one: 10 is 8 and 2.
  auto follower = followed_to(8);
  EXPECT_EQ(follow(follower, log_.frames({.from = 8, .until = 10})), "");
  EXPECT_EQ(follow(follower, frames), "LOG_FORKED at 8");
  // Without a root only the signed one tells, even when the server lies on consistently.
  EventFollower provisional(options(), TreeSize{10});
  auto edge = std::get<StreamStart>(frames[0]).edge;
  std::vector<Frame> consistent{frames[0]};
  auto tree = edge_of({10}, edge).value();
  tree.append(std::vector{ledger::leaf_hash(log_.event(10))});
  consistent.push_back(StreamedEvent{log_.event(10)});
  consistent.push_back(BatchEnd{tree.head()});
  EXPECT_EQ(follow(provisional, consistent), "");
  EXPECT_EQ(follow(provisional, {log_.signed_batch(10, 11)}), "LOG_FORKED at 10");
}

TEST_F(EventFollowerTest, NamesAFork) {
  auto follower = followed_to(8);
  const auto kept = follower.log()->to_text();
  EXPECT_EQ(follow(follower, other_.frames({.from = 8, .until = 12})), "LOG_FORKED at 0")
      << "the other history has another edge";
  // The events of one history, the checkpoint of the other.
  auto frames = log_.frames({.until = 12});
  frames[place_of(8) - 1] = other_.signed_batch(4, 8);
  EventFollower second(options());
  EXPECT_EQ(follow(second, frames), "LOG_FORKED at 4");
  const auto evidence = second.take(StreamEnd{}).value();
  EXPECT_EQ(evidence.checkpoint, other_.log().note(8)) << "after a contradiction always that one";
  EXPECT_EQ(second.log()->edge.size().value, 4U) << "what was signed before stands";
}

TEST_F(EventFollowerTest, NamesADroppedEvent) {
  auto frames = log_.frames({.until = 12});
  frames.erase(frames.begin() + static_cast<std::ptrdiff_t>(place_of(6)));
  EXPECT_EQ(follow(frames), "BATCH_SIZE at 4");
  frames = log_.frames({.until = 12});
  // The whole second batch.
  frames.erase(frames.begin() + static_cast<std::ptrdiff_t>(place_of(4)),
               frames.begin() + static_cast<std::ptrdiff_t>(place_of(8)));
  EXPECT_EQ(follow(frames), "BATCH_SIZE at 4");
}

TEST_F(EventFollowerTest, NamesSwappedEvents) {
  auto frames = log_.frames({.until = 12});
  std::swap(frames[place_of(5)], frames[place_of(6)]);
  EXPECT_EQ(follow(frames), "EVENT_TIME at 6");
  frames = log_.frames({.until = 12, .left_out = 1});
  std::swap(frames[place_of(5)], frames[place_of(6)]);
  EXPECT_EQ(follow(frames), "BATCH_ROOT at 4");
}

TEST_F(EventFollowerTest, NamesARepeatedEvent) {
  auto frames = log_.frames({.until = 12});
  const auto place = frames.begin() + static_cast<std::ptrdiff_t>(place_of(5));
  frames.insert(place, Frame(*place));
  EXPECT_EQ(follow(frames), "BATCH_SIZE at 4");
  auto follower = followed_to(8);
  EXPECT_EQ(follow(follower, log_.frames({.from = 4, .until = 12})), "LOG_SHRANK at 4");
}

TEST_F(EventFollowerTest, NamesAChangedByte) {
  const auto frames = log_.frames({.until = 12});
  const auto& event = log_.event(5);
  for (std::size_t byte = 0; byte < event.size(); ++byte) {
    auto changed = frames;
    std::get<StreamedEvent>(changed[place_of(5)]).bytes[byte] ^= 1;
    const auto wrong = follow(changed);
    EXPECT_TRUE(wrong == "EVENT_MALFORMED at 5" || wrong == "EVENT_TIME at 5" ||
                wrong == "EVENT_TIME at 6" || wrong == "BATCH_ROOT at 4")
        << byte << ": " << wrong;
  }
  auto changed = frames;
  std::get<BatchEnd>(changed[place_of(8) - 2]).head.root.bytes[31] ^= 1;
  EXPECT_EQ(follow(changed), "BATCH_ROOT at 4");
}

TEST_F(EventFollowerTest, NamesWhatAWrongKeySigned) {
  const StreamedLog stranger(10'000, "log.example/2");
  EventFollower follower({{stranger.key()}, {}});
  EXPECT_EQ(follow(follower, log_.frames({.until = 4})), "CHECKPOINT_NOT_SIGNED at 0");
  ledger::NoteVerifier other = log_.log().verifier();
  other.key[0] ^= 1;
  EventFollower both({{log_.key(), other}, {}});
  EXPECT_EQ(follow(both, log_.frames({.until = 4})), "CHECKPOINT_NOT_SIGNED at 0");
  auto frames = log_.frames({.until = 12});
  std::get<SignedBatch>(frames[place_of(8) - 1]).note += "x";
  EXPECT_EQ(follow(frames), "CHECKPOINT_FORMAT at 4");
}

TEST_F(EventFollowerTest, NamesAStaleCheckpointAndOneOutOfPlace) {
  auto frames = log_.frames({.until = 12});
  frames[place_of(8) - 1] = log_.signed_batch(0, 4);
  EXPECT_EQ(follow(frames), "CHECKPOINT_SIZE at 4");
  frames[place_of(8) - 1] = log_.signed_batch(4, 12);
  EXPECT_EQ(follow(frames), "CHECKPOINT_SIZE at 4");
  frames = log_.frames({.until = 12});
  std::swap(frames[place_of(8) - 1], frames[place_of(8) - 2]);
  EXPECT_EQ(follow(frames), "CHECKPOINT_UNASKED at 8");
}

TEST_F(EventFollowerTest, NamesAProofThatProvesNothing) {
  auto frames = log_.frames({.until = 12});
  auto& batch = std::get<SignedBatch>(frames[place_of(12) - 1]);
  for (auto& hash : batch.proof) {
    hash.bytes[0] ^= 1;
    EXPECT_EQ(follow(frames), "CHECKPOINT_NOT_CONTINUED at 8");
    hash.bytes[0] ^= 1;
  }
  batch.proof.pop_back();
  EXPECT_EQ(follow(frames), "CHECKPOINT_NOT_CONTINUED at 8");
  batch = {{5}, log_.log().proof(5, 12), log_.log().note(12)};
  EXPECT_EQ(follow(frames), "") << "about a size whose root was not kept";
  batch = {{13}, {}, log_.log().note(12)};
  EXPECT_EQ(follow(frames), "CHECKPOINT_NOT_CONTINUED at 8");
}

TEST_F(EventFollowerTest, NamesALogThatShrank) {
  auto follower = followed_to(12);
  EXPECT_EQ(follow(follower, {log_.start(10)}), "LOG_SHRANK at 10");
  auto said = followed_to(12);
  EXPECT_EQ(follow(said, {log_.start(12), log_.batch_end(7)}), "LOG_SHRANK at 7");
}

TEST_F(EventFollowerTest, NamesAGapAtTheStart) {
  auto follower = followed_to(12);
  EXPECT_EQ(follow(follower, {log_.start(13)}), "STREAM_GAP at 12");
  EXPECT_EQ(follow({StreamedEvent{log_.event(0)}}), "") << "the frames' order is the reader's";
  EventFollower middle(options(), TreeSize{3});
  EXPECT_EQ(follow(middle, {log_.batch_end(3)}), "STREAM_MALFORMED at 3");
}

TEST_F(EventFollowerTest, CountsWhatIsNotSigned) {
  auto follower = followed_to(8);
  EXPECT_EQ(follow(follower, log_.frames({.from = 8, .until = 20, .is_signed = false})), "");
  EXPECT_EQ(follower.unsigned_events(), 12U);
  EXPECT_EQ(follower.log()->edge.size().value, 8U) << "only what was signed is kept";
}

TEST_F(EventFollowerTest, ACheckpointWithoutItsQuorumProvesNothing) {
  const auto witness =
      ledger::WitnessVerifier{"w.example/a", ledger::ed25519_public_key(ledger::seed_of(5))};
  const auto policy =
      ledger::WitnessPolicy::read("log " + log_.log().verifier().to_text() + "\nwitness a " +
                                  witness.to_text() + "\nquorum a\n")
          .value();
  EventFollower follower({{log_.key()}, policy});
  EXPECT_EQ(follow(follower, log_.frames({.until = 8})), "");
  EXPECT_EQ(follower.unsigned_events(), 8U);
  ASSERT_TRUE(follower.lacking().has_value());
  EXPECT_EQ(follower.lacking()->needs, 1U);
  EXPECT_FALSE(follower.log().has_value());
}

TEST(FollowedLogTest, IsReadAsItWasWrittenAndNoOtherWay) {
  const StreamedLog log;
  const auto key = log.key();
  EventFollower follower({{key}, {}});
  for (const auto& frame : log.frames({.until = 11, .batch = 11})) follower.take(frame);
  const auto text = follower.log()->to_text();
  const auto read = read_followed_log(text, {&key, 1});
  ASSERT_TRUE(read.has_value()) << text;
  EXPECT_EQ(read->to_text(), text);
  EXPECT_EQ(read->edge.head(), log.log().head(11));
  EXPECT_EQ(ledger::to_text(read->recorded_at), "2021-01-04T01:02:13.000000Z");
  for (std::size_t size = 0; size < text.size(); ++size)
    EXPECT_FALSE(read_followed_log(text.substr(0, size), {&key, 1}).has_value()) << size;
  const auto instant = text.find("2021-");
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (at >= instant && at < instant + 27) continue;  // nothing else says when that was
    for (const char bit : {'\1', '\2', '\4', '\x20'}) {
      auto changed = text;
      changed[at] = static_cast<char>(changed[at] ^ bit);
      EXPECT_FALSE(read_followed_log(changed, {&key, 1}).has_value()) << at;
    }
  }
  const auto other = StreamedLog(10'000, "log.example/2").key();
  EXPECT_FALSE(read_followed_log(text, {&other, 1}).has_value());
  EXPECT_TRUE(read_followed_log(text, std::vector{other, key}).has_value());
}

}  // namespace
}  // namespace kinledger::server

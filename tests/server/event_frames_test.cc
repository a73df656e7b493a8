// The byte form of the stream of events: what is written is read, and nothing else is.
#include "server/event_frames.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "ledger/event.h"
#include "ledger/signed_note.h"
#include "tests/server/written_frames.h"

namespace kinledger::server {
namespace {

using ledger::Failure;
using ledger::Hash;

Hash hash_of(std::uint8_t number) {
  Hash hash;
  hash.bytes.fill(number);
  return hash;
}

std::vector<Frame> sample_frames() {
  return {StreamStart{{5}, {hash_of(1), hash_of(2)}},
          StreamedEvent{ledger::Bytes(16, 7)},
          LeftOut{{hash_of(3), hash_of(4), hash_of(5)}},
          BatchEnd{{{9}, hash_of(6)}},
          SignedBatch{{5}, {hash_of(7), hash_of(8)}, "a note\n"},
          BatchEnd{{{9}, hash_of(6)}},
          SignedBatch{{0}, {}, "a note\n"},
          StreamEnd{"complete"}};
}

struct ReadFrames {
  std::vector<Frame> frames;
  std::string fault;  ///< empty: none
  bool is_whole = false;

  bool operator==(const ReadFrames&) const = default;
};

void read_on(FrameReader& reader, ReadFrames& read) {
  while (read.fault.empty()) {
    auto frame = reader.next();
    if (!frame) {
      EXPECT_EQ(frame.error().failure, Failure::corrupt);
      read.fault = frame.error().what;
    } else if (!*frame) {
      break;
    } else {
      read.frames.push_back(std::move(**frame));
    }
  }
  read.is_whole = read.fault.empty() && reader.is_between_frames();
}

ReadFrames read(std::string_view bytes) {
  FrameReader reader;
  ReadFrames read;
  reader.take(bytes);
  read_on(reader, read);
  return read;
}

/// A frame that append_frame() would not write.
std::string raw(char kind, std::size_t length, const std::string& payload) {
  std::string bytes(1, kind);
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(length >> shift);
  return bytes + payload;
}
std::string raw(char kind, const std::string& payload) {
  return raw(kind, payload.size(), payload);
}
std::string after_start(const std::string& bytes) { return bytes_of({StreamStart{}}) + bytes; }

TEST(EventFrames, AreReadAsTheyWereWritten) {
  EXPECT_EQ(read(bytes_of(sample_frames())), (ReadFrames{sample_frames(), "", true}));
  EXPECT_EQ(bytes_of({StreamStart{{1}, {hash_of(1)}}}).substr(0, 13),
            std::string("S\0\0\0\x28\0\0\0\0\0\0\0\x01", 13));
  EXPECT_EQ(bytes_of({StreamEnd{"stopping"}}), std::string("X\0\0\0\x08stopping", 13));
}

TEST(EventFrames, ArriveInAnyPieces) {
  const auto bytes = bytes_of(sample_frames());
  for (std::size_t at = 0; at <= bytes.size(); ++at) {
    FrameReader reader;
    ReadFrames read;
    reader.take(std::string_view(bytes).substr(0, at));
    read_on(reader, read);
    reader.take(std::string_view(bytes).substr(at));
    read_on(reader, read);
    EXPECT_EQ(read, (ReadFrames{sample_frames(), "", true})) << at;
  }
  FrameReader reader;
  ReadFrames read;
  for (const char byte : bytes) {
    reader.take({&byte, 1});
    read_on(reader, read);
  }
  EXPECT_EQ(read, (ReadFrames{sample_frames(), "", true}));
  EXPECT_EQ(reader.position(), bytes.size());
}

TEST(EventFrames, ACutStreamIsNotWhole) {
  const auto bytes = bytes_of(sample_frames());
  std::vector<std::size_t> ends{0};
  for (const auto& frame : sample_frames()) ends.push_back(ends.back() + bytes_of({frame}).size());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto cut = read(std::string_view(bytes).substr(0, size));
    const auto whole = std::ranges::upper_bound(ends, size) - ends.begin() - 1;
    EXPECT_EQ(cut.frames.size(), static_cast<std::size_t>(whole)) << size;
    EXPECT_EQ(cut.fault, "") << size;
    EXPECT_EQ(cut.is_whole, ends[static_cast<std::size_t>(whole)] == size) << size;
  }
}

TEST(EventFrames, NoBitIsWithoutMeaning) {
  const auto frames = sample_frames();
  const auto bytes = bytes_of(frames);
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    auto changed = bytes;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ 1 << bit % 8);
    const auto got = read(changed);
    EXPECT_TRUE(!got.is_whole || got.frames != frames) << bit;
    const auto written = bytes_of(got.frames);
    EXPECT_EQ(changed.substr(0, written.size()), written) << "one spelling of each frame";
  }
}

TEST(EventFrames, NameTheByteAtWhichTheyAreNone) {
  const auto start = bytes_of({StreamStart{}}).size();
  const auto wrong = read(after_start(raw('Q', "")));
  EXPECT_EQ(wrong.fault, "the stream of events is malformed: in the frame at byte " +
                             std::to_string(start) + ": unknown kind");
  EXPECT_EQ(wrong.frames.size(), 1U);
}

TEST(EventFrames, StayMalformed) {
  FrameReader reader;
  reader.take("Q");
  ASSERT_FALSE(reader.next().has_value());
  reader.take(bytes_of(sample_frames()));
  EXPECT_FALSE(reader.next().has_value());
}

TEST(EventFrames, BeginWithOneStartAndEndWithTheEnd) {
  const auto frames = sample_frames();
  for (std::size_t i = 1; i < frames.size(); ++i)
    EXPECT_NE(read(bytes_of({frames[i]})).fault, "") << i;
  EXPECT_NE(read(bytes_of({frames[0], frames[0]})).fault, "");
  EXPECT_NE(read(bytes_of({frames[0], frames.back(), frames[1]})).fault, "");
}

TEST(EventFrames, KeepTheirLimits) {
  const std::vector<Frame> largest{StreamStart{{ledger::tree_size_max}, std::vector<Hash>(63)},
                                   StreamedEvent{ledger::Bytes(ledger::event_bytes_max)},
                                   LeftOut{std::vector<Hash>(left_out_max)},
                                   BatchEnd{{{ledger::tree_size_max}, {}}},
                                   SignedBatch{{ledger::tree_size_max},
                                               std::vector<Hash>(ledger::proof_hashes_max),
                                               std::string(ledger::signed_note_bytes_max, 'n')},
                                   StreamEnd{std::string(stream_end_bytes_max, 'w')}};
  EXPECT_EQ(read(bytes_of(largest)), (ReadFrames{largest, "", true}));
  const std::string hash(32, 'h'), zero(8, '\0'), over = "\x80" + std::string(7, '\0');
  const std::string note(ledger::signed_note_bytes_max + 1, 'n');
  for (const auto& frame : std::vector<std::string>{
           raw('E', ""),
           raw('E', "1234567"),
           raw('E', std::string(ledger::event_bytes_max + 8, 'e')),
           raw('L', ""),
           raw('L', hash + "h"),
           raw('L', std::string((left_out_max + 1) * 32, 'h')),
           raw('B', zero),
           raw('B', zero + hash + "h"),
           raw('B', over + hash),
           raw('C', zero + '\0'),
           raw('C', zero + '\1' + hash + "note"),
           raw('C', over + '\0' + "n"),
           raw('C', "1234567" + std::string("8\1") + hash),
           raw('C', "\1" + std::string(7, '\1') + "\x41" + std::string(65 * 32, 'h') + "note"),
           raw('C', zero + '\0' + note),
           raw('X', std::string(stream_end_bytes_max + 1, 'w')),
           raw('X', "\xff"),
           raw('X', "a\nb"),
           raw('X', "\x1b[2J"),
           raw('X', " a")})
    EXPECT_NE(read(after_start(frame)).fault, "") << frame.substr(0, 60);
  for (const auto& frame : {raw('S', ""), raw('S', zero + hash),
                            raw('S', std::string(7, '\0') + '\1'), raw('S', over + hash)})
    EXPECT_NE(read(frame).fault, "") << frame.substr(0, 60);
}

// What cannot be a frame is not waited for.
TEST(EventFrames, TooLongAFrameIsToldFromItsHead) {
  for (const char kind : {'E', 'L', 'B', 'C', 'X'})
    EXPECT_NE(read(after_start(raw(kind, 0xfffffff8, ""))).fault, "") << kind;
}

}  // namespace
}  // namespace kinledger::server

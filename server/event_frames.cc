#include "server/event_frames.h"

#include <algorithm>
#include <bit>

#include "ledger/event.h"
#include "ledger/signed_note.h"
#include "ledger/text.h"

namespace kinledger::server {
namespace {

using ledger::Error;
using ledger::Failure;
using ledger::Hash;
using ledger::Result;
using ledger::TreeSize;

constexpr std::size_t hash_bytes = sizeof(Hash);
constexpr std::size_t size_bytes = 8;
/// Behind the old size of a C frame.
constexpr std::size_t count_bytes = 1;
constexpr std::size_t event_step = 8;

void append_number(std::string& out, std::uint64_t number, std::size_t bytes) {
  for (std::size_t i = bytes; i > 0; --i) out += static_cast<char>(number >> (8 * (i - 1)));
}

void append_head(std::string& out, char kind, std::size_t payload_bytes) {
  invariant(payload_bytes <= frame_payload_bytes_max);
  out += kind;
  append_number(out, payload_bytes, frame_head_bytes - 1);
}

void append_hashes(std::string& out, std::span<const Hash> hashes) {
  out.append(reinterpret_cast<const char*>(hashes.data()), hashes.size_bytes());
}

std::uint64_t number_in(std::string_view bytes) {
  std::uint64_t number = 0;
  for (const char byte : bytes) number = number << 8 | static_cast<std::uint8_t>(byte);
  return number;
}

/// Precondition: a multiple of 32 bytes.
std::vector<Hash> hashes_in(std::string_view bytes) {
  std::vector<Hash> hashes(bytes.size() / hash_bytes);
  std::ranges::copy(bytes, reinterpret_cast<char*>(hashes.data()));
  return hashes;
}

std::size_t edge_hashes(TreeSize size) {
  return static_cast<std::size_t>(std::popcount(size.value));
}

bool is_end(std::string_view why) {
  const auto accepted = ledger::accept_text(why, stream_end_bytes_max);
  return why.size() <= stream_end_bytes_max && accepted.has_value() && *accepted == why;
}

/// What a payload of the kind may measure: told before any of it is waited for.
struct Lengths {
  std::size_t least = 0;
  std::size_t most = 0;
  std::size_t step = 1;
};

std::optional<Lengths> lengths_of(char kind) {
  constexpr std::size_t head = size_bytes + hash_bytes;
  constexpr std::size_t signed_head = size_bytes + count_bytes;
  switch (kind) {
    case 'S':
      return Lengths{size_bytes, size_bytes + 63 * hash_bytes, 1};
    case 'E':
      return Lengths{event_step, ledger::event_bytes_max, event_step};
    case 'L':
      return Lengths{hash_bytes, left_out_max * hash_bytes, hash_bytes};
    case 'B':
      return Lengths{head, head, 1};
    case 'C':
      return Lengths{
          signed_head + 1,
          signed_head + ledger::proof_hashes_max * hash_bytes + ledger::signed_note_bytes_max, 1};
    case 'X':
      return Lengths{0, stream_end_bytes_max, 1};
    default:
      return std::nullopt;
  }
}

/// Why the payload is none of its kind, or the frame.
using Payload = boost::system::result<Frame, std::string_view>;

Payload read_start(std::string_view payload) {
  const TreeSize size{number_in(payload.substr(0, size_bytes))};
  payload.remove_prefix(size_bytes);
  if (size.value > ledger::tree_size_max) return std::string_view("too large a tree");
  if (payload.size() != edge_hashes(size) * hash_bytes)
    return std::string_view("another number of hashes than the size is the sum of");
  return Frame(StreamStart{size, hashes_in(payload)});
}

Payload read_batch_end(std::string_view payload) {
  BatchEnd batch;
  batch.head.size = {number_in(payload.substr(0, size_bytes))};
  if (batch.head.size.value > ledger::tree_size_max) return std::string_view("too large a tree");
  batch.head.root = hashes_in(payload.substr(size_bytes)).front();
  return Frame(batch);
}

Payload read_signed_batch(std::string_view payload) {
  SignedBatch batch;
  batch.old = {number_in(payload.substr(0, size_bytes))};
  const auto count = number_in(payload.substr(size_bytes, count_bytes));
  payload.remove_prefix(size_bytes + count_bytes);
  if (batch.old.value > ledger::tree_size_max) return std::string_view("too large a tree");
  if (count > ledger::proof_hashes_max || (batch.old.value == 0 && count != 0) ||
      payload.size() <= count * hash_bytes)
    return std::string_view("a wrong number of hashes");
  batch.proof = hashes_in(payload.substr(0, count * hash_bytes));
  batch.note = payload.substr(count * hash_bytes);
  if (batch.note.size() > ledger::signed_note_bytes_max) return std::string_view("too long a note");
  return Frame(std::move(batch));
}

/// Precondition: the length is one that lengths_of() the kind allows.
Payload read_payload(char kind, std::string_view payload) {
  switch (kind) {
    case 'S':
      return read_start(payload);
    case 'E': {
      const auto bytes = ledger::as_bytes(payload);
      return Frame(StreamedEvent{{bytes.begin(), bytes.end()}});
    }
    case 'L':
      return Frame(LeftOut{hashes_in(payload)});
    case 'B':
      return read_batch_end(payload);
    case 'C':
      return read_signed_batch(payload);
    default:
      invariant(kind == 'X');
      if (!is_end(payload)) return std::string_view("no line of text");
      return Frame(StreamEnd{std::string(payload)});
  }
}

}  // namespace

void append_start(std::string& out, TreeSize size, std::span<const Hash> edge) {
  invariant(size.value <= ledger::tree_size_max && edge.size() == edge_hashes(size));
  append_head(out, 'S', size_bytes + edge.size_bytes());
  append_number(out, size.value, size_bytes);
  append_hashes(out, edge);
}

void append_event(std::string& out, ledger::ByteView event) {
  invariant(!event.empty() && event.size() <= ledger::event_bytes_max &&
            event.size() % event_step == 0);
  append_head(out, 'E', event.size());
  out += ledger::as_text(event);
}

void append_left_out(std::string& out, std::span<const Hash> leaves) {
  invariant(!leaves.empty() && leaves.size() <= left_out_max);
  append_head(out, 'L', leaves.size_bytes());
  append_hashes(out, leaves);
}

void append_batch_end(std::string& out, const ledger::TreeHead& head) {
  invariant(head.size.value <= ledger::tree_size_max);
  append_head(out, 'B', size_bytes + hash_bytes);
  append_number(out, head.size.value, size_bytes);
  append_hashes(out, {&head.root, 1});
}

void append_signed_batch(std::string& out, TreeSize old, std::span<const Hash> proof,
                         std::string_view note) {
  invariant(old.value <= ledger::tree_size_max && proof.size() <= ledger::proof_hashes_max);
  invariant(old.value != 0 || proof.empty(), "nothing is proven about the empty tree");
  invariant(!note.empty() && note.size() <= ledger::signed_note_bytes_max);
  append_head(out, 'C', size_bytes + count_bytes + proof.size_bytes() + note.size());
  append_number(out, old.value, size_bytes);
  append_number(out, proof.size(), count_bytes);
  append_hashes(out, proof);
  out += note;
}

void append_stream_end(std::string& out, std::string_view why) {
  invariant(is_end(why));
  append_head(out, 'X', why.size());
  out += why;
}

void FrameReader::take(std::string_view bytes) {
  taken_.erase(0, read_);
  read_ = 0;
  taken_ += bytes;
}

Result<std::optional<Frame>> FrameReader::next() {
  if (fault_) return *fault_;
  const auto fail = [this](std::string_view why) {
    fault_ = Error{Failure::corrupt, "the stream of events is malformed: in the frame at byte " +
                                         std::to_string(position_) + ": " + std::string(why)};
    return *fault_;
  };
  const auto rest = std::string_view(taken_).substr(read_);
  if (rest.empty()) return std::optional<Frame>();
  const char kind = rest.front();
  const auto lengths = lengths_of(kind);
  if (!lengths) return fail("unknown kind");
  if (has_ended_) return fail("behind the end");
  if ((kind == 'S') != (position_ == 0)) return fail("a start is the first frame and no other");
  if (rest.size() < frame_head_bytes) return std::optional<Frame>();
  const auto bytes = number_in(rest.substr(1, frame_head_bytes - 1));
  if (bytes < lengths->least || bytes > lengths->most || bytes % lengths->step != 0)
    return fail("wrong length");
  if (rest.size() - frame_head_bytes < bytes) return std::optional<Frame>();
  auto frame = read_payload(kind, rest.substr(frame_head_bytes, bytes));
  if (!frame) return fail(frame.error());
  has_ended_ = kind == 'X';
  read_ += frame_head_bytes + bytes;
  position_ += frame_head_bytes + bytes;
  return std::optional<Frame>(std::move(*frame));
}

}  // namespace kinledger::server

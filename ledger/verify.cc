#include "ledger/verify.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace kinledger::ledger {
namespace {

/// Leaves that one thread takes at a time: a perfect subtree of this level.
constexpr unsigned chunk_level = 16;
constexpr std::uint64_t chunk_events = std::uint64_t{1} << chunk_level;

Hash fold(std::span<const Hash> hashes) {
  std::vector<Hash> level(hashes.begin(), hashes.end());
  for (auto left = level.size(); left > 1; left /= 2)
    for (std::size_t i = 0; i < left / 2; ++i) level[i] = node_hash(level[2 * i], level[2 * i + 1]);
  return level[0];
}

struct Chunk {
  Hash root;                 // of a whole chunk
  std::vector<Hash> leaves;  // of the last, partial chunk only
  std::uint64_t bytes = 0;
  std::optional<Damage> damage;
};

/// Checks what one event says by itself and against the one before it.
std::optional<std::string> check_event(ByteView bytes, RecordedAt& last) {
  if (const auto canonical = check_canonical(bytes); !canonical) return canonical.error().what;
  const auto event = EventView::read(bytes);
  if (!event) return event.error().what;
  if (event->envelope().recorded_at < last)
    return "an event was recorded before the one in front of it";
  last = event->envelope().recorded_at;
  return std::nullopt;
}

class Verifier {
 public:
  Verifier(const Journal& journal, const TreeHead& expected, const VerifyOptions& options)
      : journal_(journal),
        size_(expected.size.value),
        options_(options),
        chunks_((size_ + chunk_events - 1) / chunk_events) {}

  void run() {
    std::vector<std::thread> threads;
    const auto count = std::min<std::uint64_t>(std::max(1u, options_.threads), chunks_.size());
    for (std::uint64_t i = 1; i < count; ++i) threads.emplace_back([this] { work(); });
    work();
    for (auto& thread : threads) thread.join();
  }

  Result<Verification> result(const TreeHead& expected) const {
    Verification out;
    out.events = size_;
    for (const auto& chunk : chunks_) {
      out.event_bytes += chunk.bytes;
      if (chunk.damage && !out.damage) out.damage = chunk.damage;
    }
    if (out.damage) return out;
    const auto root = root_at({size_}, [this](Subtree subtree) { return computed(subtree); });
    if (!root) return root.error();
    out.head = {{size_}, *root};
    if (*root != expected.root)
      out.damage = Damage{{0},
                          "the events are consistent with each other, but not with the "
                          "acknowledged root: the journal was rewritten, or the mark is that of "
                          "another one"};
    return out;
  }

 private:
  void work() {
    for (;;) {
      const auto index = next_.fetch_add(1);
      if (index >= chunks_.size()) return;
      check(index, chunks_[index]);
      const auto done = done_.fetch_add(1) + 1;
      if (options_.progress) options_.progress(std::min(done * chunk_events, size_), size_);
    }
  }

  void check(std::uint64_t index, Chunk& chunk) const {
    const auto from = index * chunk_events;
    const auto until = std::min(size_, from + chunk_events);
    const auto stored = journal_.leaf_hashes({from}, until - from);
    std::vector<Hash> leaves;
    leaves.reserve(until - from);
    RecordedAt last{0};
    const auto read = journal_.read({from}, {until}, [&](Sequence first, const Page& page) {
      for (std::size_t i = 0; i < page.count(); ++i) {
        const auto sequence = first.value + i;
        if (sequence < from || sequence >= until) continue;
        const auto event = page.event(i);
        leaves.push_back(leaf_hash(event));
        chunk.bytes += event.size();
        auto what = check_event(event, last);
        if (!what && stored && leaves.back() != (*stored)[sequence - from])
          what = "the stored event is not the one whose hash is stored";
        if (what) {
          chunk.damage = Damage{{sequence}, *what};
          return false;
        }
      }
      return true;
    });
    if (!chunk.damage && !read) chunk.damage = Damage{{from + leaves.size()}, read.error().what};
    if (!chunk.damage && !stored) chunk.damage = Damage{{from}, stored.error().what};
    if (chunk.damage) return;
    compare_tiles(from, leaves, chunk);
    if (leaves.size() == chunk_events)
      chunk.root = fold(leaves);
    else
      chunk.leaves = std::move(leaves);
  }

  /// Stored hashes of 256 leaves are what proofs are made of.
  void compare_tiles(std::uint64_t from, std::span<const Hash> leaves, Chunk& chunk) const {
    constexpr std::uint64_t width = std::uint64_t{1} << tile_height;
    for (std::uint64_t at = 0; at + width <= leaves.size(); at += width) {
      const auto stored = journal_.subtree_hash({tile_height, (from + at) / width});
      if (stored && *stored == fold(leaves.subspan(at, width))) continue;
      chunk.damage =
          Damage{{from + at}, "the stored hash of the 256 events from here on is not theirs"};
      return;
    }
  }

  Result<Hash> computed(Subtree subtree) const {
    if (subtree.level >= chunk_level) {
      const auto height = subtree.level - chunk_level;
      std::vector<Hash> roots;
      for (std::uint64_t i = 0; i < std::uint64_t{1} << height; ++i)
        roots.push_back(chunks_[(subtree.index << height) + i].root);
      return fold(roots);
    }
    const auto from = (subtree.index << subtree.level) % chunk_events;
    return fold(std::span(chunks_.back().leaves).subspan(from, std::size_t{1} << subtree.level));
  }

  const Journal& journal_;
  const std::uint64_t size_;
  const VerifyOptions& options_;
  std::vector<Chunk> chunks_;
  std::atomic<std::uint64_t> next_{0}, done_{0};
};

}  // namespace

Result<Verification> verify(const Journal& journal, const TreeHead& expected,
                            const VerifyOptions& options) {
  if (expected.size > journal.size()) {
    Verification out;
    out.damage =
        Damage{{journal.size().value}, "the journal ends here, but more events were acknowledged"};
    return out;
  }
  Verifier verifier(journal, expected, options);
  verifier.run();
  return verifier.result(expected);
}

}  // namespace kinledger::ledger

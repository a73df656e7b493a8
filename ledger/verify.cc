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

struct Chunk {
  Hash root;                 // of a whole chunk
  std::vector<Hash> leaves;  // of the last, partial chunk only
  std::uint64_t bytes = 0;
  std::uint64_t index_rows = 0;  // that its events account for
  std::optional<RecordedAt> first_recorded_at;
  RecordedAt last_recorded_at;
  std::optional<Damage> damage;
};

constexpr std::string_view out_of_order = "an event was recorded before the one in front of it";

/// The units that the event says are recorded, each once.
std::vector<UnitId> units_recorded_by(const EventView& event) {
  if (!records_a_unit(event.type())) return {};
  auto units = event.units();
  std::ranges::sort(units);
  units.erase(std::unique(units.begin(), units.end()), units.end());
  return units;
}

bool begins_submission(const EventView& event) {
  const auto& envelope = event.envelope();
  return envelope.ordinal == 0 && !envelope.submission.is_zero();
}

bool is_listed(const Journal& journal, Sequence rotation) {
  const auto rotations = journal.key_rotations();
  return rotations && std::ranges::binary_search(*rotations, rotation);
}

/// What the index says of an event: that it replaced a version, recorded a unit, gave the log
/// another key, or was the first of a submission. Adds the rows that are of this event to `rows`.
std::optional<std::string> check_index(const Journal& journal, const EventView& event,
                                       Sequence sequence, std::uint64_t& rows) {
  const auto& envelope = event.envelope();
  if (event.has_correction()) {
    const auto replaced = event.correction()->replaces;
    const auto by = journal.replaced_by(replaced);
    if (!by || *by != sequence)
      return "the index does not say that this event replaced event " +
             std::to_string(replaced.value);
    ++rows;
  }
  for (const auto& unit : units_recorded_by(event)) {
    const auto by = journal.unit_recorded_by(unit);
    if (!by || !*by || **by > sequence) return "the index does not know a unit of this event";
    if (**by == sequence) ++rows;
  }
  if (event.type() == EventType::key_rotated) {
    if (!is_listed(journal, sequence))
      return "the index does not know that this event rotates a key";
    ++rows;
  }
  if (begins_submission(event)) {
    const auto record = journal.submission(envelope.submission);
    const bool is_its = record && *record && (*record)->first == sequence &&
                        (*record)->count == envelope.count &&
                        (*record)->recorded_at == envelope.recorded_at;
    if (!is_its) return "the index does not know the submission that begins here";
    ++rows;
  }
  return std::nullopt;
}

/// What a row of the index says that its event does not.
std::optional<std::string> contradicted(const IndexRow& row, const EventView& event) {
  const auto number = std::to_string(row.event.value);
  if (const auto* id = std::get_if<SubmissionId>(&row.what)) {
    if (begins_submission(event) && event.envelope().submission == *id) return std::nullopt;
    return "the index holds a submission (" + to_text(*id) + ") that does not begin at event " +
           number;
  }
  if (const auto* replaced = std::get_if<IndexRow::Replaced>(&row.what)) {
    const auto version = replaced->version;
    if (event.has_correction() && event.correction()->replaces == version) return std::nullopt;
    return "the index says that event " + std::to_string(version.value) +
           " was replaced by event " + number + ", which does not replace it";
  }
  if (std::holds_alternative<IndexRow::KeyRotation>(row.what)) {
    if (event.type() == EventType::key_rotated) return std::nullopt;
    return "the index says that event " + number + " rotates a key, which it does not";
  }
  const auto& unit = std::get<UnitId>(row.what);
  if (std::ranges::binary_search(units_recorded_by(event), unit)) return std::nullopt;
  return "the index holds a unit (" + to_text(unit) + ") that event " + number + " does not record";
}

std::vector<Hash> slice_of(std::span<const Hash> hashes, std::size_t from, std::size_t count) {
  const auto part = hashes.subspan(from, count);
  return {part.begin(), part.end()};
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
    if (!out.damage) out.damage = check_order();
    if (!out.damage) out.damage = check_upper_levels();
    if (!out.damage) out.damage = check_index_rows();
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

  /// Checks what one event says by itself, against the one before it, and against the index.
  std::optional<std::string> check_event(ByteView bytes, Sequence sequence, Chunk& chunk) const {
    if (const auto canonical = check_canonical(bytes); !canonical) return canonical.error().what;
    const auto event = EventView::read(bytes);
    if (!event) return event.error().what;
    const auto recorded_at = event->envelope().recorded_at;
    if (!chunk.first_recorded_at) chunk.first_recorded_at = recorded_at;
    if (recorded_at < chunk.last_recorded_at) return std::string(out_of_order);
    chunk.last_recorded_at = recorded_at;
    return check_index(journal_, *event, sequence, chunk.index_rows);
  }

  /// That time does not go back from one chunk to the next either.
  std::optional<Damage> check_order() const {
    for (std::size_t i = 1; i < chunks_.size(); ++i)
      if (*chunks_[i].first_recorded_at < chunks_[i - 1].last_recorded_at)
        return Damage{{i * chunk_events}, std::string(out_of_order)};
    return std::nullopt;
  }

  /// Stored hashes above those of 256 leaves, which opening a ledger reads.
  std::optional<Damage> check_upper_levels() const {
    std::optional<Damage> damage;
    std::uint64_t found = 0;
    const auto read = journal_.read_subtrees([&](const SubtreeHash& stored) {
      const auto [level, index] = stored.subtree;
      if (level < chunk_level || index >= size_ >> level) return true;
      ++found;
      const auto hash = computed(stored.subtree);
      if (hash && *hash == stored.hash) return true;
      damage = Damage{{index << level},
                      "the stored hash of the " + std::to_string(std::uint64_t{1} << level) +
                          " events from here on is not theirs"};
      return false;
    });
    if (damage) return damage;
    if (!read) return Damage{{0}, read.error().what};
    std::uint64_t expected = 0;
    for (unsigned level = chunk_level; level < 64; level += tile_height) expected += size_ >> level;
    if (found != expected) return Damage{{0}, "a stored hash of many events is missing"};
    return std::nullopt;
  }

  /// That the index holds nothing but the rows that events account for. Those are there, each event
  /// was asked: so there are others where there are more of them, and only then are they looked
  /// for.
  std::optional<Damage> check_index_rows() const {
    std::uint64_t accounted = 0, found = 0;
    for (const auto& chunk : chunks_) accounted += chunk.index_rows;
    const auto end = journal_.size().value;
    const auto is_of_these = [&](const IndexRow& row) {
      return row.event.value < size_ || row.event.value >= end;
    };
    auto read = journal_.read_index([&](const IndexRow& row) {
      found += is_of_these(row) ? 1 : 0;
      return true;
    });
    if (read && found == accounted) return std::nullopt;
    std::optional<Damage> damage;
    if (read) {
      read = journal_.read_index([&](const IndexRow& row) {
        if (is_of_these(row)) damage = planted(row);
        return !damage;
      });
    }
    if (!read) return Damage{{0}, read.error().what};
    if (damage) return damage;
    return Damage{{0}, "the index has rows that are found one by one, but not from end to end"};
  }

  std::optional<Damage> planted(const IndexRow& row) const {
    const auto located = journal_.locate(row.event);
    if (!located)
      return Damage{{size_},
                    "the index holds a row of event " + std::to_string(row.event.value) +
                        ", which is not there"};
    auto what = contradicted(row, *EventView::read(located->event(row.event)));
    if (!what) return std::nullopt;
    return Damage{row.event, std::move(*what)};
  }

  void check(std::uint64_t index, Chunk& chunk) const {
    const auto from = index * chunk_events;
    const auto until = std::min(size_, from + chunk_events);
    const auto stored = journal_.leaf_hashes({from}, until - from);
    std::vector<Hash> leaves;
    leaves.reserve(until - from);
    const auto read = journal_.read({from}, {until}, [&](Sequence first, const Page& page) {
      for (std::size_t i = 0; i < page.count(); ++i) {
        const auto sequence = first.value + i;
        if (sequence < from || sequence >= until) continue;
        const auto event = page.event(i);
        leaves.push_back(leaf_hash(event));
        chunk.bytes += event.size();
        auto what = check_event(event, {sequence}, chunk);
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
      if (stored && *stored == fold(slice_of(leaves, at, width))) continue;
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
      return fold(std::move(roots));
    }
    const auto from = (subtree.index << subtree.level) % chunk_events;
    return fold(slice_of(chunks_.back().leaves, from, std::size_t{1} << subtree.level));
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

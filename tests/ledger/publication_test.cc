// The log as files: tiles against hashes computed here from the entries alone, at sizes around a
// full tile, published at once and in steps.
#include "ledger/publication.h"

#include <fstream>
#include <iterator>

#include "ledger/tile.h"
#include "tests/ledger/ledger_fixture.h"

namespace kinledger::ledger {
namespace {

namespace fs = std::filesystem;

Bytes published(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in.is_open()) << path;
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(Tile, HasThePathOfTheStandard) {
  using enum Tile::Kind;
  EXPECT_EQ((Tile{hashes, 0, 0, 256}.path()), "tile/0/000");
  EXPECT_EQ((Tile{hashes, 0, 0, 255}.path()), "tile/0/000.p/255");
  EXPECT_EQ((Tile{hashes, 0, 999, 256}.path()), "tile/0/999");
  EXPECT_EQ((Tile{hashes, 0, 1000, 256}.path()), "tile/0/x001/000");
  EXPECT_EQ((Tile{hashes, 1, 1, 17}.path()), "tile/1/001.p/17");
  EXPECT_EQ((Tile{entries, 0, 1234067, 256}.path()), "tile/entries/x001/x234/067");
  EXPECT_EQ((Tile{hashes, 0, 123456789, 41}.path()), "tile/0/x123/x456/789.p/41");
}

/// Tiles in all, full and partial, of each level of a tree of this size.
std::vector<std::pair<int, int>> tiles_by_level(std::uint64_t size) {
  std::vector<std::pair<int, int>> counts(tile_levels);
  EXPECT_TRUE(tiles_between({0}, {size}, [&](const Tile& tile) -> Result<void> {
    if (tile.kind == Tile::Kind::hashes)
      ++(tile.is_full() ? counts[tile.level].first : counts[tile.level].second);
    return {};
  }));
  while (counts.back() == std::pair(0, 0)) counts.pop_back();
  return counts;
}

TEST(Tile, IsReadFromTheOneSpellingOfItsPath) {
  for (const Tile& tile : {Tile{}, Tile{Tile::Kind::entries, 0, 1'234'067, 44},
                           Tile{Tile::Kind::hashes, 7, 0, 1}, Tile{Tile::Kind::hashes, 1, 999, 256},
                           Tile{Tile::Kind::hashes, 0, (tree_size_max >> tile_height) - 1, 255}})
    EXPECT_EQ(read_tile_path(tile.path()), tile) << tile.path();
  for (const auto* path : {"",
                           "tile",
                           "tile/",
                           "tile/0",
                           "tile/0/",
                           "tile/8/000",
                           "tile/00/000",
                           "tile/-1/000",
                           "tile/0/0",
                           "tile/0/1000",
                           "tile/0/x000/000",
                           "tile/0/001/000",
                           "tile/0/x001/x000",
                           "tile/0/x1/000",
                           "tile/0/000.p",
                           "tile/0/000.p/",
                           "tile/0/000.p/0",
                           "tile/0/000.p/256",
                           "tile/0/000.p/01",
                           "tile/0/000.p/1/",
                           "tile/0/000/",
                           "tile/data/000",
                           "tile/entries/00",
                           "tile/0/x999/x999/x999/x999/x999/999",
                           "tile/0/000.p/1.p/1",
                           "/tile/0/000",
                           "tile/0/0x0"})
    EXPECT_EQ(read_tile_path(path), std::nullopt) << path;
}

TEST(Tile, OnlyFullOnesAreHashedUpward) {
  using Counts = std::vector<std::pair<int, int>>;
  EXPECT_EQ(tiles_by_level(1), (Counts{{0, 1}}));
  EXPECT_EQ(tiles_by_level(255), (Counts{{0, 1}}));
  EXPECT_EQ(tiles_by_level(256), (Counts{{1, 0}, {0, 1}}));
  EXPECT_EQ(tiles_by_level(70'000), (Counts{{273, 1}, {1, 1}, {0, 1}}));
  EXPECT_EQ(tiles_by_level(65'536), (Counts{{256, 0}, {1, 0}, {0, 1}}));
}

class Publishing : public LedgerTest {
 protected:
  Publishing() { create(); }

  /// Records premiums of one child until the ledger has this many events.
  void grow_to(std::uint64_t size) {
    const auto missing = size - ledger_->durable().size.value;
    const auto number = resident("20150302", 1);
    std::vector<SubmittedEvent> events;
    for (std::uint64_t i = 0; i < missing; ++i)
      events.push_back(i == 0 && size == missing + 1
                           ? person_registered(number, "a name")
                           : premium_paid(number, "2021-03-01", Fen{static_cast<int>(i + size)}));
    const bool first = size == missing + 1;
    recorded("grow to " + std::to_string(size), std::move(events), first);
    ASSERT_EQ(ledger_->durable().size.value, size);
  }

  Result<Publication> publish_now() {
    const auto checkpoint = ledger_->checkpoint();
    if (!checkpoint) return checkpoint.error();
    return publish(ledger_->journal(), checkpoint->note, ledger_->verifier().value(),
                   {log_, nullptr});
  }

  /// What is published is one tree: its entries, hashed here, give every tile and the root.
  void check_published() {
    const auto note = read_note(as_text(published(log_ / "checkpoint")));
    ASSERT_TRUE(note && is_signed_by(*note, ledger_->verifier().value()));
    const auto head = read_checkpoint(note->text)->head;
    std::vector<Hash> hashes;
    for (std::uint64_t from = 0; from < head.size.value; from += tile_width) {
      const auto width = std::min<std::uint64_t>(tile_width, head.size.value - from);
      const auto bundle =
          published(log_ / Tile{Tile::Kind::entries, 0, from / tile_width, unsigned(width)}.path());
      for (std::size_t at = 0; at < bundle.size();) {
        const auto length = std::size_t{bundle[at]} << 8 | bundle[at + 1];
        ASSERT_LE(at + 2 + length, bundle.size());
        hashes.push_back(leaf_hash(ByteView(bundle).subspan(at + 2, length)));
        at += 2 + length;
      }
    }
    ASSERT_EQ(hashes.size(), head.size.value);
    TreeEdge edge;
    edge.append(hashes);
    EXPECT_EQ(edge.head(), head);
    for (unsigned level = 0; !hashes.empty(); ++level) {
      std::vector<Hash> above;
      for (std::size_t from = 0; from < hashes.size(); from += tile_width) {
        const auto width = std::min<std::size_t>(tile_width, hashes.size() - from);
        Bytes expected;
        for (std::size_t i = from; i < from + width; ++i)
          expected.insert(expected.end(), hashes[i].bytes.begin(), hashes[i].bytes.end());
        EXPECT_EQ(
            published(log_ /
                      Tile{Tile::Kind::hashes, level, from / tile_width, unsigned(width)}.path()),
            expected);
        if (width == tile_width)
          above.push_back(fold({hashes.begin() + std::ptrdiff_t(from),
                                hashes.begin() + std::ptrdiff_t(from + width)}));
      }
      hashes = std::move(above);
    }
  }

  const fs::path log_ = directory_.path() / "log";
};

TEST_F(Publishing, InStepsGivesTheTreeAtEachSize) {
  std::uint64_t before = 0;
  for (const std::uint64_t size : {2, 255, 256, 257, 512, 700}) {
    grow_to(size);
    const auto publication = publish_now().value();
    EXPECT_EQ(publication.head.size.value, size);
    EXPECT_EQ(publication.before.value, before);
    check_published();
    before = size;
  }
  EXPECT_FALSE(fs::exists(log_ / "tile/0/000.p")) << "the full tile is there";
  EXPECT_TRUE(fs::exists(log_ / "tile/0/002.p/188"));
  EXPECT_EQ(publish_now().value().tiles_written, 0u) << "nothing is new";
}

TEST_F(Publishing, FinishesWhatWasInterrupted) {
  grow_to(600);
  ASSERT_TRUE(publish_now());
  fs::remove(log_ / "checkpoint");
  fs::remove(log_ / "tile/entries/001");
  EXPECT_EQ(publish_now().value().tiles_written, 1u);
  check_published();
}

TEST_F(Publishing, RefusesADirectoryOfSomethingElse) {
  grow_to(3);
  fs::create_directory(log_);
  std::ofstream(log_ / "letter.txt") << "dear office";
  EXPECT_EQ(publish_now().error().failure, Failure::conflict);
  EXPECT_FALSE(fs::exists(log_ / "tile"));
  fs::remove(log_ / "letter.txt");
  std::ofstream(log_ / "checkpoint") << "another log\n";
  EXPECT_EQ(publish_now().error().failure, Failure::conflict);
}

TEST_F(Publishing, NeverChangesWhatWasPublished) {
  grow_to(300);
  ASSERT_TRUE(publish_now());
  fs::remove(log_ / "checkpoint");
  auto tile = published(log_ / "tile/0/000");
  tile[77] ^= 1;
  std::ofstream(log_ / "tile/0/000", std::ios::binary)
      .write(reinterpret_cast<const char*>(tile.data()), std::ptrdiff_t(tile.size()));
  EXPECT_EQ(publish_now().error().failure, Failure::corrupt);
  EXPECT_EQ(published(log_ / "tile/0/000"), tile);
  EXPECT_FALSE(fs::exists(log_ / "checkpoint"));
}

TEST_F(Publishing, RefusesALogThatIsBehindWhatItPublished) {
  grow_to(10);
  const auto early = ledger_->checkpoint().value().note;
  grow_to(20);
  ASSERT_TRUE(publish_now());
  const auto behind =
      publish(ledger_->journal(), early, ledger_->verifier().value(), {log_, nullptr});
  EXPECT_EQ(behind.error().failure, Failure::corrupt);
  check_published();
}

}  // namespace
}  // namespace kinledger::ledger

#include "ledger/tile.h"

#include <algorithm>
#include <cstdio>

namespace kinledger::ledger {
namespace {

constexpr std::uint64_t index_group = 1000;

std::string index_path(std::uint64_t index) {
  char digits[8];
  std::snprintf(digits, sizeof digits, "%03u", static_cast<unsigned>(index % index_group));
  std::string path = digits;
  for (index /= index_group; index > 0; index /= index_group) {
    std::snprintf(digits, sizeof digits, "x%03u", static_cast<unsigned>(index % index_group));
    path = std::string(digits) + "/" + path;
  }
  return path;
}

/// Hashes, or entries, that a level has in a tree of this size.
std::uint64_t count_at(unsigned level, TreeSize size) { return size.value >> level * tile_height; }

Result<Bytes> read_hashes(const Journal& journal, const Tile& tile) {
  const auto first = tile.index * tile_width;
  std::vector<Hash> hashes;
  if (tile.level == 0) {
    auto leaves = journal.leaf_hashes({first}, tile.width);
    if (!leaves) return leaves.error();
    hashes = std::move(*leaves);
  }
  for (unsigned i = 0; tile.level > 0 && i < tile.width; ++i) {
    const auto hash = journal.subtree_hash({tile.level * tile_height, first + i});
    if (!hash) return hash.error();
    hashes.push_back(*hash);
  }
  Bytes bytes;
  for (const auto& hash : hashes) bytes.insert(bytes.end(), hash.bytes.begin(), hash.bytes.end());
  return bytes;
}

Result<Bytes> read_entries(const Journal& journal, const Tile& tile) {
  const auto from = tile.index * tile_width, until = from + tile.width;
  Bytes bytes;
  const auto read = journal.read({from}, {until}, [&](Sequence first, const Page& page) {
    const auto begin = from - std::min(from, first.value);
    const auto end = std::min<std::uint64_t>(page.count(), until - first.value);
    for (auto i = begin; i < end; ++i) {
      const auto event = page.event(i);
      bytes.push_back(static_cast<std::uint8_t>(event.size() >> 8));
      bytes.push_back(static_cast<std::uint8_t>(event.size()));
      bytes.insert(bytes.end(), event.begin(), event.end());
    }
    return true;
  });
  if (!read) return read.error();
  return bytes;
}

}  // namespace

std::string Tile::path() const {
  const auto of = kind == Kind::entries ? "entries" : std::to_string(level);
  return "tile/" + of + "/" + index_path(index) + (is_full() ? "" : ".p/" + std::to_string(width));
}

Result<void> tiles_between(TreeSize from, TreeSize size,
                           const std::function<Result<void>(const Tile&)>& visit) {
  const auto visit_level = [&](Tile::Kind kind, unsigned level) -> Result<void> {
    const auto count = count_at(level, size), before = count_at(level, from);
    if (count == before) return {};
    for (auto index = before / tile_width; index * tile_width < count; ++index) {
      const auto width = std::min<std::uint64_t>(tile_width, count - index * tile_width);
      if (auto visited = visit({kind, level, index, static_cast<unsigned>(width)}); !visited)
        return visited;
    }
    return {};
  };
  if (auto visited = visit_level(Tile::Kind::entries, 0); !visited) return visited;
  for (unsigned level = 0; level < tile_levels; ++level)
    if (auto visited = visit_level(Tile::Kind::hashes, level); !visited) return visited;
  return {};
}

std::vector<Tile> partial_tiles(TreeSize size) {
  std::vector<Tile> partial;
  const auto add = [&](Tile::Kind kind, unsigned level) {
    const auto count = count_at(level, size);
    if (const auto width = static_cast<unsigned>(count % tile_width); width != 0)
      partial.push_back({kind, level, count / tile_width, width});
  };
  add(Tile::Kind::entries, 0);
  for (unsigned level = 0; level < tile_levels; ++level) add(Tile::Kind::hashes, level);
  return partial;
}

Result<Bytes> read_tile(const Journal& journal, const Tile& tile) {
  const auto end = (tile.index * tile_width + tile.width) << tile.level * tile_height;
  if (tile.width == 0 || tile.width > tile_width || end > journal.size().value)
    return Error{Failure::invalid, tile.path() + " is not in the log yet"};
  return tile.kind == Tile::Kind::hashes ? read_hashes(journal, tile) : read_entries(journal, tile);
}

}  // namespace kinledger::ledger

#include "ledger/tile.h"

#include <algorithm>
#include <cstdio>

#include "ledger/log_lines.h"

namespace kinledger::ledger {
namespace {

constexpr std::uint64_t index_group = 1000;

std::string index_path(std::uint64_t index) {
  char digits[8];
  std::snprintf(digits, sizeof digits, "%03u", static_cast<unsigned>(index % index_group));
  std::string path = digits;
  for (index /= index_group; index > 0; index /= index_group) {
    std::snprintf(digits, sizeof digits, "x%03u", static_cast<unsigned>(index % index_group));
    path.insert(0, "/").insert(0, digits);
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

std::optional<Tile> read_tile_path(std::string_view path) {
  // Read leniently, and then held against the one spelling.
  constexpr std::string_view root = "tile/", entries = "entries", partial = ".p/";
  constexpr std::size_t longest = 64;
  if (!path.starts_with(root) || path.size() > longest) return std::nullopt;
  auto text = path.substr(root.size());
  const auto level_end = text.find('/');
  if (level_end == std::string_view::npos) return std::nullopt;
  Tile tile;
  const auto level = text.substr(0, level_end);
  text.remove_prefix(level_end);
  if (level == entries)
    tile.kind = Tile::Kind::entries;
  else if (level.size() == 1 && level[0] >= '0' && level[0] < '0' + static_cast<int>(tile_levels))
    tile.level = static_cast<unsigned>(level[0] - '0');
  else
    return std::nullopt;
  if (const auto at = text.find(partial); at != std::string_view::npos) {
    const auto width = read_decimal(text.substr(at + partial.size()));
    if (!width || *width == 0 || *width >= tile_width) return std::nullopt;
    tile.width = static_cast<unsigned>(*width);
    text = text.substr(0, at);
  }
  // Above the levels that the largest tree fills there is one tile.
  std::uint64_t tiles_max = tree_size_max >> tile_height;
  for (unsigned below = 0; below < tile.level; ++below) tiles_max >>= tile_height;
  const auto index_max = std::max<std::uint64_t>(tiles_max, 1) - 1;
  for (const char byte : text) {
    if (byte == '/' || byte == 'x') continue;
    if (byte < '0' || byte > '9') return std::nullopt;
    tile.index = tile.index * 10 + static_cast<std::uint64_t>(byte - '0');
    if (tile.index > index_max) return std::nullopt;
  }
  return tile.path() == path ? std::optional(tile) : std::nullopt;
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

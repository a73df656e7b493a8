// Tiles (瓦片): the log cut into pieces that never change once they are full, C2SP tlog-tiles
// v0.1.0. 256 hashes, or 256 events, make a full tile:
//
//   tile/<level>/<index>             hash i is that of the perfect subtree of level 8 * level and
//                                    number index * 256 + i
//   tile/entries/<index>             length (2, big endian) and stored bytes of each event
//
// The last one of a level may be partial; ".p/<width>" stands behind its name. Indexes are written
// in groups of three digits, all but the last with an "x" before them: 1234067 is x001/x234/067.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/journal.h"
#include "ledger/merkle.h"
#include "ledger/result.h"

namespace kinledger::ledger {

inline constexpr unsigned tile_width = 1u << tile_height;
/// A tree below tree_size_max has no more levels of tiles.
inline constexpr unsigned tile_levels = 8;

struct Tile {
  enum class Kind : std::uint8_t { hashes, entries };

  Kind kind = Kind::hashes;
  unsigned level = 0;  ///< 0 for entries
  std::uint64_t index = 0;
  unsigned width = tile_width;  ///< 1 to tile_width

  bool is_full() const { return width == tile_width; }
  /// "tile/0/x001/067.p/44"
  std::string path() const;
  bool operator==(const Tile&) const = default;
};

/// Nothing unless the text is exactly path() of a tile that some tree could have.
std::optional<Tile> read_tile_path(std::string_view path);

/// Calls `visit` with the tiles of the tree `size` that the tree `from` did not have, until it
/// returns an error: of the entries and then of each level, ascending, the partial one last.
Result<void> tiles_between(TreeSize from, TreeSize size,
                           const std::function<Result<void>(const Tile&)>& visit);

/// The tiles of the tree that are not full, at most one of the entries and one of each level.
std::vector<Tile> partial_tiles(TreeSize size);

/// The bytes of the tile. `invalid` unless the journal holds all of it.
Result<Bytes> read_tile(const Journal& journal, const Tile& tile);

}  // namespace kinledger::ledger

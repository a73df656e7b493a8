// The path of a tile, as it is asked for over HTTP: what is read is what its writer writes, and
// some tree has that tile.
#include "ledger/tile.h"

#include "tests/fuzz/target.h"

namespace kinledger::fuzz {

void tile(ByteView input) {
  const auto text = ledger::as_text(input);
  const auto tile = ledger::read_tile_path(text);
  if (!tile) return;
  invariant(tile->path() == text);
  invariant(tile->level < ledger::tile_levels);
  invariant(tile->width >= 1 && tile->width <= ledger::tile_width);
}

const Registered registered_tile({"tile", tile, 100'000});

}  // namespace kinledger::fuzz

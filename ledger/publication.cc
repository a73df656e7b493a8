#include "ledger/publication.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>

#include "ledger/read_file.h"
#include "ledger/tile.h"

namespace kinledger::ledger {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t entries_between_progress = 64 * tile_width;

Error unavailable(const std::string& what, const fs::path& path, int number) {
  return {Failure::unavailable, what + " " + path.string() + ": " + std::strerror(number)};
}

/// After a crash there is the old file, or none, or the new one; durable with sync_all().
Result<void> put_file(const fs::path& path, ByteView bytes) {
  auto aside = path;
  aside += ".new";
  std::ofstream out(aside, std::ios::binary | std::ios::trunc);
  out.write(reinterpret_cast<const char*>(bytes.data()),
            static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (!out) return unavailable("cannot write", aside, errno);
  std::error_code error;
  fs::rename(aside, path, error);
  if (error) return unavailable("cannot write", path, error.value());
  return {};
}

/// Makes everything written to the file system of the directory durable.
Result<void> sync_all(const fs::path& directory) {
  const int file = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return unavailable("cannot open", directory, errno);
  const int failed = ::syncfs(file) != 0 ? errno : 0;
  ::close(file);
  if (failed != 0) return unavailable("cannot sync", directory, failed);
  return {};
}

/// Size of the checkpoint that is in the directory; 0 when there is none.
Result<TreeSize> size_before(const Journal& journal, const fs::path& directory,
                             const StatedKeys& log, const TreeHead& head) {
  const auto file = directory / "checkpoint";
  const auto text = read_file(file, signed_note_bytes_max);
  if (!text) return text.error();
  if (!*text) {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(directory, error))
      if (entry.path().filename() != "tile" && entry.path().filename() != "checkpoint.new")
        return Error{Failure::conflict, directory.string() +
                                            " holds other files: publish into a directory of its "
                                            "own"};
    return TreeSize{};
  }
  const auto published = log.read_checkpoint(**text);
  if (!published)
    return Error{Failure::conflict, file.string() + " is not a checkpoint of this ledger"};
  if (published->head.size > head.size)
    return Error{Failure::corrupt,
                 file.string() + " is of " + std::to_string(published->head.size.value) +
                     " events, but the ledger has " + std::to_string(head.size.value),
                 file.string() + " 已公布 " + std::to_string(published->head.size.value) +
                     " 条记录，而账本只有 " + std::to_string(head.size.value) + " 条"};
  const auto root = journal.root(published->head.size);
  if (!root) return root.error();
  if (*root != published->head.root)
    return Error{Failure::corrupt, "the ledger did not begin with the events of " + file.string(),
                 "账本的开头与 " + file.string() + " 已公布的记录不同"};
  return published->head.size;
}

/// Writes the tile unless it is there. True when it was not.
Result<bool> put_tile(const Journal& journal, const fs::path& directory, const Tile& tile) {
  const auto bytes = read_tile(journal, tile);
  if (!bytes) return bytes.error();
  const auto path = directory / tile.path();
  const auto there = read_file(path, bytes->size());
  if (!there) return there.error();
  if (*there == as_text(*bytes)) return false;
  if (*there)
    return Error{Failure::corrupt,
                 path.string() + " is not what this ledger published: move the directory away",
                 path.string() + " 不是本账本公布的内容：请移走该目录"};
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  if (error) return unavailable("cannot make", path.parent_path(), error.value());
  if (auto put = put_file(path, *bytes); !put) return put.error();
  return true;
}

/// Partial tiles whose full one is there now. They are in nobody's way where they stay.
void remove_outgrown(const fs::path& directory, TreeSize before, TreeSize now) {
  for (auto tile : partial_tiles(before)) {
    tile.width = tile_width;
    const auto end = (tile.index + 1) * tile_width;
    if (now.value >> tile.level * tile_height < end) continue;
    std::error_code error;
    fs::remove_all(directory / (tile.path() + ".p"), error);
  }
}

}  // namespace

Result<Publication> publish(const Journal& journal, const std::string& note, const StatedKeys& log,
                            const PublishOptions& options) {
  const auto checkpoint = log.read_checkpoint(note);
  invariant(checkpoint.has_value(), "only a checkpoint of the log is published");
  const auto& directory = options.directory;
  std::error_code error;
  fs::create_directories(directory, error);
  if (error) return unavailable("cannot make", directory, error.value());
  const auto before = size_before(journal, directory, log, checkpoint->head);
  if (!before) return before.error();

  Publication publication{checkpoint->head, *before, 0};
  const auto size = checkpoint->head.size;
  const auto written = tiles_between(*before, size, [&](const Tile& tile) -> Result<void> {
    const auto put = put_tile(journal, directory, tile);
    if (!put) return put.error();
    publication.tiles_written += *put;
    const auto done = tile.index * tile_width + tile.width;
    if (options.progress && tile.kind == Tile::Kind::entries &&
        done % entries_between_progress == 0)
      options.progress(done, size.value);
    return {};
  });
  if (!written) return written.error();
  if (auto synced = sync_all(directory); !synced) return synced.error();
  if (auto put = put_file(directory / "checkpoint", as_bytes(note)); !put) return put.error();
  if (auto synced = sync_all(directory); !synced) return synced.error();
  remove_outgrown(directory, *before, size);
  return publication;
}

}  // namespace kinledger::ledger

#include "ledger/restoring.h"

#include <algorithm>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "ledger/checkpoint.h"
#include "ledger/mark.h"
#include "ledger/private_file.h"
#include "ledger/read_file.h"
#include "ledger/signed_note.h"

namespace kinledger::ledger {
namespace {

namespace fs = std::filesystem;

Error of_another_history(std::string_view what, const fs::path& file) {
  return {Failure::corrupt,
          "the journal is of another history than " + std::string(what) +
              ": it belongs to another state directory",
          "日志与 " + file.string() + " 不是同一历史：请指定它自己的状态目录"};
}

/// Whether the journal's tree of that size, as far as it reaches, is that of the head.
Result<bool> holds(const Journal& journal, const TreeHead& head) {
  if (head.size > journal.size()) return true;
  const auto root = journal.root(head.size);
  if (!root) return root.error();
  return *root == head.root;
}

/// Nothing where there is no such file, or not a checkpoint: the signer says so when it signs.
Result<std::optional<TreeHead>> read_signed(const fs::path& file) {
  const auto text = read_file(file, signed_note_bytes_max);
  if (!text) return text.error();
  const auto note = *text ? read_note(**text) : std::nullopt;
  const auto checkpoint = note ? read_checkpoint(note->text) : std::nullopt;
  return checkpoint ? std::optional(checkpoint->head) : std::nullopt;
}

/// A checkpoint in the state directory.
struct Kept {
  fs::path file;
  TreeHead head;
  bool is_held = false;  ///< holds()
};

Result<std::vector<Kept>> kept_checkpoints(const Journal& journal, const Paths& paths) {
  std::vector<Kept> kept;
  for (const auto& file : {paths.checkpoint(), paths.cosigned()}) {
    const auto head = read_signed(file);
    if (!head) return head.error();
    if (!*head) continue;
    const auto is_held = holds(journal, **head);
    if (!is_held) return is_held.error();
    kept.push_back({file, **head, *is_held});
  }
  return kept;
}

}  // namespace

Result<std::optional<fs::path>> contradicted_checkpoint(const Journal& journal,
                                                        const Paths& paths) {
  const auto all = kept_checkpoints(journal, paths);
  if (!all) return all.error();
  for (const auto& kept : *all)
    if (!kept.is_held || kept.head.size > journal.size()) return std::optional(kept.file);
  return std::optional<fs::path>();
}

Result<Standing> standing_of(const Journal& journal, const Paths& paths) {
  const auto id = read_ledger_id(paths.id());
  if (!id) return id.error();
  Standing standing{journal.size(), {}, {}};
  std::error_code error;
  if (fs::exists(paths.mark(), error)) {
    const auto mark = Mark::open(paths.mark(), *id);
    if (!mark) return mark.error();
    const auto is_held = holds(journal, (*mark)->head());
    if (!is_held) return is_held.error();
    if (!*is_held) return of_another_history("the mark", paths.mark());
    standing.acknowledged = (*mark)->head().size;
  }
  const auto all = kept_checkpoints(journal, paths);
  if (!all) return all.error();
  for (const auto& kept : *all) {
    if (!kept.is_held) return of_another_history("the checkpoint " + kept.file.string(), kept.file);
    standing.signed_last = std::max(kept.head.size, standing.signed_last.value_or(TreeSize{}));
  }
  return standing;
}

Result<Standing> accept_loss(const Journal& journal, const Paths& paths,
                             std::optional<std::uint64_t> lost) {
  auto standing = standing_of(journal, paths);
  if (!standing) return standing.error();
  if (standing->is_whole())
    return Error{Failure::conflict, "nothing that was acknowledged is missing: nothing to accept"};
  if (standing->acknowledged.has_value() != lost.has_value())
    return Error{Failure::conflict,
                 lost ? "there is no mark, so that the number of lost events is unknown"
                      : std::to_string(standing->lost()) + " acknowledged events are missing"};
  if (lost && *lost != standing->lost())
    return Error{Failure::conflict, std::to_string(standing->lost()) +
                                        " acknowledged events are missing, not " +
                                        std::to_string(*lost)};
  const auto id = read_ledger_id(paths.id());
  if (!id) return id.error();
  const auto root = journal.root(journal.size());
  if (!root) return root.error();
  // The new mark is whole before the old one goes.
  const auto made = paths.state / "mark.new";
  std::error_code error;
  fs::remove(made, error);
  const auto mark = Mark::create(made, *id);
  if (!mark) return mark.error();
  if (const auto moved = (*mark)->advance({journal.size(), *root}); !moved) return moved.error();
  if (lost) {
    const auto kept = paths.state / ("mark.lost-" + std::to_string(standing->acknowledged->value));
    fs::create_hard_link(paths.mark(), kept, error);
    if (error && error != std::errc::file_exists)
      return Error{Failure::unavailable, kept.string() + " cannot be made: " + error.message()};
  }
  fs::rename(made, paths.mark(), error);
  if (error)
    return Error{Failure::unavailable,
                 paths.mark().string() + " cannot be replaced: " + error.message()};
  if (const auto synced = sync_directory_of(paths.mark()); !synced) return synced.error();
  standing->acknowledged = journal.size();
  return standing;
}

}  // namespace kinledger::ledger

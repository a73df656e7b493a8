#include "projections/subject_map_check.h"

#include "ledger/event_reader.h"
#include "projections/subject_map_store.h"

namespace kinledger::projections {
namespace {

using ledger::EventType;
using ledger::EventView;
using ledger::Field;
using ledger::Result;
using ledger::Sequence;
using ledger::TreeSize;

struct Recorded {
  Sequence sequence;
  std::int64_t size = 0;
  std::int64_t subjects = 0;
  std::string root;
};

Result<std::vector<Recorded>> recorded_roots(const ledger::Journal& journal, TreeSize until) {
  std::vector<Recorded> roots;
  const auto read =
      ledger::read_events(journal, {0}, until, [&](Sequence sequence, const EventView& event) {
        if (event.type() != EventType::subject_map_committed) return;
        roots.push_back({sequence, event.integer(Field::size).value_or(0),
                         event.integer(Field::subjects).value_or(0),
                         std::string(event.text(Field::root))});
      });
  if (!read) return read.error();
  return roots;
}

/// Whether the map, caught up with what is recorded, is the one that is recorded.
Result<bool> is_right(SubjectMap& map, const Recorded& recorded) {
  const auto size = static_cast<std::uint64_t>(recorded.size);
  if (size > recorded.sequence.value || size < map.position().value) return false;
  if (const auto caught_up = map.catch_up({size}); !caught_up) return caught_up.error();
  const auto root = map.root();
  if (!root) return root.error();
  return recorded.root == ledger::as_text(root->bytes) &&
         static_cast<std::uint64_t>(recorded.subjects) == map.subjects();
}

}  // namespace

Result<SubjectMapCheck> check_subject_maps(
    const ledger::Journal& journal, TreeSize size, const std::filesystem::path& scratch,
    const std::function<void(std::uint64_t done, std::uint64_t total)>& progress) {
  SubjectMapCheck check;
  const auto recorded = recorded_roots(journal, size);
  if (!recorded) return recorded.error();
  if (recorded->empty()) return check;
  auto map = SubjectMap::open(scratch, journal);
  if (!map) return map.error();
  for (const auto& root : *recorded) {
    const auto right = is_right(**map, root);
    if (!right) return right.error();
    if (!*right) {
      check.damage = {root.sequence,
                      "the root of the subject map that it records is not that of "
                      "the events before it"};
      break;
    }
    ++check.roots;
    progress(root.sequence.value, size.value);
  }
  return check;
}

}  // namespace kinledger::projections

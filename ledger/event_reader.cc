#include "ledger/event_reader.h"

#include <algorithm>
#include <optional>

namespace kinledger::ledger {

Result<void> read_events(const Journal& journal, Sequence from, TreeSize until,
                         const std::function<void(Sequence, const EventView&)>& visit) {
  std::optional<Error> unreadable;
  const auto read = journal.read(from, until, [&](Sequence first, const Page& page) {
    const auto begin = from.value - std::min(from.value, first.value);
    const auto end = std::min<std::uint64_t>(page.count(), until.value - first.value);
    for (auto i = begin; i < end; ++i) {
      const auto event = EventView::read(page.event(i));
      if (!event) {
        unreadable = event.error();
        return false;
      }
      visit({first.value + i}, *event);
    }
    return true;
  });
  if (!read) return read.error();
  if (unreadable) return *unreadable;
  return {};
}

}  // namespace kinledger::ledger

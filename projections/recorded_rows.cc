#include "projections/recorded_rows.h"

#include <algorithm>
#include <span>

namespace kinledger::projections {
namespace {

using ledger::EventView;

bool says_the_same(const EventView& left, const EventView& right) {
  return left.type() == right.type() && left.envelope().valid_on == right.envelope().valid_on &&
         left.envelope().jurisdiction == right.envelope().jurisdiction &&
         left.draft().fields == right.draft().fields;
}

const Fact* find_same(std::span<const Fact> facts, const EventView& event) {
  const auto at = std::ranges::find_if(
      facts, [&](const Fact& fact) { return says_the_same(fact.event, event); });
  return at == facts.end() ? nullptr : &*at;
}

const Fact* find_recorded(const EventView& event, Knowledge& knowledge) {
  const auto persons = event.persons();
  const auto units = event.units();
  const auto& dossier = !persons.empty() ? knowledge.person(persons.front())
                        : !units.empty() ? knowledge.unit_itself(units.front())
                                         : knowledge.region();
  if (const auto* same = find_same(dossier.of(event.type()), event)) return same;
  return find_same(dossier.replaced(), event);
}

}  // namespace

std::vector<RecordedRow> recorded_rows(const ledger::Preview& preview, Knowledge& knowledge) {
  std::vector<RecordedRow> rows;
  std::uint32_t begin = 0;
  for (const auto end : preview.ends) {
    const auto event =
        EventView::read(ledger::ByteView(preview.events).subspan(begin, end - begin));
    begin = end;
    invariant(event.has_value(), "a preview holds events");
    const auto row = event->envelope().source_row;
    if (row == 0 || event->has_correction()) continue;
    knowledge.stay_small();
    if (const auto* same = find_recorded(*event, knowledge)) rows.push_back({row, same->sequence});
  }
  std::ranges::sort(rows, {}, &RecordedRow::row);
  return rows;
}

}  // namespace kinledger::projections

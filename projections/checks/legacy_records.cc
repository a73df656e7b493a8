#include "projections/checks/legacy_records.h"

#include <algorithm>

namespace kinledger::projections {

using ledger::Date;
using ledger::EventType;
using ledger::Field;

const Rule* end_of_pooling(Inspection& inspection) {
  const auto ends = inspection.rules().rules_of(RuleKind::scheme_end, inspection.jurisdiction());
  return ends.empty() ? nullptr : ends.front();
}

bool left_the_pooling(Inspection& inspection, std::string_view scheme) {
  if (!inspection.acts(EventType::legacy_member_converted).empty()) return true;
  const auto ends = inspection.acts(EventType::enrollment_ended);
  return std::ranges::any_of(
      ends, [&](const Fact* end) { return end->event.text(Field::scheme) == scheme; });
}

std::vector<LegacyBeyond> legacy_beyond_end(Inspection& inspection) {
  std::vector<LegacyBeyond> beyond;
  const auto members = inspection.acts(EventType::legacy_membership_recorded);
  const Rule* end = members.empty() ? nullptr : end_of_pooling(inspection);
  if (end == nullptr) return beyond;
  const auto& scheme_end = end->as<SchemeEnd>();
  if (inspection.on() <= scheme_end.last_day) return beyond;
  for (const auto* member : members) {
    const auto until = member->event.date(Field::until);
    if (!until && left_the_pooling(inspection, scheme_end.scheme)) continue;
    const Date last = until ? ledger::add_days(*until, -1) : inspection.on();
    if (last <= scheme_end.last_day) continue;
    const auto days = ledger::days_between(scheme_end.last_day, std::min(last, inspection.on()));
    beyond.push_back({end, member, until ? std::optional(last) : std::nullopt, days});
  }
  return beyond;
}

}  // namespace kinledger::projections

#include "projections/judgments/care.h"

#include <algorithm>

#include "projections/rulebook.h"

namespace kinledger::projections {
namespace {

using ledger::Area;
using ledger::EventType;
using ledger::Field;

bool fits(const OutOfAreaCare::Entry& entry, const Care& care) {
  if (entry.area && contains(*entry.area, care.area) != Truth::yes) return false;
  const auto& classes = entry.classes;
  if (!classes.empty() &&
      (!care.care_class || std::ranges::find(classes, *care.care_class) == classes.end()))
    return false;
  return !entry.direct || *entry.direct == care.direct;
}

/// The filing in force for the area of the care.
const Fact* filing_for(const Dossier& person, const Care& care) {
  for (const auto& fact : person.of(EventType::care_filing_recorded)) {
    const auto from = fact.event.envelope().valid_on;
    const auto until = fact.event.date(Field::until);
    if ((from && *from > care.on) || (until && *until <= care.on)) continue;
    const auto area = fact.event.area(Field::area).value_or(Area{});
    if (area.code == 0 || contains({{}, {}, {area}}, care.area) == Truth::yes) return &fact;
  }
  return nullptr;
}

}  // namespace

CareJudgment judge_care(const Rulebook& rules, const Dossier& person, Area jurisdiction,
                        const Care& care) {
  CareJudgment result{.filing = filing_for(person, care)};
  for (const Rule* rule : rules.rules_of(RuleKind::out_of_area_care, jurisdiction, care.on)) {
    const auto& entries = rule->as<OutOfAreaCare>().entries;
    const auto entry = std::ranges::find_if(
        entries, [&](const OutOfAreaCare::Entry& each) { return fits(each, care); });
    if (entry == entries.end()) continue;
    result.rule = rule;
    result.entry = &*entry;
    break;
  }
  return result;
}

}  // namespace kinledger::projections

#include "projections/questions/within.h"

#include <algorithm>

#include "ledger/intake/fields.h"
#include "projections/declarations.h"

namespace kinledger::projections {

using ledger::Area;
using ledger::UnitId;

namespace {

constexpr std::size_t area_digits = 6;

bool records_a_place(std::span<const Fact> facts, const Within& within) {
  return std::ranges::any_of(facts, [&](const Fact& fact) {
    if (!ledger::records_a_unit(fact.event.type())) return false;
    const auto area = fact.event.area(ledger::Field::area);
    return area && within.covers(*area);
  });
}

}  // namespace

bool Within::covers(Area area) const {
  return std::ranges::any_of(areas, [&](Area other) { return lies_in(area, other); });
}

bool Within::covers(const Dossier& unit) const {
  if (std::ranges::find(units, UnitId{unit.subject().id}) != units.end()) return true;
  return records_a_place(unit.facts(), *this) || records_a_place(unit.replaced(), *this) ||
         records_a_place(unit.voided(), *this);
}

ledger::Parsed<Within> read_within(std::string_view text) {
  Within within;
  while (!text.empty()) {
    const auto end = std::min(text.find(','), text.size());
    const auto part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    UnitId unit;
    if (part.size() == area_digits) {
      const auto area = ledger::intake::parse_area(part);
      if (!area) return area.error();
      within.areas.push_back(*area);
    } else if (ledger::from_hex(part, unit.bytes)) {
      within.units.push_back(unit);
    } else {
      const auto number = ledger::intake::parse_unit_number(part);
      if (!number) return number.error();
      within.units.push_back(ledger::unit_id(*number));
    }
  }
  return within;
}

std::string to_text(const Within& within) {
  std::string text;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ",") + part; };
  for (const auto& area : within.areas) add(std::to_string(area.code));
  for (const auto& unit : within.units) add(ledger::to_text(unit));
  return text;
}

}  // namespace kinledger::projections

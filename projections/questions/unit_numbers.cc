#include "projections/questions/unit_numbers.h"

#include "ledger/event_names.h"

namespace kinledger::projections {
namespace {

std::string number_of(const Dossier& unit) {
  using enum ledger::EventType;
  std::string number;
  for (const auto type : {organisation_recorded, unit_recorded})
    for (const auto& fact : unit.of(type)) number = fact.event.text(ledger::Field::unit_number);
  return number;
}

}  // namespace

void collect_units(const Value& value, std::set<ledger::UnitId>& units) {
  if (const auto* unit = std::get_if<ledger::UnitId>(&value.held)) units.insert(*unit);
  if (const auto* rows = std::get_if<std::vector<Row>>(&value.held))
    for (const auto& row : *rows)
      for (const auto& cell : row) collect_units(cell, units);
}

std::vector<std::pair<ledger::UnitId, std::string>> numbers_of(
    Knowledge& knowledge, const std::set<ledger::UnitId>& units) {
  std::vector<std::pair<ledger::UnitId, std::string>> numbers;
  for (const auto& unit : units) {
    knowledge.stay_small();
    auto number = number_of(knowledge.unit_itself(unit));
    if (!number.empty()) numbers.emplace_back(unit, std::move(number));
  }
  return numbers;
}

void name_units(Knowledge& knowledge, Answer& answer) {
  std::set<ledger::UnitId> units;
  if (answer.unit) units.insert(*answer.unit);
  for (const auto& field : answer.fields) collect_units(field.value, units);
  answer.unit_numbers = numbers_of(knowledge, units);
}

}  // namespace kinledger::projections

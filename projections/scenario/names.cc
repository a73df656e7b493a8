#include "projections/scenario/names.h"

#include <algorithm>

#include "ledger/result.h"
#include "ledger/submission.h"
#include "ledger/text.h"

namespace kinledger::projections {
namespace {

template <class Items, class Projection>
auto find_named(const Items& items, std::string_view name, Projection projection)
    -> decltype(items.data()) {
  const auto at = std::ranges::find(items, name, projection);
  return at == items.end() ? nullptr : &*at;
}

}  // namespace

ledger::IdentityNumber made_up_number(ledger::Date birth_date, std::uint32_t serial) {
  invariant(serial >= 1 && serial <= 999);
  std::string digits = "330199";
  for (const char letter : to_text(birth_date)) {
    if (letter != '-') digits += letter;
  }
  ledger::append_digits(digits, serial, 3);
  digits += ledger::resident_check_digit(digits);
  return {ledger::IdType::resident_id, digits};
}

ledger::IdentityNumber made_up_passport(std::uint32_t serial) {
  std::string number = "SCENARIO";
  ledger::append_digits(number, serial, 3);
  return {ledger::IdType::passport, number};
}

const NamedPerson* Names::person(std::string_view name) const {
  return find_named(persons, name, &NamedPerson::name);
}
const NamedUnit* Names::unit(std::string_view name) const {
  return find_named(units, name, &NamedUnit::name);
}
const NamedFact* Names::fact(std::string_view label) const {
  return find_named(facts, label, &NamedFact::label);
}

std::string Names::of(const ledger::PersonId& id) const {
  const auto at =
      std::ranges::find_if(persons, [&](const NamedPerson& named) { return named.id == id; });
  return at == persons.end() ? to_text(id) : at->name;
}

std::string Names::of(const ledger::UnitId& id) const {
  const auto at = std::ranges::find_if(
      units, [&](const NamedUnit& named) { return ledger::unit_id(named.number) == id; });
  return at == units.end() ? to_text(id) : at->name;
}

}  // namespace kinledger::projections

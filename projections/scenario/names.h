// The names that a scenario gives to persons, units and facts, and what they stand for in its
// ledger.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/calendar.h"
#include "ledger/identity_number.h"
#include "ledger/types.h"

namespace kinledger::projections {

/// A made-up resident number of the division 330199, which was never issued, with the right check
/// digit. Precondition: serial 1 to 999.
ledger::IdentityNumber made_up_number(ledger::Date birth_date, std::uint32_t serial);
/// A number that states no birth date.
ledger::IdentityNumber made_up_passport(std::uint32_t serial);

struct NamedPerson {
  std::string name;
  ledger::IdentityNumber number;
  std::optional<ledger::PersonId> id;  ///< once the registration is recorded
};

struct NamedUnit {
  std::string name;
  std::string number;
};

struct NamedFact {
  std::string label;
  ledger::Sequence sequence;  ///< of the version in force
};

struct Names {
  std::vector<NamedPerson> persons;
  std::vector<NamedUnit> units;
  std::vector<NamedFact> facts;

  const NamedPerson* person(std::string_view name) const;
  const NamedUnit* unit(std::string_view name) const;
  const NamedFact* fact(std::string_view label) const;
  /// The name of an id, or its 32 digits.
  std::string of(const ledger::PersonId& id) const;
  std::string of(const ledger::UnitId& id) const;
};

}  // namespace kinledger::projections

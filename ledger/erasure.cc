#include "ledger/erasure.h"

#include <algorithm>
#include <vector>

#include "ledger/event_reader.h"

namespace kinledger::ledger {
namespace {

/// Of the events [from, until).
Result<std::vector<PersonId>> erased_by(const Journal& journal, Sequence from, TreeSize until) {
  std::vector<PersonId> persons;
  if (from.value >= until.value) return persons;
  const auto read = read_events(journal, from, until, [&](Sequence, const EventView& event) {
    if (event.type() != EventType::person_erased) return;
    if (const auto person = event.person(Field::person)) persons.push_back(*person);
  });
  if (!read) return read.error();
  return persons;
}

}  // namespace

Result<std::uint64_t> apply_erasures(const Journal& journal, Vault& vault, Sequence from,
                                     TreeSize until) {
  const auto persons = erased_by(journal, from, until);
  if (!persons) return persons.error();
  return vault.erase(*persons);
}

Result<bool> has_erased(const Journal& journal, const Vault& vault, Sequence from, TreeSize until) {
  const auto persons = erased_by(journal, from, until);
  if (!persons) return persons.error();
  for (const auto& person : *persons) {
    const auto has = vault.has(person);
    if (!has) return has.error();
    if (*has) return true;
  }
  return false;
}

}  // namespace kinledger::ledger

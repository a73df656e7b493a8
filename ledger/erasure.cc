#include "ledger/erasure.h"

#include <algorithm>
#include <vector>

#include "ledger/event_reader.h"

namespace kinledger::ledger {

Result<std::uint64_t> apply_erasures(const Journal& journal, Vault& vault, Sequence from,
                                     TreeSize until) {
  if (from.value >= until.value) return std::uint64_t{0};
  std::vector<PersonId> persons;
  const auto read = read_events(journal, from, until, [&](Sequence, const EventView& event) {
    if (event.type() != EventType::person_erased) return;
    if (const auto person = event.person(Field::person)) persons.push_back(*person);
  });
  if (!read) return read.error();
  return vault.erase(persons);
}

}  // namespace kinledger::ledger

#include "ledger/vault_check.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <vector>

#include "ledger/event_reader.h"
#include "ledger/identity_record.h"

namespace kinledger::ledger {
namespace {

struct RegisteredInLog {
  Sequence sequence;
  PersonId person;
  std::string commitment;
};

struct Registered {
  std::vector<RegisteredInLog> registrations;
  std::unordered_map<PersonId, Sequence> erased;
};

Result<Registered> registered_below(const Journal& journal, TreeSize size) {
  Registered found;
  const auto read = read_events(journal, {0}, size, [&](Sequence sequence, const EventView& event) {
    const auto person = event.person(Field::person);
    if (!person) return;
    if (event.type() == EventType::person_erased) found.erased.emplace(*person, sequence);
    const auto commitment = event.text(Field::identity_commitment);
    if (event.type() == EventType::person_registered && !commitment.empty())
      found.registrations.push_back({sequence, *person, std::string(commitment)});
  });
  if (!read) return read.error();
  return found;
}

bool opens_to(const OpenedPerson& person, std::string_view commitment) {
  return std::ranges::any_of(person.identities, [&](const IdentityRecord& identity) {
    const auto canonical = canonical_identity(identity);
    return as_text(identity_commitment(person.commitment_key, canonical).bytes) == commitment;
  });
}

}  // namespace

Result<VaultCheck> check_vault(const Journal& journal, const Vault& vault, TreeSize size,
                               const std::function<void(std::uint64_t done)>& progress) {
  const auto registered = registered_below(journal, size);
  if (!registered) return registered.error();
  VaultCheck check;
  for (const auto& [person, sequence] : registered->erased) {
    const auto has = vault.has(person);
    // A row that cannot be read is there too.
    if (!has && has.error().failure != Failure::corrupt) return has.error();
    if (has && !*has) {
      ++check.erased;
    } else if (!check.damage || sequence < check.damage->sequence) {
      check.damage = {sequence, "the vault still holds the person whom this event erased"};
    }
  }
  if (check.damage) return check;
  for (const auto& [sequence, person, commitment] : registered->registrations) {
    if (registered->erased.contains(person)) continue;
    const auto opened = vault.identity_of(person);
    if (!opened && opened.error().failure != Failure::corrupt) return opened.error();
    if (!opened) {
      check.damage = {sequence, opened.error().what + " of the person that this event registered"};
      return check;
    }
    if (!*opened || !opens_to(**opened, commitment)) {
      check.damage = {sequence, *opened ? "the vault holds another identity than this event "
                                          "registered"
                                        : "the vault does not hold the person that this event "
                                          "registered"};
      return check;
    }
    progress(++check.persons);
  }
  return check;
}

}  // namespace kinledger::ledger

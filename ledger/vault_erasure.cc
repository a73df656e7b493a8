// Erasing from the vault (ledger/vault.h): which rows go, and that they go in one durable write.
#include <algorithm>
#include <deque>
#include <utility>

#include "ledger/text.h"
#include "ledger/vault.h"

namespace kinledger::ledger {

namespace {

/// A name of one character is in too many texts to say whom they are about.
constexpr std::size_t telling_characters_min = 2;

const VaultKey erasures_done_key = vault_key(VaultRow::erasures_done, Id128<void>{});

bool is_telling(std::string_view text) { return count_characters(text) >= telling_characters_min; }

}  // namespace

/// What goes, and what a note must not have in it.
struct Vault::Destruction {
  VaultChanges changes;
  std::deque<Bytes> values;  // that the changes borrow
  std::vector<PersonId> persons;
  std::vector<BlindIndex> numbers;
  std::vector<std::string> traces;  // names and numbers
  std::uint64_t count = 0;          // of persons that the vault had

  ~Destruction() {
    for (auto& trace : traces) wipe({reinterpret_cast<std::uint8_t*>(trace.data()), trace.size()});
  }
  Destruction() = default;
  Destruction(Destruction&&) = default;
  Destruction& operator=(Destruction&&) = default;
};

/// The index rows that lead to a person whose row does not say which they are.
Result<void> Vault::add_index_rows(const PersonId& person, Destruction& destruction) const {
  const Result<std::vector<VaultKey>> keys = store_->keys_of(VaultRow::blind_index);
  if (!keys) return keys.error();
  for (const VaultKey& key : *keys) {
    const Result<std::optional<Bytes>> value = store_->get(key);
    if (!value) return value.error();
    if (value->has_value() && read_id<PersonId>(**value) == person) {
      destruction.numbers.push_back(*read_id<BlindIndex>(ByteView(key).subspan(1)));
    }
  }
  return {};
}

Result<void> Vault::add_person(const PersonId& person, Destruction& destruction) const {
  const VaultKey key = vault_key(VaultRow::person, person);
  const Result<std::optional<Bytes>> stored = store_->get(key);
  if (!stored) return stored.error();
  destruction.persons.push_back(person);
  destruction.values.push_back(encode_erased());
  destruction.changes.put(vault_key(VaultRow::erased, person), destruction.values.back());
  if (!stored->has_value()) return {};
  ++destruction.count;
  destruction.changes.erase(key);
  // A damaged row is no reason to keep it.
  const std::optional<PersonRow> row = decode_person(**stored);
  if (!row) return add_index_rows(person, destruction);
  const std::optional<Key256> own_key = open_own_key(keys_, person, row->sealed_own_key);
  for (const SealedIdentity& identity : row->identities) {
    destruction.numbers.push_back(identity.blind_index);
    if (!own_key) continue;
    std::optional<IdentityRecord> record =
        open_identity(person_keys(*own_key).sealing, person, identity);
    if (!record) continue;
    for (std::string* trace : {&record->name, &record->identity.number}) {
      if (is_telling(*trace)) destruction.traces.push_back(std::move(*trace));
    }
  }
  return {};
}

/// A note is told to be about a person by their name or number; whatever else it says of them, a
/// telephone number for instance, goes with it.
Result<void> Vault::add_notes(Destruction& destruction) const {
  if (destruction.traces.empty()) return {};
  const Result<std::vector<VaultKey>> keys = store_->keys_of(VaultRow::note);
  if (!keys) return keys.error();
  for (const VaultKey& key : *keys) {
    const Result<std::optional<Bytes>> stored = store_->get(key);
    if (!stored) return stored.error();
    if (!stored->has_value()) continue;
    std::optional<Bytes> note = open_sealed(keys_.note(), key, **stored);
    if (!note) continue;  // nobody can read it
    const bool names_one = std::ranges::any_of(destruction.traces, [&](const std::string& trace) {
      return as_text(*note).find(trace) != std::string_view::npos;
    });
    wipe(*note);
    if (names_one) destruction.changes.erase(key);
  }
  return {};
}

Result<Vault::Destruction> Vault::destruction_of(std::span<const PersonId> persons) const {
  std::vector<PersonId> each(persons.begin(), persons.end());
  std::ranges::sort(each);
  each.erase(std::unique(each.begin(), each.end()), each.end());
  Destruction destruction;
  for (const PersonId& person : each) {
    if (const auto added = add_person(person, destruction); !added) return added.error();
  }
  std::ranges::sort(destruction.numbers);
  auto& numbers = destruction.numbers;
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  for (const BlindIndex& number : destruction.numbers) {
    destruction.changes.erase(vault_key(VaultRow::blind_index, number));
  }
  if (const auto added = add_notes(destruction); !added) return added.error();
  return destruction;
}

Result<void> Vault::destroy(Destruction destruction) {
  auto written = store_->write(std::move(destruction.changes), Durability::now);
  for (const BlindIndex& number : destruction.numbers) cache_.forget(number);
  for (const PersonId& person : destruction.persons) birth_dates_.forget(person);
  return written;
}

Result<std::uint64_t> Vault::erase(std::span<const PersonId> persons) {
  if (persons.empty()) return std::uint64_t{0};
  const std::lock_guard changing(changing_);
  Result<Destruction> destruction = destruction_of(persons);
  if (!destruction) return destruction.error();
  const std::uint64_t count = destruction->count;
  if (const auto destroyed = destroy(std::move(*destruction)); !destroyed) {
    return destroyed.error();
  }
  return count;
}

Result<void> Vault::confirm(const SubmissionId& submission) {
  const VaultKey erasure_key = vault_key(VaultRow::erasure, submission);
  const Result<std::optional<Bytes>> erasure = store_->get(erasure_key);
  if (!erasure) return erasure.error();
  if (!erasure->has_value()) {
    VaultChanges changes;
    changes.erase(vault_key(VaultRow::pending, submission));
    return store_->write(std::move(changes), Durability::later);
  }
  const std::optional<std::vector<PersonId>> persons = decode_persons(**erasure);
  if (!persons) return Error{Failure::corrupt, "the vault: damaged pending erasure row"};
  const std::lock_guard changing(changing_);
  Result<Destruction> destruction = destruction_of(*persons);
  if (!destruction) return destruction.error();
  destruction->changes.erase(vault_key(VaultRow::pending, submission));
  destruction->changes.erase(erasure_key);
  return destroy(std::move(*destruction));
}

Result<bool> Vault::is_erased(const PersonId& person) const {
  const Result<std::optional<Bytes>> stored = store_->get(vault_key(VaultRow::erased, person));
  if (!stored) return stored.error();
  return stored->has_value();
}

Result<TreeSize> Vault::erasures_done() const {
  const Result<std::optional<Bytes>> stored = store_->get(erasures_done_key);
  if (!stored) return stored.error();
  if (!stored->has_value()) return TreeSize{};
  const std::optional<TreeSize> size = decode_size(**stored);
  if (!size) return Error{Failure::corrupt, "the vault: damaged row of the erasures done"};
  return *size;
}

Result<void> Vault::set_erasures_done(TreeSize size) {
  const Bytes value = encode_size(size);
  VaultChanges changes;
  changes.put(erasures_done_key, value);
  return store_->write(std::move(changes), Durability::later);
}

}  // namespace kinledger::ledger

#include "ledger/vault.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace kinledger::ledger {

namespace {

Error row_damaged(const char* row) {
  return {Failure::corrupt, std::string("the vault: damaged ") + row + " row"};
}

const VaultKey key_check_key = vault_key(VaultRow::key_check, Id128<void>{});

/// Puts the changed rows. The returned bytes are what the changes borrow.
std::vector<Bytes> put_persons(const std::map<PersonId, PersonRow>& changed,
                               VaultChanges& changes) {
  std::vector<Bytes> rows;
  rows.reserve(changed.size());
  for (const auto& [person, row] : changed) {
    rows.push_back(encode_person(row));
    changes.put(vault_key(VaultRow::person, person), rows.back());
  }
  return rows;
}

}  // namespace

Vault::Vault(std::unique_ptr<VaultStore> store, VaultKeys keys, Random& random)
    : store_(std::move(store)), keys_(std::move(keys)), random_(random) {}

Result<std::unique_ptr<Vault>> Vault::create(const std::filesystem::path& directory,
                                             const KeyEncryptionKey& kek, Random& random,
                                             rocksdb::Env* env) {
  Result<std::unique_ptr<VaultStore>> store = VaultStore::create(directory, env);
  if (!store) return store.error();
  VaultKeys keys(kek);
  const Bytes check = encode_key_check(keys);
  VaultChanges changes;
  changes.put(key_check_key, check);
  if (const auto written = (*store)->write(std::move(changes), Durability::now); !written) {
    return written.error();
  }
  return std::unique_ptr<Vault>(new Vault(std::move(*store), std::move(keys), random));
}

Result<std::unique_ptr<Vault>> Vault::open(const std::filesystem::path& directory,
                                           const KeyEncryptionKey& kek, Random& random,
                                           rocksdb::Env* env) {
  return from(VaultStore::open(directory, env), kek, random);
}

Result<std::unique_ptr<Vault>> Vault::open_to_read(const std::filesystem::path& directory,
                                                   const KeyEncryptionKey& kek, Random& random,
                                                   rocksdb::Env* env) {
  return from(VaultStore::open_to_read(directory, env), kek, random);
}

std::unique_ptr<Vault> Vault::closed(Error why, Random& random) {
  constexpr std::array<std::uint8_t, Key256::size_bytes> no_key{};
  return std::unique_ptr<Vault>(
      new Vault(VaultStore::closed(std::move(why)), VaultKeys({Key256(no_key)}), random));
}

/// Compares the key with the one that it was made with.
Result<std::unique_ptr<Vault>> Vault::from(Result<std::unique_ptr<VaultStore>> store,
                                           const KeyEncryptionKey& kek, Random& random) {
  if (!store) return store.error();
  const Result<std::optional<Bytes>> stored = (*store)->get(key_check_key);
  if (!stored) return stored.error();

  VaultKeys keys(kek);
  const Bytes expected = encode_key_check(keys);
  if (!stored->has_value() || (*stored)->size() != expected.size() ||
      (**stored)[0] != expected[0]) {
    return row_damaged("key check");
  }
  if (!constant_time_equal(**stored, expected)) {
    return Error{Failure::invalid,
                 "the vault was made with another key-encryption key: give it that key's file"};
  }
  return std::unique_ptr<Vault>(new Vault(std::move(*store), std::move(keys), random));
}

Result<std::optional<PersonId>> Vault::find(const IdentityNumber& identity) const {
  const BlindIndex blind_index = keys_.blind_index(identity);
  const Result<std::vector<std::optional<PersonId>>> found = find_all({&blind_index, 1});
  if (!found) return found.error();
  return found->front();
}

Result<std::vector<std::optional<PersonId>>> Vault::find_many(
    std::span<const IdentityNumber> identities) const {
  std::vector<BlindIndex> asked;
  asked.reserve(identities.size());
  for (const IdentityNumber& identity : identities) asked.push_back(keys_.blind_index(identity));
  return find_all(asked);
}

/// Of those that are not remembered each is read once, in the order in which they are stored.
Result<std::vector<std::optional<PersonId>>> Vault::find_all(
    std::span<const BlindIndex> blind_indexes) const {
  const auto forgotten = cache_.forgotten();
  std::vector<std::optional<PersonId>> persons(blind_indexes.size());
  std::vector<std::pair<VaultKey, std::size_t>> missing;  // with the place among the persons
  for (std::size_t i = 0; i < blind_indexes.size(); ++i) {
    persons[i] = cache_.find(blind_indexes[i]);
    if (!persons[i]) missing.emplace_back(vault_key(VaultRow::blind_index, blind_indexes[i]), i);
  }
  if (missing.empty()) return persons;
  std::sort(missing.begin(), missing.end());
  std::vector<VaultKey> keys;
  std::vector<std::optional<PersonId>> found;  // by key
  for (const auto& [key, place] : missing)
    if (keys.empty() || keys.back() != key) keys.push_back(key);
  found.resize(keys.size());
  bool whole = true;
  const Result<void> read = store_->get_all(keys, [&](std::size_t key, ByteView value) {
    found[key] = read_id<PersonId>(value);
    whole = whole && found[key].has_value();
  });
  if (!read) return read.error();
  if (!whole) return row_damaged("blind index");
  std::size_t at = 0;
  for (const auto& [key, place] : missing) {
    if (keys[at] != key) ++at;
    persons[place] = found[at];
    if (found[at]) cache_.put(blind_indexes[place], *found[at], forgotten);
  }
  return persons;
}

NewPerson Vault::prepare(const IdentityRecord& record) {
  NewPerson person;
  person.id = random_id<PersonId>(random_);
  person.blind_index = keys_.blind_index(record.identity);
  const Key256 own_key = Key256::random(random_);
  const PersonKeys own_keys = person_keys(own_key);
  Bytes canonical = canonical_identity(record);
  person.identity_commitment = identity_commitment(own_keys.commitment, canonical);
  PersonRow row{seal_own_key(keys_, person.id, own_key, random_), {}};
  row.identities.push_back(
      seal_identity(own_keys.sealing, person.id, person.blind_index, canonical, random_));
  person.row = encode_person(row);
  wipe(canonical);
  birth_dates_.put(person.id, record.birth_date, birth_dates_.forgotten());
  return person;
}

Result<FurtherIdentity> Vault::prepare_identity(const PersonId& person,
                                                const IdentityRecord& record) {
  const Result<PersonRow> row = stored_person(person);
  if (!row) return row.error();
  const std::optional<Key256> own_key = open_own_key(keys_, person, row->sealed_own_key);
  if (!own_key) return row_damaged("person");
  const PersonKeys own_keys = person_keys(*own_key);
  const BlindIndex blind_index = keys_.blind_index(record.identity);
  Bytes canonical = canonical_identity(record);
  FurtherIdentity further{person, identity_commitment(own_keys.commitment, canonical),
                          seal_identity(own_keys.sealing, person, blind_index, canonical, random_)};
  wipe(canonical);
  return further;
}

Result<std::optional<PersonRow>> Vault::read_person(const PersonId& person) const {
  const Result<std::optional<Bytes>> stored = store_->get(vault_key(VaultRow::person, person));
  if (!stored) return stored.error();
  if (!stored->has_value()) return std::optional<PersonRow>{};
  std::optional<PersonRow> row = decode_person(**stored);
  if (!row) return row_damaged("person");
  return row;
}

Result<PersonRow> Vault::stored_person(const PersonId& person) const {
  Result<std::optional<PersonRow>> row = read_person(person);
  if (!row) return row.error();
  if (!row->has_value()) return Error{Failure::invalid, "the vault does not have this person"};
  return std::move(**row);
}

Result<void> Vault::refuse_known(const Registration& registration) const {
  std::vector<BlindIndex> numbers;
  numbers.reserve(registration.persons.size() + registration.identities.size());
  for (const NewPerson& person : registration.persons) numbers.push_back(person.blind_index);
  for (const FurtherIdentity& further : registration.identities) {
    numbers.push_back(further.identity.blind_index);
  }
  std::sort(numbers.begin(), numbers.end());
  if (std::adjacent_find(numbers.begin(), numbers.end()) != numbers.end()) {
    return Error{Failure::conflict, "one submission registers the same identity number twice"};
  }
  const Result<std::vector<std::optional<PersonId>>> found = find_all(numbers);
  if (!found) return found.error();
  if (std::any_of(found->begin(), found->end(), [](const auto& known) { return known; })) {
    return Error{Failure::conflict, "an identity number was registered in the meantime"};
  }
  return {};
}

Result<void> Vault::store(const SubmissionId& submission, const Registration& registration,
                          Durability durability) {
  invariant(registration.persons.size() + registration.identities.size() <= registrations_max);
  invariant(registration.note.size() <= note_bytes_max);
  invariant(registration.erasures.size() <= registrations_max);
  if (registration.empty()) return {};
  const std::lock_guard changing(changing_);
  const auto pending_key = vault_key(VaultRow::pending, submission);
  const Result<std::optional<Bytes>> earlier = store_->get(pending_key);
  if (!earlier) return earlier.error();
  if (earlier->has_value()) {
    return Error{Failure::conflict, "the submission is pending from before: settle that first"};
  }
  if (Result<void> refused = refuse_known(registration); !refused) return refused;

  VaultChanges changes;
  std::vector<PendingEntry> entries;
  for (const NewPerson& person : registration.persons) {
    changes.put(vault_key(VaultRow::person, person.id), person.row);
    changes.put(vault_key(VaultRow::blind_index, person.blind_index), person.id.bytes);
    entries.push_back({PendingEntry::Kind::person, person.id, person.blind_index});
  }
  std::map<PersonId, PersonRow> changed;
  for (const FurtherIdentity& further : registration.identities) {
    auto row = changed.find(further.person);
    if (row == changed.end()) {
      Result<PersonRow> read = stored_person(further.person);
      if (!read) return read.error();
      row = changed.emplace(further.person, std::move(*read)).first;
    }
    if (row->second.identities.size() == identities_per_person_max) {
      return Error{Failure::invalid, "a person has more identity documents than can be kept"};
    }
    row->second.identities.push_back(further.identity);
    const BlindIndex& blind_index = further.identity.blind_index;
    changes.put(vault_key(VaultRow::blind_index, blind_index), further.person.bytes);
    entries.push_back({PendingEntry::Kind::further_identity, further.person, blind_index});
  }
  const std::vector<Bytes> rows = put_persons(changed, changes);
  const VaultKey note_key = vault_key(VaultRow::note, submission);
  Bytes note;
  if (!registration.note.empty()) {
    note = seal(keys_.note(), note_key, as_bytes(registration.note), random_);
    changes.put(note_key, note);
  }
  const Bytes erasures = encode_persons(registration.erasures);
  if (!registration.erasures.empty()) {
    changes.put(vault_key(VaultRow::erasure, submission), erasures);
  }
  const Bytes pending = encode_pending(entries);
  changes.put(pending_key, pending);
  return store_->write(std::move(changes), durability);
}

Result<void> Vault::sync() { return store_->sync(); }

Result<void> Vault::discard(const SubmissionId& submission) {
  const std::lock_guard changing(changing_);
  const auto pending_key = vault_key(VaultRow::pending, submission);
  const Result<std::optional<Bytes>> stored = store_->get(pending_key);
  if (!stored) return stored.error();
  if (!stored->has_value()) return {};
  const std::optional<std::vector<PendingEntry>> entries = decode_pending(**stored);
  if (!entries) return row_damaged("pending submission");

  VaultChanges changes;
  std::map<PersonId, PersonRow> changed;
  for (const PendingEntry& entry : *entries) {
    changes.erase(vault_key(VaultRow::blind_index, entry.blind_index));
    if (entry.kind == PendingEntry::Kind::person) {
      changes.erase(vault_key(VaultRow::person, entry.person));
      continue;
    }
    auto row = changed.find(entry.person);
    if (row == changed.end()) {
      Result<std::optional<PersonRow>> read = read_person(entry.person);
      if (!read) return read.error();
      // The submission that registered the person was taken back before this one.
      if (!read->has_value()) continue;
      row = changed.emplace(entry.person, std::move(**read)).first;
    }
    std::erase_if(row->second.identities, [&](const SealedIdentity& identity) {
      return identity.blind_index == entry.blind_index;
    });
    if (row->second.identities.empty()) return row_damaged("pending submission");
  }
  const std::vector<Bytes> rows = put_persons(changed, changes);
  changes.erase(vault_key(VaultRow::note, submission));
  changes.erase(vault_key(VaultRow::erasure, submission));
  changes.erase(pending_key);
  auto written = store_->write(std::move(changes), Durability::now);
  for (const PendingEntry& entry : *entries) {
    cache_.forget(entry.blind_index);
    if (entry.kind == PendingEntry::Kind::person) birth_dates_.forget(entry.person);
  }
  return written;
}

Result<std::vector<SubmissionId>> Vault::pending() const {
  const Result<std::vector<VaultKey>> keys = store_->keys_of(VaultRow::pending);
  if (!keys) return keys.error();
  std::vector<SubmissionId> submissions;
  for (const VaultKey& key : *keys) {
    submissions.push_back(*read_id<SubmissionId>(ByteView(key).subspan(1)));
  }
  return submissions;
}

Result<bool> Vault::has(const PersonId& person) const {
  const Result<std::optional<PersonRow>> row = read_person(person);
  if (!row) return row.error();
  return row->has_value();
}

Result<std::optional<OpenedPerson>> Vault::identity_of(const PersonId& person) const {
  const Result<std::optional<PersonRow>> row = read_person(person);
  if (!row) return row.error();
  if (!row->has_value()) return std::optional<OpenedPerson>{};
  const std::optional<Key256> own_key = open_own_key(keys_, person, (*row)->sealed_own_key);
  if (!own_key) return row_damaged("person");
  PersonKeys own_keys = person_keys(*own_key);
  OpenedPerson opened{{}, std::move(own_keys.commitment)};
  for (const SealedIdentity& identity : (*row)->identities) {
    std::optional<IdentityRecord> record = open_identity(own_keys.sealing, person, identity);
    if (!record) return row_damaged("person");
    opened.identities.push_back(std::move(*record));
  }
  return std::optional<OpenedPerson>(std::move(opened));
}

Result<std::optional<Date>> Vault::birth_date_of(const PersonId& person) const {
  if (const auto remembered = birth_dates_.find(person)) return remembered;
  const auto forgotten = birth_dates_.forgotten();
  const Result<std::optional<OpenedPerson>> opened = identity_of(person);
  if (!opened) return opened.error();
  if (!opened->has_value()) return std::optional<Date>{};
  const Date born = (*opened)->identities.front().birth_date;
  birth_dates_.put(person, born, forgotten);
  return std::optional(born);
}

Result<std::optional<std::string>> Vault::note_of(const SubmissionId& submission) const {
  const auto key = vault_key(VaultRow::note, submission);
  const Result<std::optional<Bytes>> stored = store_->get(key);
  if (!stored) return stored.error();
  if (!stored->has_value()) return std::optional<std::string>{};
  const std::optional<Bytes> note = open_sealed(keys_.note(), key, **stored);
  if (!note) return row_damaged("note");
  return std::optional<std::string>(as_text(*note));
}

}  // namespace kinledger::ledger

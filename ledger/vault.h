// The vault (身份保险箱): the one place where names and identity numbers are, apart from the
// events, in a RocksDB database of its own with backups of its own. An event says PersonId; only
// the vault, with the key-encryption key, says who that is. Row bytes: ledger/vault_rows.h; keys:
// ledger/vault_keys.h; database: ledger/vault_store.h.
//
// What a submission stores here is durable before its events are, and marked as pending. When the
// events are durable the mark is taken away; when they never got there, a start of the ledger finds
// the mark and takes back what was stored. So every PersonId in an event has its row, and no row is
// left of a person whom no event names:
//
//   prepare -> store, durable -> events committed -> confirm
//   start:  for each of pending(): events committed ? confirm : discard
//
// Erasing (删除) goes the same way: what a submission is to erase is durable as pending before its
// events are, and confirm destroys it. So no key is destroyed that no event speaks of, and a start
// finishes an erasure that was interrupted. A vault of an older moment, restored from a backup, is
// brought up to date by ledger/erasure.h.
//
// Nothing that identifies a person is ever in the text of an error.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/crypto.h"
#include "ledger/identity_record.h"
#include "ledger/recent_map.h"
#include "ledger/result.h"
#include "ledger/types.h"
#include "ledger/vault_keys.h"
#include "ledger/vault_rows.h"
#include "ledger/vault_store.h"

namespace kinledger::ledger {

/// Limits of one store(): those of a submission.
inline constexpr std::size_t registrations_max = 100'000;
inline constexpr std::size_t note_bytes_max = 65'536;

/// A person drawn by prepare(), not stored yet.
struct NewPerson {
  PersonId id;
  Hash identity_commitment;  ///< for PersonRegistered
  BlindIndex blind_index;
  Bytes row;
};

/// A further document of a stored person, made by prepare_identity(), not stored yet.
struct FurtherIdentity {
  PersonId person;
  Hash identity_commitment;
  SealedIdentity identity;
};

/// What one submission stores. Borrows.
struct Registration {
  std::span<const NewPerson> persons = {};
  std::span<const FurtherIdentity> identities = {};
  std::string_view note = {};  ///< free text and the source file's name, in a form of the caller's
  std::span<const PersonId> erasures = {};  ///< whom confirm() is to erase

  bool empty() const {
    return persons.empty() && identities.empty() && note.empty() && erasures.empty();
  }
};

/// A person as the vault knows them, with what it takes to prove it: the commitment in the event
/// equals identity_commitment(commitment_key, canonical_identity(the record)).
struct OpenedPerson {
  std::vector<IdentityRecord> identities;  ///< oldest first, at least one
  Key256 commitment_key;
};

/// Thread rule: any number of threads, given a Random that bears it; store, discard and erasures
/// take turns, because they look before they write. One process: the database is locked.
///
/// Errors: `corrupt` when a row does not have its form or does not open, naming the kind of row;
/// `unavailable` when the storage fails. After a failed write the vault takes no more writes and
/// whether the last one is there is unknown until it is opened again.
class Vault {
 public:
  /// Makes an empty vault in a directory that does not exist (mode 0700). `conflict` when it does.
  /// `random` outlives the vault; prepare, prepare_identity and store draw from it.
  static Result<std::unique_ptr<Vault>> create(const std::filesystem::path& directory,
                                               const KeyEncryptionKey& kek, Random& random,
                                               rocksdb::Env* env = nullptr);
  /// `invalid` when there is none or when it was made with another KEK; `unavailable` when another
  /// process has it. Null `env`: the system's; another one outlives the vault.
  static Result<std::unique_ptr<Vault>> open(const std::filesystem::path& directory,
                                             const KeyEncryptionKey& kek, Random& random,
                                             rocksdb::Env* env = nullptr);
  /// As open(), and writes nothing: every change is refused.
  static Result<std::unique_ptr<Vault>> open_to_read(const std::filesystem::path& directory,
                                                     const KeyEncryptionKey& kek, Random& random,
                                                     rocksdb::Env* env = nullptr);
  /// One that cannot be opened and gives this error whatever it is asked; for a ledger that can be
  /// read without it. Keyed digests of it mean nothing.
  static std::unique_ptr<Vault> closed(Error why, Random& random);
  Vault(const Vault&) = delete;
  Vault& operator=(const Vault&) = delete;

  /// Whose number this is. Persons of pending submissions are found too.
  Result<std::optional<PersonId>> find(const IdentityNumber& identity) const;
  /// The same for many, in their order; the same number may occur more than once. Several times
  /// faster than one by one: what is not remembered is looked up in the order in which it is
  /// stored.
  Result<std::vector<std::optional<PersonId>>> find_many(
      std::span<const IdentityNumber> identities) const;

  /// Draws an id and a key for a person and seals the record. Does not look whether the number is
  /// known: ask find() first; store() refuses a number twice.
  NewPerson prepare(const IdentityRecord& record);
  /// Seals a further document for a stored person, e.g. a newborn's resident number. `invalid` when
  /// the vault does not have the person.
  Result<FurtherIdentity> prepare_identity(const PersonId& person, const IdentityRecord& record);

  /// Stores all of it or nothing, with a mark that the submission is pending. Does nothing for an
  /// empty registration. `conflict`, and nothing is stored, when a number belongs to a person
  /// already, occurs twice, or the submission is pending from before; `invalid`, and nothing is
  /// stored, when a person would have more than identities_per_person_max documents.
  Result<void> store(const SubmissionId& submission, const Registration& registration,
                     Durability durability);
  /// Makes everything stored so far durable, as a store `now` would.
  Result<void> sync();
  /// The submission's events are durable. Not synced: after a power cut it may be pending again.
  /// Whom the submission erases is erased, durably.
  Result<void> confirm(const SubmissionId& submission);
  /// The submission's events will never be: takes back all that it stored, durably. Does nothing
  /// for a submission that is not pending.
  Result<void> discard(const SubmissionId& submission);
  /// Writes what is in memory only into files.
  Result<void> flush() { return store_->flush(); }
  /// A second vault with the same rows, made of hard links, in a directory that does not exist on
  /// the same file system. Not durable.
  Result<void> link_to(const std::filesystem::path& directory) {
    return store_->link_to(directory);
  }
  /// The submissions to confirm or discard before the ledger takes others.
  Result<std::vector<SubmissionId>> pending() const;

  /// Destroys what the vault has of the persons, durably: own keys, identities, index rows, and
  /// every note that has a name or number of theirs in it. What stays says that they were erased.
  /// Gives how many of them it had.
  Result<std::uint64_t> erase(std::span<const PersonId> persons);
  Result<bool> is_erased(const PersonId& person) const;
  /// Up to which size of the log this vault has carried out the erasures; 0 when it does not say.
  Result<TreeSize> erasures_done() const;
  /// Durable with the next write that is.
  Result<void> set_erasures_done(TreeSize size);

  /// Whether it has the person; opens nothing.
  Result<bool> has(const PersonId& person) const;
  /// Nothing when the vault does not have the person.
  Result<std::optional<OpenedPerson>> identity_of(const PersonId& person) const;
  /// That of the oldest document. Remembered for recent persons, whose rows are not opened again.
  Result<std::optional<Date>> birth_date_of(const PersonId& person) const;
  Result<std::optional<std::string>> note_of(const SubmissionId& submission) const;

  /// Digest of anything that may hold identity, such as a source file. Equal bytes, equal digest;
  /// without the key it says nothing about them.
  Hash sealed_digest(ByteView bytes) const { return keys_.source_digest(bytes); }
  /// The id under which events carry the submission with this idempotency key.
  SubmissionId submission_id(std::string_view idempotency_key) const {
    return keys_.submission_id(idempotency_key);
  }

 private:
  Vault(std::unique_ptr<VaultStore> store, VaultKeys keys, Random& random);
  static Result<std::unique_ptr<Vault>> from(Result<std::unique_ptr<VaultStore>> store,
                                             const KeyEncryptionKey& kek, Random& random);

  Result<std::optional<PersonRow>> read_person(const PersonId& person) const;
  Result<PersonRow> stored_person(const PersonId& person) const;
  Result<std::vector<std::optional<PersonId>>> find_all(
      std::span<const BlindIndex> blind_indexes) const;
  Result<void> refuse_known(const Registration& registration) const;
  struct Destruction;
  Result<Destruction> destruction_of(std::span<const PersonId> persons) const;
  Result<void> add_person(const PersonId& person, Destruction& destruction) const;
  Result<void> add_index_rows(const PersonId& person, Destruction& destruction) const;
  Result<void> add_notes(Destruction& destruction) const;
  Result<void> destroy(Destruction destruction);

  const std::unique_ptr<VaultStore> store_;
  const VaultKeys keys_;
  Random& random_;
  mutable RecentMap<BlindIndex, PersonId> cache_;
  mutable RecentMap<PersonId, Date> birth_dates_;
  std::mutex changing_;  // held by those who look before they write
};

}  // namespace kinledger::ledger

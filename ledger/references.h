// What a submission refers to (引用), looked up once and checked: persons, units, earlier facts,
// versions to be replaced. Everything that contradicts the ledger is collected as a refusal.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "ledger/journal.h"
#include "ledger/ledger.h"
#include "ledger/submission.h"
#include "ledger/vault.h"

namespace kinledger::ledger {

/// A person named by a document somewhere in the submission.
struct NamedPerson {
  const IdentityNumber* number = nullptr;  ///< borrowed from the submission
  std::optional<PersonId> known;
  const PersonReference* introduced_by = nullptr;  ///< the reference that says most
  const SubmittedEvent* introduced_in = nullptr;
  bool registered_here = false;  ///< by a PersonRegistered event of the submission
};

/// What a correction or void will say, once its target is known.
struct CorrectionTarget {
  FactId fact;
  Correction correction;
  std::string identity_commitment;  ///< of a PersonRegistered; its corrections keep it
};

/// Introduces a person, which a correction of a registration does not.
bool registers_a_person(const SubmittedEvent& event);

/// Looks at one submission, which must outlive it. Not reused. One thread.
class References {
 public:
  References(const Submission& submission, const Vocabulary& vocabulary, const Journal& journal,
             const Vault& vault)
      : submission_(submission), vocabulary_(vocabulary), journal_(journal), vault_(vault) {}

  /// Looks everything up. An Error only when the ledger cannot be read.
  Result<void> check();
  std::vector<Refusal>& refusals() { return refusals_; }

  /// In the order of their first appearance.
  std::vector<NamedPerson>& persons() { return persons_; }
  /// Those of them that are not known yet, and that the submission registers.
  std::size_t persons_introduced() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(persons_, [](const auto& person) { return !person.known; }));
  }
  /// The person of the n-th reference, counted over all events and their persons in order; null
  /// for a reference by pseudonym.
  const NamedPerson* person(std::size_t reference) const {
    return person_of_[reference] < 0 ? nullptr
                                     : &persons_[static_cast<std::size_t>(person_of_[reference])];
  }
  FactId fact(Sequence sequence) const { return facts_.at(sequence.value); }
  const CorrectionTarget& target(const SubmittedEvent& event) const { return targets_.at(&event); }

 private:
  void check_fields(const SubmittedEvent& event);
  void check_codes(const SubmittedEvent& event);
  Vocabulary::Known knows(const FieldInfo& field, const std::string& code);
  Result<void> find_persons();
  void note_person(const SubmittedEvent& event, const PersonReference& reference);
  Result<void> check_person(const SubmittedEvent& event, Field field,
                            const PersonReference& reference, const NamedPerson* person);
  Result<void> check_name(const SubmittedEvent& event, Field field, const PersonId& person,
                          const std::string& name);
  Result<void> check_birth_order(const SubmittedEvent& event, std::size_t first_reference);
  Result<std::optional<Date>> birth_date(const PersonReference& reference,
                                         const NamedPerson* person) const;
  Result<void> check_units(const SubmittedEvent& event);
  Result<void> check_facts(const SubmittedEvent& event);
  Result<void> check_correction(const SubmittedEvent& event, std::size_t first_reference);
  bool names_only(std::optional<PersonId> wanted, const SubmittedEvent& event,
                  std::size_t first_reference) const;

  const Submission& submission_;
  const Vocabulary& vocabulary_;
  const Journal& journal_;
  const Vault& vault_;

  std::vector<Refusal> refusals_;
  std::vector<NamedPerson> persons_;
  struct NumberHash {
    std::size_t operator()(const IdentityNumber* number) const {
      return std::hash<std::string_view>()(number->number);
    }
  };
  struct SameNumber {
    bool operator()(const IdentityNumber* left, const IdentityNumber* right) const {
      return left->type == right->type && left->number == right->number;
    }
  };
  std::unordered_map<const IdentityNumber*, std::int32_t, NumberHash, SameNumber> person_by_number_;
  std::vector<std::int32_t> person_of_;
  std::unordered_set<UnitId> units_here_;
  std::unordered_map<UnitId, bool> units_known_;
  std::unordered_map<std::uint64_t, FactId> facts_;
  std::unordered_map<const SubmittedEvent*, CorrectionTarget> targets_;
  std::unordered_set<std::uint64_t> replaced_here_;
  /// Answers of the vocabulary: files repeat the same few codes.
  std::map<std::pair<Field, std::string>, Vocabulary::Known> codes_;
};

}  // namespace kinledger::ledger

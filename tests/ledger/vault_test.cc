#include "ledger/vault.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "tests/ledger/vault_fixture.h"

namespace kinledger::ledger {
namespace {

using VaultTest = VaultFixture;

IdentityNumber birth_certificate(unsigned serial) {
  char text[11];
  std::snprintf(text, sizeof text, "T%09u", serial);
  return {IdType::birth_certificate, text};
}

TEST_F(VaultTest, FindsAndOpensAPersonAfterReopening) {
  const NewPerson person = registered(child(1), "a");
  reopen();
  EXPECT_EQ(found(resident(1)), person.id);
  EXPECT_FALSE(found(resident(2)));
  const auto opened = vault_->identity_of(person.id).value();
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->identities, std::vector{child(1)});
  EXPECT_FALSE(vault_->identity_of(PersonId{}).value());
  EXPECT_TRUE(vault_->has(person.id).value());
  EXPECT_FALSE(vault_->has(PersonId{}).value());
}

TEST_F(VaultTest, ProvesTheIdentityThatTheEventCommitsTo) {
  const NewPerson person = registered(child(1), "a");
  const auto opened = vault_->identity_of(person.id).value();
  EXPECT_EQ(identity_commitment(opened->commitment_key, canonical_identity(child(1))),
            person.identity_commitment);
  EXPECT_NE(identity_commitment(opened->commitment_key, canonical_identity(child(2))),
            person.identity_commitment);
  const NewPerson twin = vault_->prepare(child(1));
  EXPECT_NE(twin.identity_commitment, person.identity_commitment) << "each person has a key";
  EXPECT_NE(twin.id, person.id);
}

TEST_F(VaultTest, FindsManyInTheirOrderWithRepetitions) {
  std::vector<NewPerson> persons;
  for (unsigned serial = 0; serial < 3000; serial += 2) {
    persons.push_back(vault_->prepare(child(serial)));
  }
  ASSERT_TRUE(vault_->store(submission("a"), {.persons = persons}, Durability::now));
  std::vector<IdentityNumber> asked;
  for (unsigned i = 0; i < 5000; ++i) asked.push_back(resident(i * 7 % 3000));
  const auto answers = vault_->find_many(asked).value();
  ASSERT_EQ(answers.size(), asked.size());
  for (unsigned i = 0; i < asked.size(); ++i) {
    const unsigned serial = i * 7 % 3000;
    EXPECT_EQ(answers[i], serial % 2 == 0 ? std::optional(persons[serial / 2].id) : std::nullopt);
  }
  EXPECT_TRUE(vault_->find_many({})->empty());
}

TEST_F(VaultTest, KnowsTheBirthDateOfAPersonUntilThePersonIsTakenBack) {
  const NewPerson person = registered(child(1), "a");
  const NewPerson pending = vault_->prepare(child(2));
  ASSERT_TRUE(vault_->store(submission("b"), {.persons = {&pending, 1}}, Durability::now));
  for (int time = 0; time < 2; ++time) {
    EXPECT_EQ(vault_->birth_date_of(person.id).value(), child(1).birth_date);
    EXPECT_EQ(vault_->birth_date_of(pending.id).value(), child(2).birth_date);
  }
  reopen();
  EXPECT_EQ(vault_->birth_date_of(person.id).value(), child(1).birth_date);
  EXPECT_EQ(vault_->birth_date_of(pending.id).value(), child(2).birth_date);
  ASSERT_TRUE(vault_->discard(submission("b")));
  EXPECT_EQ(vault_->birth_date_of(pending.id).value(), std::nullopt);
}

TEST_F(VaultTest, TellsIdTypesApart) {
  IdentityRecord record = child(1);
  record.identity = {IdType::passport, "33019901"};
  const NewPerson person = registered(record, "a");
  EXPECT_EQ(found({IdType::passport, "33019901"}), person.id);
  EXPECT_FALSE(found({IdType::taiwan_permit, "33019901"}));
}

TEST_F(VaultTest, GivesANewbornFurtherDocuments) {
  IdentityRecord newborn = child(1);
  newborn.identity = birth_certificate(1);
  const NewPerson person = registered(newborn, "a");
  for (unsigned serial = 1; serial < 4; ++serial) {
    const auto further = vault_->prepare_identity(person.id, child(serial)).value();
    EXPECT_EQ(further.person, person.id);
    const std::string key = "b" + std::to_string(serial);
    ASSERT_TRUE(
        vault_->store(submission(key.c_str()), {.identities = {&further, 1}}, Durability::now));
    const auto opened = vault_->identity_of(person.id).value();
    EXPECT_EQ(identity_commitment(opened->commitment_key, canonical_identity(child(serial))),
              further.identity_commitment);
  }
  reopen();
  EXPECT_EQ(found(birth_certificate(1)), person.id);
  EXPECT_EQ(found(resident(3)), person.id);
  EXPECT_EQ(vault_->identity_of(person.id).value()->identities,
            (std::vector{newborn, child(1), child(2), child(3)}));
}

TEST_F(VaultTest, KeepsAtMostSixtyFourDocumentsOfAPerson) {
  const NewPerson person = registered(child(0), "a");
  std::vector<FurtherIdentity> further;
  for (unsigned serial = 1; serial <= identities_per_person_max; ++serial) {
    further.push_back(vault_->prepare_identity(person.id, child(serial)).value());
  }
  const auto refused = vault_->store(submission("b"), {.identities = further}, Durability::now);
  EXPECT_EQ(refused.error().failure, Failure::invalid);
  further.pop_back();
  EXPECT_TRUE(vault_->store(submission("b"), {.identities = further}, Durability::now));
  EXPECT_EQ(vault_->identity_of(person.id).value()->identities.size(), identities_per_person_max);
}

TEST_F(VaultTest, HasNoDocumentsForAPersonItDoesNotHave) {
  EXPECT_EQ(vault_->prepare_identity(PersonId{}, child(1)).error().failure, Failure::invalid);
}

TEST_F(VaultTest, NeverGivesANumberToASecondPerson) {
  const NewPerson person = registered(child(1), "a");
  const NewPerson again = vault_->prepare(child(1));
  const NewPerson other = vault_->prepare(child(2));
  const std::vector both{other, again};
  EXPECT_EQ(vault_->store(submission("b"), {.persons = both}, Durability::now).error().failure,
            Failure::conflict);
  const std::vector twice{other, vault_->prepare(child(2))};
  EXPECT_EQ(vault_->store(submission("b"), {.persons = twice}, Durability::now).error().failure,
            Failure::conflict);
  const auto further = vault_->prepare_identity(person.id, child(1)).value();
  EXPECT_EQ(vault_->store(submission("b"), {.identities = {&further, 1}}, Durability::now)
                .error()
                .failure,
            Failure::conflict);
  EXPECT_EQ(found(resident(1)), person.id);
  EXPECT_FALSE(found(resident(2))) << "nothing of a refused registration is stored";
  EXPECT_TRUE(vault_->pending()->empty());
}

TEST_F(VaultTest, KeepsASubmissionPendingUntilItIsConfirmed) {
  const NewPerson first = vault_->prepare(child(1));
  const NewPerson second = vault_->prepare(child(2));
  ASSERT_TRUE(vault_->store(submission("a"), {.persons = {&first, 1}}, Durability::later));
  ASSERT_TRUE(vault_->store(submission("b"), {.persons = {&second, 1}}, Durability::later));
  ASSERT_TRUE(vault_->sync());
  reopen();
  std::vector<SubmissionId> expected{submission("a"), submission("b")};
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(vault_->pending().value(), expected);

  EXPECT_EQ(
      vault_->store(submission("a"), {.persons = {&first, 1}}, Durability::now).error().failure,
      Failure::conflict);
  ASSERT_TRUE(vault_->confirm(submission("a")));
  ASSERT_TRUE(vault_->confirm(submission("b")));
  reopen();
  EXPECT_TRUE(vault_->pending()->empty());
  EXPECT_EQ(found(resident(1)), first.id);
  EXPECT_TRUE(vault_->discard(submission("a"))) << "and after that it cannot be taken back";
  EXPECT_EQ(found(resident(1)), first.id);
}

TEST_F(VaultTest, TakesBackAllThatADiscardedSubmissionStored) {
  const NewPerson before = registered(child(1), "a");
  const std::size_t rows_before = rows();
  const std::vector persons{vault_->prepare(child(2)), vault_->prepare(child(3))};
  const std::vector further{vault_->prepare_identity(before.id, child(4)).value(),
                            vault_->prepare_identity(before.id, child(5)).value()};
  ASSERT_TRUE(vault_->store(submission("b"),
                            {.persons = persons, .identities = further, .note = "名单.xlsx"},
                            Durability::now));
  EXPECT_EQ(found(resident(5)), before.id);
  reopen();
  ASSERT_TRUE(vault_->discard(submission("b")));
  EXPECT_TRUE(vault_->pending()->empty());
  for (const unsigned serial : {2u, 3u, 4u, 5u}) EXPECT_FALSE(found(resident(serial)));
  EXPECT_FALSE(vault_->identity_of(persons[0].id).value());
  EXPECT_FALSE(vault_->note_of(submission("b")).value());
  EXPECT_EQ(vault_->identity_of(before.id).value()->identities, std::vector{child(1)});
  EXPECT_EQ(rows(), rows_before);
  EXPECT_TRUE(vault_->store(submission("b"), {.persons = persons}, Durability::now))
      << "the same submission may come again";
}

TEST_F(VaultTest, TakesBackSubmissionsThatBuildOnEachOtherInAnyOrder) {
  for (const bool registration_first : {true, false}) {
    const NewPerson person = vault_->prepare(child(1));
    ASSERT_TRUE(vault_->store(submission("a"), {.persons = {&person, 1}}, Durability::now));
    const auto further = vault_->prepare_identity(person.id, child(2)).value();
    ASSERT_TRUE(vault_->store(submission("b"), {.identities = {&further, 1}}, Durability::now));
    ASSERT_TRUE(vault_->discard(submission(registration_first ? "a" : "b")));
    ASSERT_TRUE(vault_->discard(submission(registration_first ? "b" : "a")));
    EXPECT_FALSE(found(resident(1)));
    EXPECT_FALSE(found(resident(2)));
    EXPECT_EQ(rows(), 1u) << "only the key check is left";
  }
}

TEST_F(VaultTest, StoresNothingForASubmissionWithoutPersons) {
  ASSERT_TRUE(vault_->store(submission("a"), {}, Durability::now));
  EXPECT_TRUE(vault_->pending()->empty());
  EXPECT_TRUE(vault_->confirm(submission("a")));
  EXPECT_TRUE(vault_->discard(submission("a")));
}

TEST_F(VaultTest, KeepsNotesOfTheirSubmission) {
  const std::string note(note_bytes_max, 'x');
  ASSERT_TRUE(vault_->store(submission("a"), {.note = "西湖区名单.xlsx"}, Durability::now));
  ASSERT_TRUE(vault_->store(submission("b"), {.note = note}, Durability::now));
  ASSERT_TRUE(vault_->confirm(submission("a")));
  reopen();
  EXPECT_EQ(vault_->note_of(submission("a")).value(), "西湖区名单.xlsx");
  EXPECT_EQ(vault_->note_of(submission("b")).value(), note);
  EXPECT_FALSE(vault_->note_of(submission("c")).value());
}

TEST_F(VaultTest, ServesReadersWhileItWrites) {
  std::vector<IdentityNumber> numbers;
  for (unsigned serial = 0; serial < 1000; ++serial) numbers.push_back(resident(serial));
  std::atomic<bool> done{false};
  std::atomic<bool> consistent{true};
  std::thread reader([&] {
    std::size_t known = 0;
    while (!done) {
      const auto persons = vault_->find_many(numbers).value();
      const auto found_now = static_cast<std::size_t>(
          std::count_if(persons.begin(), persons.end(), [](const auto& id) { return id; }));
      if (found_now < known) consistent = false;
      known = found_now;
      for (const auto& id : persons) {
        if (id && !vault_->identity_of(*id).value()) consistent = false;
      }
    }
  });
  for (unsigned first = 0; first < 1000; first += 100) {
    std::vector<NewPerson> persons;
    for (unsigned serial = first; serial < first + 100; ++serial) {
      persons.push_back(vault_->prepare(child(serial)));
    }
    const std::string key = std::to_string(first);
    ASSERT_TRUE(vault_->store(submission(key.c_str()), {.persons = persons}, Durability::later));
    ASSERT_TRUE(vault_->confirm(submission(key.c_str())));
  }
  done = true;
  reader.join();
  EXPECT_TRUE(consistent);
}

TEST_F(VaultTest, DigestsSourcesAndSubmissionKeysUnderItsOwnKeys) {
  EXPECT_EQ(vault_->sealed_digest(as_bytes("a file")), vault_->sealed_digest(as_bytes("a file")));
  EXPECT_NE(vault_->sealed_digest(as_bytes("a file")), sha256(as_bytes("a file")));
  EXPECT_EQ(submission("a"), vault_->submission_id("a"));
  EXPECT_NE(submission("a"), submission("b"));
  const auto other =
      Vault::create(parent_.file("other"), {Key256::random(random_)}, random_).value();
  EXPECT_NE(other->sealed_digest(as_bytes("a file")), vault_->sealed_digest(as_bytes("a file")));
  EXPECT_NE(other->submission_id("a"), submission("a"));
}

}  // namespace
}  // namespace kinledger::ledger

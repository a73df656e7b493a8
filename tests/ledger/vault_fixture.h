// A vault in a directory of its own, and made-up children to put into it.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "ledger/vault.h"
#include "tests/made_up_number.h"
#include "tests/test_directory.h"

namespace kinledger::ledger {

inline IdentityNumber resident(unsigned serial) {
  const auto born = std::to_string(1950 + serial / 900 % 70) + "0301";
  return {IdType::resident_id, made_up_number(born, static_cast<int>(1 + serial % 900))};
}

inline IdentityRecord child(unsigned serial) {
  return {resident(serial), "陈样本" + std::to_string(serial), *make_date(2020, 3, 1), Sex::male};
}

class VaultFixture : public testing::Test {
 protected:
  void SetUp() override {
    auto made = Vault::create(directory_, kek_, random_);
    ASSERT_TRUE(made) << made.error().what;
    vault_ = std::move(*made);
  }

  void reopen() {
    vault_.reset();
    auto opened = Vault::open(directory_, kek_, random_);
    ASSERT_TRUE(opened) << opened.error().what;
    vault_ = std::move(*opened);
  }
  SubmissionId submission(const char* key) { return vault_->submission_id(key); }

  /// Registers a person and confirms the submission.
  NewPerson registered(const IdentityRecord& record, const char* key) {
    NewPerson person = vault_->prepare(record);
    EXPECT_TRUE(vault_->store(submission(key), {.persons = {&person, 1}}, Durability::now));
    EXPECT_TRUE(vault_->confirm(submission(key)));
    return person;
  }
  std::optional<PersonId> found(const IdentityNumber& number) {
    return vault_->find(number).value();
  }
  /// Changes rows behind the vault's back.
  void damage(const std::function<void(VaultStore&)>& change) {
    vault_.reset();
    change(*VaultStore::open(directory_).value());
    reopen();
  }
  /// But for those that tell of erasures carried out.
  std::size_t rows() {
    vault_.reset();
    std::size_t count = 0;
    {
      auto store = VaultStore::open(directory_).value();
      for (const VaultRow kind : {VaultRow::person, VaultRow::blind_index, VaultRow::pending,
                                  VaultRow::note, VaultRow::erasure, VaultRow::key_check}) {
        count += store->keys_of(kind).value().size();
      }
    }
    reopen();
    return count;
  }

  SeededRandom random_{1};
  const KeyEncryptionKey kek_{Key256::random(random_)};
  TestDirectory parent_;
  std::filesystem::path directory_ = parent_.file("vault");
  std::unique_ptr<Vault> vault_;
};

}  // namespace kinledger::ledger

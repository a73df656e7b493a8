// A vault in a directory of its own, and made-up children to put into it. Division code 330199 was
// never issued.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <cstdio>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "ledger/vault.h"

namespace kinledger::ledger {

inline IdentityNumber resident(unsigned serial) {
  char text[18];
  std::snprintf(text, sizeof text, "330199%04u0301%03u", 1950 + serial / 900 % 70,
                1 + serial % 900);
  std::string number = text;
  number.push_back(resident_check_digit(number));
  return parse_identity_number(IdType::resident_id, number, *make_date(2024, 1, 1)).value();
}

inline IdentityRecord child(unsigned serial) {
  return {resident(serial), "陈样本" + std::to_string(serial), *make_date(2020, 3, 1), Sex::male};
}

class VaultFixture : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "vault-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    parent_ = pattern;
    directory_ = parent_ / "vault";
    auto made = Vault::create(directory_, kek_, random_);
    ASSERT_TRUE(made) << made.error().what;
    vault_ = std::move(*made);
  }
  void TearDown() override {
    vault_.reset();
    std::filesystem::remove_all(parent_);
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
  std::filesystem::path parent_;
  std::filesystem::path directory_;
  std::unique_ptr<Vault> vault_;
};

}  // namespace kinledger::ledger

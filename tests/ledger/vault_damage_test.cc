// What the vault does when its files are read by others, damaged, opened with another key, or
// cannot be written.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "ledger/vault.h"
#include "tests/ledger/vault_fixture.h"

namespace kinledger::ledger {
namespace {

using VaultFiles = VaultFixture;

TEST_F(VaultFiles, LeavesNoReadableIdentityInItsFiles) {
  std::vector<NewPerson> persons;
  for (unsigned serial = 0; serial < 500; ++serial) {
    persons.push_back(vault_->prepare(child(serial)));
  }
  const std::string note = "西湖区名单.xlsx";
  ASSERT_TRUE(vault_->store(submission("a"), {.persons = persons, .note = note}, Durability::now));
  const auto bytes_with_identity = [&] {
    std::size_t read = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory_)) {
      if (!entry.is_regular_file()) continue;
      std::ifstream file(entry.path(), std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(file), {}};
      read += bytes.size();
      for (const std::string_view trace : {"330199", "陈样本", "西湖区", ".xlsx"}) {
        EXPECT_EQ(bytes.find(trace), std::string::npos) << entry.path() << " " << trace;
      }
      for (const unsigned serial : {0u, 1u, 499u}) {
        EXPECT_EQ(bytes.find(resident(serial).number.substr(6)), std::string::npos);
      }
    }
    return read;
  };
  vault_.reset();
  EXPECT_GT(bytes_with_identity(), 500u * 200u) << "in the log";
  reopen();
  vault_.reset();
  EXPECT_GT(bytes_with_identity(), 500u * 200u) << "in the table files";
}

TEST_F(VaultFiles, OpensOnlyWithItsKey) {
  registered(child(1), "a");
  vault_.reset();
  const KeyEncryptionKey other{Key256::random(random_)};
  const auto refused = Vault::open(directory_, other, random_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().failure, Failure::invalid);
  EXPECT_NE(refused.error().what.find("another key-encryption key"), std::string::npos);
  reopen();
}

TEST_F(VaultFiles, IsMadeOnceAndOpenedByOne) {
  EXPECT_EQ(Vault::open(directory_, kek_, random_).error().failure, Failure::unavailable)
      << "while it is open";
  EXPECT_EQ(Vault::create(directory_, kek_, random_).error().failure, Failure::conflict);
  EXPECT_EQ(Vault::open(parent_.file("other"), kek_, random_).error().failure, Failure::invalid);
  EXPECT_FALSE(std::filesystem::exists(parent_.file("other")));
  EXPECT_EQ(std::filesystem::status(directory_).permissions() & std::filesystem::perms::all,
            std::filesystem::perms::owner_all);
  vault_.reset();
  std::filesystem::remove(directory_ / "CURRENT");
  EXPECT_EQ(Vault::open(directory_, kek_, random_).error().failure, Failure::corrupt);
}

void overwrite(VaultStore& store, const VaultKey& key, const Bytes& value) {
  VaultChanges changes;
  changes.put(key, value);
  ASSERT_TRUE(store.write(std::move(changes), Durability::now));
}

TEST_F(VaultFiles, NamesADamagedPersonRowAndNothingElse) {
  using Damage = std::function<void(Bytes&)>;
  const auto flip = [](std::size_t at) -> Damage { return [at](Bytes& row) { row[at] ^= 1; }; };
  const auto cut = [](std::size_t size) -> Damage {
    return [size](Bytes& row) { row.resize(size); };
  };
  const NewPerson stranger = registered(child(100), "stranger");
  const std::vector<Damage> damages = {flip(0),
                                       flip(1),
                                       flip(60),
                                       flip(61),
                                       flip(77),
                                       flip(100),
                                       [](Bytes& row) { row.back() ^= 1; },
                                       [](Bytes& row) { row.pop_back(); },
                                       [](Bytes& row) { row.push_back(0); },
                                       cut(0),
                                       cut(60),
                                       cut(61),
                                       cut(70),
                                       [&](Bytes& row) { row = stranger.row; }};
  std::vector<NewPerson> persons;
  for (unsigned serial = 0; serial < damages.size(); ++serial) {
    persons.push_back(vault_->prepare(child(serial)));
  }
  ASSERT_TRUE(vault_->store(submission("a"), {.persons = persons}, Durability::now));
  damage([&](VaultStore& store) {
    for (std::size_t i = 0; i < damages.size(); ++i) {
      const VaultKey key = vault_key(VaultRow::person, persons[i].id);
      Bytes row = store.get(key).value().value();
      damages[i](row);
      overwrite(store, key, row);
    }
  });
  for (std::size_t i = 0; i < damages.size(); ++i) {
    const auto opened = vault_->identity_of(persons[i].id);
    ASSERT_FALSE(opened) << i;
    EXPECT_EQ(opened.error().failure, Failure::corrupt);
    EXPECT_EQ(opened.error().what, "the vault: damaged person row");
  }
  EXPECT_TRUE(vault_->identity_of(stranger.id).value());
}

TEST_F(VaultFiles, NamesTheKindOfAnyOtherDamagedRow) {
  registered(child(1), "a");
  ASSERT_TRUE(vault_->store(submission("b"), {.note = "名单"}, Durability::now));
  const SubmissionId pending = submission("b");
  const BlindIndex blind_index = VaultKeys(kek_).blind_index(resident(1));
  damage([&](VaultStore& store) {
    overwrite(store, vault_key(VaultRow::blind_index, blind_index), Bytes(15, 0));
    overwrite(store, vault_key(VaultRow::note, pending), Bytes(40, 0));
    overwrite(store, vault_key(VaultRow::pending, pending), Bytes(7, 1));
  });
  EXPECT_EQ(vault_->find(resident(1)).error().what, "the vault: damaged blind index row");
  EXPECT_EQ(vault_->note_of(pending).error().what, "the vault: damaged note row");
  EXPECT_EQ(vault_->discard(pending).error().what, "the vault: damaged pending submission row");

  vault_.reset();
  overwrite(*VaultStore::open(directory_).value(), vault_key(VaultRow::key_check, Id128<void>{}),
            Bytes(32, 0));
  EXPECT_EQ(Vault::open(directory_, kek_, random_).error().what,
            "the vault: damaged key check row");
}

TEST_F(VaultFiles, TakesNoMoreWritesAfterOneFailed) {
  std::vector<NewPerson> persons;
  for (unsigned serial = 0; serial < 3000; ++serial) {
    persons.push_back(vault_->prepare(child(serial)));
  }
  // The kernel refuses to let a file grow beyond this, as a full disk would.
  constexpr rlim_t file_bytes_max = 512 * 1024;
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit unlimited{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &unlimited), 0);
  rlimit limited = unlimited;
  limited.rlim_cur = file_bytes_max;
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limited), 0);
  const auto refused = vault_->store(submission("a"), {.persons = persons}, Durability::now);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &unlimited), 0);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().failure, Failure::unavailable);
  EXPECT_EQ(vault_->store(submission("b"), {.note = "x"}, Durability::now).error().failure,
            Failure::unavailable)
      << "although the disk would take it again";
  EXPECT_EQ(vault_->sync().error().failure, Failure::unavailable);
  reopen();
  for (const SubmissionId& left : vault_->pending().value()) ASSERT_TRUE(vault_->discard(left));
  EXPECT_TRUE(vault_->store(submission("a"), {.persons = persons}, Durability::now));
}

}  // namespace
}  // namespace kinledger::ledger

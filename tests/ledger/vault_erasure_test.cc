// Erasing from the vault: what goes, what stays, and that it goes from the files too.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/ledger/vault_fixture.h"

namespace kinledger::ledger {
namespace {

class VaultErasure : public VaultFixture {
 protected:
  /// How many of them are in the files of the vault, which must be closed.
  std::size_t in_files(const std::vector<Bytes>& traces) const {
    std::string held;
    for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
      std::ifstream file(entry.path(), std::ios::binary);
      held.append(std::istreambuf_iterator<char>(file), {});
    }
    return static_cast<std::size_t>(std::ranges::count_if(traces, [&](const Bytes& trace) {
      return held.find(as_text(trace)) != std::string::npos;
    }));
  }
  void erase(const PersonId& person, std::uint64_t had = 1) {
    EXPECT_EQ(vault_->erase({&person, 1}).value(), had);
  }
};

TEST_F(VaultErasure, LeavesNothingOfThePersonAndEverythingOfTheOthers) {
  const auto gone = registered(child(1), "a"), stays = registered(child(2), "b");
  const auto further = vault_->prepare_identity(gone.id, child(3)).value();
  ASSERT_TRUE(vault_->store(submission("c"), {.identities = {&further, 1}}, Durability::now));
  ASSERT_TRUE(vault_->confirm(submission("c")));
  EXPECT_EQ(vault_->birth_date_of(gone.id).value(), child(1).birth_date) << "and is remembered";
  EXPECT_EQ(found(resident(1)), gone.id);
  EXPECT_FALSE(vault_->is_erased(gone.id).value());
  erase(gone.id);
  for (int time = 0; time < 2; ++time) {
    EXPECT_FALSE(vault_->identity_of(gone.id).value());
    EXPECT_FALSE(vault_->birth_date_of(gone.id).value());
    EXPECT_FALSE(found(resident(1)));
    EXPECT_FALSE(found(resident(3)));
    EXPECT_TRUE(vault_->is_erased(gone.id).value());
    EXPECT_FALSE(vault_->is_erased(stays.id).value());
    EXPECT_EQ(vault_->identity_of(stays.id).value()->identities, std::vector{child(2)});
    EXPECT_EQ(found(resident(2)), stays.id);
    reopen();
  }
  EXPECT_EQ(rows(), 3U) << "of the one who stays, and the key check";
  erase(gone.id, 0);
}

TEST_F(VaultErasure, TheSameNumberIsAnotherPersonAfterwards) {
  const auto gone = registered(child(1), "a");
  erase(gone.id);
  const auto again = registered(child(1), "b");
  EXPECT_NE(again.id, gone.id);
  EXPECT_EQ(found(resident(1)), again.id);
  erase(gone.id, 0);
  EXPECT_EQ(found(resident(1)), again.id) << "whom an older erasure does not concern";
}

TEST_F(VaultErasure, NotesThatNameThePersonGoToo) {
  const auto gone = registered(child(1), "a");
  registered(child(2), "b");
  const std::pair<const char*, std::string> notes[] = {
      {"name", "陈样本1 12000000001.xlsx"},
      {"number", "补登 " + resident(1).number + ".csv"},
      {"other", "陈样本2.xlsx"},
      {"list", "西湖区名单.xlsx"}};
  for (const auto& [key, note] : notes) {
    ASSERT_TRUE(vault_->store(submission(key), {.note = note}, Durability::now));
    ASSERT_TRUE(vault_->confirm(submission(key)));
  }
  erase(gone.id);
  EXPECT_FALSE(vault_->note_of(submission("name")).value());
  EXPECT_FALSE(vault_->note_of(submission("number")).value());
  EXPECT_EQ(vault_->note_of(submission("other")).value(), "陈样本2.xlsx");
  EXPECT_EQ(vault_->note_of(submission("list")).value(), "西湖区名单.xlsx");
}

TEST_F(VaultErasure, HappensWhenTheSubmissionIsConfirmedAndNotWhenItIsDiscarded) {
  const auto first = registered(child(1), "a"), second = registered(child(2), "b");
  ASSERT_TRUE(vault_->store(submission("c"), {.erasures = {&first.id, 1}}, Durability::now));
  ASSERT_TRUE(vault_->store(submission("d"), {.erasures = {&second.id, 1}}, Durability::now));
  reopen();
  EXPECT_EQ(vault_->pending().value().size(), 2U);
  EXPECT_TRUE(vault_->has(first.id).value());
  ASSERT_TRUE(vault_->confirm(submission("c")));
  ASSERT_TRUE(vault_->discard(submission("d")));
  reopen();
  EXPECT_TRUE(vault_->pending().value().empty());
  EXPECT_FALSE(vault_->has(first.id).value());
  EXPECT_TRUE(vault_->is_erased(first.id).value());
  EXPECT_EQ(vault_->identity_of(second.id).value()->identities, std::vector{child(2)});
  EXPECT_FALSE(vault_->is_erased(second.id).value());
  ASSERT_TRUE(vault_->confirm(submission("d"))) << "which is over";
  EXPECT_TRUE(vault_->has(second.id).value());
}

TEST_F(VaultErasure, ADamagedRowIsNoReasonToKeepIt) {
  const auto unreadable = registered(child(1), "a"), closed = registered(child(2), "b");
  const auto stays = registered(child(3), "c");
  damage([&](VaultStore& store) {
    const Bytes short_row(5, 1);
    auto row = store.get(vault_key(VaultRow::person, closed.id)).value().value();
    row[10] ^= 1;  // of the sealed own key
    VaultChanges changes;
    changes.put(vault_key(VaultRow::person, unreadable.id), short_row);
    changes.put(vault_key(VaultRow::person, closed.id), row);
    ASSERT_TRUE(store.write(std::move(changes), Durability::now));
  });
  erase(unreadable.id);
  erase(closed.id);
  EXPECT_FALSE(found(resident(1)));
  EXPECT_FALSE(found(resident(2)));
  EXPECT_EQ(found(resident(3)), stays.id);
}

TEST_F(VaultErasure, NothingIsLeftInTheFilesOnceTheyAreCompacted) {
  std::vector<NewPerson> persons;
  for (unsigned serial = 0; serial < 400; ++serial)
    persons.push_back(vault_->prepare(child(serial)));
  ASSERT_TRUE(vault_->store(submission("a"), {.persons = persons}, Durability::now));
  ASSERT_TRUE(vault_->confirm(submission("a")));
  // Whichever row has the smallest or largest key of a table is named in the list of tables too.
  std::vector<PersonId> gone;
  std::vector<Bytes> traces;
  for (std::size_t i = 0; i < persons.size(); ++i) {
    if (i % 4 == 0) continue;
    gone.push_back(persons[i].id);
    const auto row = decode_person(persons[i].row).value();
    traces.push_back(row.sealed_own_key);
    traces.push_back(row.identities.front().sealed);
    traces.emplace_back(persons[i].blind_index.bytes.begin(), persons[i].blind_index.bytes.end());
  }
  const auto left = [&] {
    reopen();  // the log is cut into blocks, tables have every row in one piece
    vault_.reset();
    const auto count = in_files(traces);
    reopen();
    return count;
  };
  EXPECT_EQ(left(), traces.size()) << "what is sought is found";
  ASSERT_EQ(vault_->erase(gone).value(), gone.size());
  EXPECT_GT(left(), 0U) << "deleted, but not out of the files";
  vault_.reset();
  ASSERT_TRUE(VaultStore::compact(directory_));
  EXPECT_EQ(in_files(traces), 0U);
  reopen();
  for (std::size_t i = 0; i < persons.size(); ++i)
    EXPECT_EQ(vault_->has(persons[i].id).value(), i % 4 == 0) << i;
}

}  // namespace
}  // namespace kinledger::ledger

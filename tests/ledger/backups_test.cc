// Backups on a disk that is full, or loses power: those before stay whole, and the one that was
// being made is there whole or not at all.
#include "ledger/backups.h"

#include <atomic>
#include <fstream>
#include <random>
#include <thread>

#include "ledger/key_file.h"
#include "ledger/mark.h"
#include "ledger/vault_check.h"
#include "tests/ledger/faulty_disk.h"
#include "tests/ledger/ledger_fixture.h"

namespace kinledger::ledger {
namespace {

namespace fs = std::filesystem;

class BackupsTest : public LedgerTest {
 protected:
  BackupsTest() {
    create();
    grow();
  }

  void grow() {
    std::vector<SubmittedEvent> events;
    for (int i = 0; i < 50; ++i)
      events.push_back(premium_paid(resident("20150101", i), "2021-03-31", Fen{++paid_}));
    recorded("growth " + std::to_string(paid_), std::move(events), true);
  }

  Result<Backup> back_up(rocksdb::Env* env = nullptr) {
    auto backups = Backups::open_to_write(places(), random_, env);
    if (!backups) return backups.error();
    return backups->add(*ledger_, {});
  }
  BackupPlaces places() const { return {directory_.path() / "safe", directory_.path() / "safe.v"}; }

  bool has_scratch() const { return fs::exists(directory_.path() / "ledger/backup.new"); }

  /// Every backup that there is can be restored, to the tree that it says.
  std::size_t restorable() {
    const auto backups = Backups::open(places()).value();
    for (const auto& backup : backups.all()) {
      EXPECT_TRUE(backups.verify(backup)) << backups.verify(backup).error().what;
      const auto to = directory_.path() / "restored";
      const auto restored = backups.restore(backup, to);
      EXPECT_TRUE(restored) << restored.error().what;
      fs::remove_all(to);
    }
    return backups.all().size();
  }

  std::int64_t paid_ = 0;
};

TEST_F(BackupsTest, OnAFullDiskIsNotMadeAndThoseBeforeStay) {
  ASSERT_TRUE(back_up());
  std::size_t made = 1, failed = 0;
  for (std::uint64_t room = 0; room < 60'000; room += 2'999) {
    grow();
    {
      const auto disk = std::make_shared<FaultyDisk>(directory_.path() / "attic");
      const auto env = rocksdb::NewCompositeEnv(disk);
      disk->fill_after(room);
      const auto backup = back_up(env.get());
      if (backup) ++made;
      if (!backup) {
        ++failed;
        EXPECT_EQ(backup.error().failure, Failure::unavailable) << backup.error().what;
      }
    }
    EXPECT_FALSE(has_scratch());
    ASSERT_EQ(restorable(), made) << "room for " << room;
  }
  EXPECT_GT(failed, 3U);
  ASSERT_TRUE(back_up()) << "with room again it is made";
  EXPECT_EQ(restorable(), made + 1);
  recorded("after", {premium_paid(resident("20150101", 1), "2021-03-31", Fen{1})});
  reopen();
}

TEST_F(BackupsTest, InterruptedByAPowerCutIsThereWholeOrNotAtAll) {
  std::mt19937_64 chance(20210401);
  ASSERT_TRUE(back_up());
  std::size_t made = 1, cut = 0;
  for (int trial = 0; trial < 60; ++trial) {
    if (trial % 4 == 0) grow();
    {
      const auto disk = std::make_shared<FaultyDisk>(directory_.path() / "attic");
      const auto env = rocksdb::NewCompositeEnv(disk);
      disk->lose_power_after(1 + chance() % 90, [] {});
      const auto backup = back_up(env.get());
      if (backup) ++made;
      if (disk->is_off()) {
        ++cut;
        disk->apply_loss(chance);
      }
    }
    ASSERT_EQ(restorable(), made) << "trial " << trial;
  }
  EXPECT_GT(cut, 20U);
}

TEST_F(BackupsTest, IsMadeInPlacesWhoseMakingWasInterruptedAnywhere) {
  const auto [journal, vault] = places();
  const std::string id = std::string(32, 'a') + "\n";
  /// In the order in which they are made; without a text, directories.
  const std::vector<std::pair<fs::path, std::string>> steps{{vault, ""},
                                                            {vault / "vault", ""},
                                                            {journal, ""},
                                                            {journal / "backups", ""},
                                                            {journal / "journal", ""},
                                                            {journal / "lock", "1"},
                                                            {vault / "backup.id.new", "aa"},
                                                            {vault / "backup.id", id},
                                                            {journal / "backup.id.new", id},
                                                            {journal / "backup.id", id}};
  for (std::size_t done = 0; done <= steps.size(); ++done) {
    fs::remove_all(journal);
    fs::remove_all(vault);
    for (std::size_t step = 0; step < done; ++step) {
      const auto& [path, text] = steps[step];
      if (text.empty())
        fs::create_directory(path);
      else
        std::ofstream(path) << text;
    }
    const auto backup = back_up();
    ASSERT_TRUE(backup) << done << ": " << backup.error().what;
    EXPECT_EQ(restorable(), 1U) << done;
  }
}

TEST_F(BackupsTest, LeavesTheVaultsPartOfOthersAlone) {
  ASSERT_TRUE(back_up());
  const auto aside = directory_.path() / "aside";
  fs::rename(places().journal, aside);
  const auto refused = back_up();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().failure, Failure::conflict);
  EXPECT_FALSE(fs::exists(places().journal));
  fs::rename(aside, places().journal);
  EXPECT_EQ(restorable(), 1U);
}

TEST_F(BackupsTest, WhoseRecordCannotBeWrittenIsNotMadeAndTheNextIs) {
  ASSERT_TRUE(back_up());
  grow();
  {
    auto backups = Backups::open_to_write(places(), random_).value();
    ASSERT_TRUE(fs::create_directory(places().journal / "backups/2")) << "is in its way";
    const auto failed = backups.add(*ledger_, {});
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().failure, Failure::unavailable) << failed.error().what;
  }
  EXPECT_EQ(restorable(), 1U);
  ASSERT_TRUE(back_up());
  EXPECT_EQ(restorable(), 2U);
}

TEST_F(BackupsTest, OfALedgerWhoseStorageFailedIsRefusedAndLeavesNothing) {
  ledger_.reset();
  const auto disk = std::make_shared<FaultyDisk>(directory_.path() / "attic");
  const auto env = rocksdb::NewCompositeEnv(disk);
  auto faulty = options();
  faulty.env = env.get();
  ledger_ = Ledger::open(faulty, random_).value();
  disk->fill_after(0);
  EXPECT_FALSE(hand_in("too much", {premium_paid(resident("20150101", 1), "2021-03-31", Fen{1})}));
  disk->make_room();
  const auto refused = back_up();
  ledger_.reset();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().failure, Failure::unavailable);
  EXPECT_EQ(refused.error().what.find("unknown"), std::string::npos)
      << "nothing was attempted: " << refused.error().what;
  EXPECT_FALSE(has_scratch());
}

TEST_F(BackupsTest, IsOfOneMomentWhileThreadsSubmit) {
  std::atomic<bool> stop{false};
  std::thread submitter([&] {
    for (int number = 0; !stop; ++number) {
      Submission submission;
      submission.key = "meanwhile " + std::to_string(number);
      submission.registers_persons = true;
      submission.events.push_back(
          premium_paid(resident("20160101", number % 1'000), "2021-03-31", Fen{1}));
      ASSERT_TRUE(ledger_->submit(submission, vocabulary_).value().receipt);
    }
  });
  std::vector<Backup> taken;
  for (int i = 0; i < 5; ++i) {
    const auto before = ledger_->durable().size;
    while (ledger_->durable().size.value < before.value + 20) std::this_thread::yield();
    taken.push_back(back_up().value());
  }
  stop = true;
  submitter.join();
  const auto backups = Backups::open(places()).value();
  TreeSize last;
  for (const auto& backup : taken) {
    EXPECT_GT(backup.head.size, last);
    last = backup.head.size;
    // A ledger with the restored data and the keys of this one opens: nothing is pending that the
    // journal does not know, and everybody registered has an identity.
    TestDirectory elsewhere;
    const auto to = elsewhere.path() / "ledger";
    ASSERT_TRUE(backups.restore(backup, to));
    ASSERT_TRUE(copy_keys(directory_.path() / "ledger.state", elsewhere.path() / "ledger.state"));
    ASSERT_TRUE(Mark::create(elsewhere.path() / "ledger.state/mark", backup.ledger));
    auto restored_options = options();
    restored_options.directory = to;
    const auto restored = Ledger::open(restored_options, random_).value();
    EXPECT_EQ(restored->durable(), backup.head);
    const auto checked =
        check_vault(restored->journal(), restored->vault(), backup.head.size, [](auto) {});
    ASSERT_TRUE(checked);
    EXPECT_FALSE(checked->damage) << checked->damage->what;
    EXPECT_TRUE(restored->vault().pending().value().empty());
  }
}

TEST_F(BackupsTest, ACopyOfTheKeysHasThoseThatARotationLeaves) {
  const auto state = directory_.path() / "ledger.state", copy = directory_.path() / "copy";
  const Paths from({}, state), to({}, copy);
  for (const auto& file : {from.former_signing_key(), from.next_signing_key()})
    ASSERT_TRUE(create_key_file(file, random_).has_value());
  ASSERT_TRUE(copy_keys(state, copy));
  for (const auto file : {&Paths::former_signing_key, &Paths::next_signing_key})
    EXPECT_TRUE(std::filesystem::exists((to.*file)()));
}

}  // namespace
}  // namespace kinledger::ledger

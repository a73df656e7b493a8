// Backups on a disk that is full, or loses power: those before stay whole, and the one that was
// being made is there whole or not at all.
#include "ledger/backups.h"

#include <atomic>
#include <random>
#include <thread>

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
    TemporaryDirectory elsewhere;
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

}  // namespace
}  // namespace kinledger::ledger

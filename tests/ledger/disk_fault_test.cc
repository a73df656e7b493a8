// Every single operation on the disk fails once: the ledger says that the outcome is unknown, stops
// acknowledging, and after a restart holds all that it acknowledged. A full disk is such a failure
// that lasts: with room again, a restart is all that it takes.

#include "tests/ledger/faulty_disk.h"
#include "tests/ledger/oracle.h"

namespace kinledger::ledger {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t groups_recorded = 3;
/// Openings before, each of which leaves a table file: the next one compacts them.
constexpr std::uint64_t openings_before = 3;

struct Disk {
  explicit Disk(const fs::path& attic)
      : faulty(std::make_shared<FaultyDisk>(attic)), env(rocksdb::NewCompositeEnv(faulty)) {}
  std::shared_ptr<FaultyDisk> faulty;
  std::unique_ptr<rocksdb::Env> env;
};

class BrokenDisk : public testing::Test {
 protected:
  BrokenDisk() {
    (void)Ledger::create(options(nullptr), "faults.kinledger.invalid", {330100}, random_).value();
    for (std::uint64_t i = 0; i < openings_before; ++i) EXPECT_EQ(submit_some(nullptr, 2), "");
    fs::copy(directory_.path(), before_.path(), fs::copy_options::recursive);
    oracle_before_ = oracle_;
    next_before_ = next_;
  }

  LedgerOptions options(rocksdb::Env* env) {
    LedgerOptions options;
    options.directory = directory_.path() / "ledger";
    options.lock_wait_ms = 0;
    options.env = env != nullptr ? env : sound_.env.get();
    options.room.bytes_min = 0;  // the disk gets full, and no gate keeps it from that
    return options;
  }

  /// Back to the moment before the fault.
  void begin_again() {
    for (const auto* part : {"ledger", "ledger.state"}) {
      fs::remove_all(directory_.path() / part);
      fs::copy(before_.path() / part, directory_.path() / part, fs::copy_options::recursive);
    }
    oracle_ = oracle_before_;
    next_ = next_before_;
  }

  /// Opens, hands in `count` submissions and closes. What is wrong; empty also when it said that it
  /// failed.
  std::string submit_some(rocksdb::Env* env, std::uint64_t count) {
    auto opened = Ledger::open(options(env), random_);
    if (!opened) return opened.error().failure == Failure::unavailable ? "" : opened.error().what;
    bool has_failed = false;
    for (std::uint64_t i = 0; i < count; ++i) {
      const auto number = next_++;
      oracle_.will_submit(number);
      const auto outcome = (*opened)->submit(Oracle::submission(number), vocabulary_);
      if (!outcome && outcome.error().failure != Failure::unavailable) return outcome.error().what;
      if (outcome && has_failed && !outcome->receipt->already) return "it went on after a failure";
      if (outcome) oracle_.acknowledged(number, outcome->receipt.value());
      has_failed = has_failed || !outcome;
    }
    return {};
  }

  /// On a disk that works again.
  std::string settle() {
    auto opened = Ledger::open(options(nullptr), random_);
    if (!opened) return "it does not open: " + opened.error().what;
    if (auto wrong = oracle_.compare(**opened); !wrong.empty()) return wrong;
    for (const auto number : oracle_.unknown()) {
      const auto outcome = (*opened)->submit(Oracle::submission(number), vocabulary_);
      if (!outcome || !outcome->receipt) return "it takes no submission";
      oracle_.acknowledged(number, *outcome->receipt);
    }
    return oracle_.compare_all(**opened);
  }

  TestDirectory directory_{place_of_simulated_disks()}, before_{place_of_simulated_disks()};
  const Disk sound_{directory_.path() / "sound"};  ///< syncs nothing, which is faster
  SeededRandom random_{20210401};
  NoVocabulary vocabulary_;
  Oracle oracle_, oracle_before_;
  std::uint64_t next_ = 0, next_before_ = 0;
};

using EveryOperation = BrokenDisk;

TEST_F(EveryOperation, FailsOnceAndNothingIsLost) {
  constexpr DiskOperation operations[] = {DiskOperation::make,   DiskOperation::append,
                                          DiskOperation::sync,   DiskOperation::rename,
                                          DiskOperation::remove, DiskOperation::sync_directory};
  std::map<DiskOperation, std::uint64_t> counts;
  {
    const Disk disk(directory_.path() / "attic");
    ASSERT_EQ(submit_some(disk.env.get(), groups_recorded), "");
    for (const auto operation : operations) counts[operation] = disk.faulty->count(operation);
  }
  int failed = 0, runs = 0;
  for (const auto& [operation, count] : counts)
    for (const auto fault : {DiskFault::input_output, DiskFault::full})
      for (std::uint64_t nth = 1; nth <= count; ++nth, ++runs) {
        begin_again();
        const auto where = "operation " + std::to_string(static_cast<int>(operation)) + ", " +
                           std::to_string(nth) + " of " + std::to_string(count);
        {
          const Disk disk(directory_.path() / "attic");
          disk.faulty->fail(operation, nth, fault);
          ASSERT_EQ(submit_some(disk.env.get(), groups_recorded), "") << where;
          failed += disk.faulty->has_failed() ? 1 : 0;
        }
        ASSERT_EQ(settle(), "") << where;
      }
  std::cout << runs << " runs, in " << failed << " of them the operation came to pass and failed\n";
  EXPECT_GT(failed, runs * 9 / 10);
}

using FullDisk = BrokenDisk;

TEST_F(FullDisk, StopsTheLedgerAndLosesNothing) {
  constexpr std::uint64_t step = 5'003, most = 120'000;
  int stopped = 0;
  for (std::uint64_t room = 0; room < most; room += step) {
    begin_again();
    {
      const Disk disk(directory_.path() / "attic");
      disk.faulty->fill_after(room);
      ASSERT_EQ(submit_some(disk.env.get(), 20), "") << "room for " << room;
      stopped += disk.faulty->has_failed() ? 1 : 0;
      disk.faulty->make_room();
    }
    ASSERT_EQ(settle(), "") << "room for " << room;
  }
  EXPECT_GT(stopped, 5);
}

TEST_F(FullDisk, IsNotForgottenWhenThereIsRoomAgain) {
  const Disk disk(directory_.path() / "attic");
  auto opened = Ledger::open(options(disk.env.get()), random_).value();
  disk.faulty->fill_after(0);
  const auto first = opened->submit(Oracle::submission(next_), vocabulary_);
  ASSERT_FALSE(first.has_value());
  EXPECT_NE(first.error().what.find("unknown"), std::string::npos) << first.error().what;
  disk.faulty->make_room();
  const auto later = opened->submit(Oracle::submission(next_ + 1), vocabulary_);
  ASSERT_FALSE(later.has_value()) << "a process whose storage failed never acknowledges again";
  EXPECT_EQ(later.error().failure, Failure::unavailable);
  EXPECT_EQ(later.error().what.find("unknown"), std::string::npos)
      << "nothing was tried: " << later.error().what;
}

}  // namespace
}  // namespace kinledger::ledger

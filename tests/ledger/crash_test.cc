// Kill -9 at random instants under 8 submitters and 2 readers. Whatever was acknowledged must be
// there afterwards, once, under the same sequence, in a tree whose root is the same; what was
// unknown is handed in again by its key and is there once. The oracle is outside the killed
// process: a pipe tells it what is handed in, and each acknowledgement.
//
// KINLEDGER_TRIALS and KINLEDGER_SEED make a campaign of it.

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <random>
#include <thread>

#include "tests/ledger/oracle.h"

namespace kinledger::ledger {
namespace {

constexpr int submitters = 8;
constexpr int readers = 2;
constexpr int inspected_every = 10;

/// What the killed process says: that it hands a number in, or, with a count, that it was recorded.
struct Told {
  std::uint64_t number;
  std::uint64_t first;
  std::uint32_t count;
  TreeHead head;
};

LedgerOptions options_in(const std::filesystem::path& directory) {
  LedgerOptions options;
  options.directory = directory / "ledger";
  return options;
}

void tell(int pipe, const Told& told) {
  if (write(pipe, &told, sizeof told) != sizeof told) _exit(5);
}

/// Reads what is durable, over and over: it never shrinks, changes or lacks an event.
void read_for_ever(const Ledger& ledger, std::uint64_t seed) {
  std::mt19937_64 chance(seed);
  auto before = ledger.durable();
  for (;;) {
    const auto head = ledger.durable();
    if (head.size < before.size) _exit(20);
    for (const auto& known : {head, before}) {
      const auto root = ledger.journal().root(known.size);
      if (!root || *root != known.root) _exit(21);
    }
    before = head;
    const Sequence at{chance() % head.size.value};
    const auto located = ledger.journal().locate(at);
    const auto leaf = ledger.journal().leaf_hashes(at, 1);
    if (!located || !leaf || leaf_hash(located->event(at)) != leaf->front()) _exit(22);
    if (!EventView::read(located->event(at))) _exit(23);
  }
}

/// Hands in until killed: first what is unknown, then the numbers from `next` on.
[[noreturn]] void load(const std::filesystem::path& directory,
                       const std::vector<std::uint64_t>& unknown, std::uint64_t next, int pipe) {
  SystemRandom random;
  const NoVocabulary vocabulary;
  auto ledger = Ledger::open(options_in(directory), random);
  if (!ledger) _exit(3);
  std::atomic<std::uint64_t> taken{0};
  std::vector<std::thread> threads;
  for (int hand = 0; hand < submitters; ++hand)
    threads.emplace_back([&] {
      for (;;) {
        const auto turn = taken.fetch_add(1);
        const auto number = turn < unknown.size() ? unknown[turn] : next + turn - unknown.size();
        tell(pipe, {number, 0, 0, {}});
        const auto outcome = (*ledger)->submit(Oracle::submission(number), vocabulary);
        if (!outcome || !outcome->receipt) _exit(4);
        const auto& receipt = *outcome->receipt;
        tell(pipe, {number, receipt.first.value, receipt.count, receipt.head});
      }
    });
  for (std::uint64_t reader = 0; reader < readers; ++reader)
    threads.emplace_back([&, reader] { read_for_ever(**ledger, next * readers + reader); });
  for (auto& thread : threads) thread.join();
  _exit(6);
}

/// Checks the ledger against the oracle; exits with 0 when all is well.
[[noreturn]] void inspect(const std::filesystem::path& directory, const Oracle& oracle) {
  SystemRandom random;
  const auto opened = Ledger::open(options_in(directory), random);
  const auto wrong = opened ? oracle.compare_all(**opened) : opened.error().what;
  if (!wrong.empty()) std::fprintf(stderr, "%s\n", wrong.c_str());
  _exit(wrong.empty() ? 0 : 10);
}

int in_child(const std::function<void()>& work) {
  const auto child = fork();
  if (child == 0) work();
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/// A ledger that is killed again and again. This process never opens it: a child of a process with
/// RocksDB's threads would wait for them for ever.
class Crash : public testing::Test {
 protected:
  Crash() {
    EXPECT_EQ(in_child([&] {
                SystemRandom entropy;
                const auto made = Ledger::create(options_in(directory_.path()),
                                                 "crash.kinledger.invalid", {330100}, entropy);
                _exit(made ? 0 : 1);
              }),
              0);
  }

  /// The oracle learns it; false when the process is gone.
  bool listen(int pipe) {
    Told told;
    if (::read(pipe, &told, sizeof told) != sizeof told) return false;
    oracle_.will_submit(told.number);
    next_ = std::max(next_, told.number + 1);
    if (told.count != 0) {
      Receipt receipt;
      receipt.first = {told.first};
      receipt.count = told.count;
      receipt.head = told.head;
      oracle_.acknowledged(told.number, receipt);
      ++acknowledged_;
    }
    return true;
  }

  void kill_once() {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const auto unknown = oracle_.unknown();
    retried_ += unknown.size();
    const auto child = fork();
    if (child == 0) {
      close(ends[0]);
      load(directory_.path(), unknown, next_, ends[1]);
    }
    close(ends[1]);
    // The kill comes some time after the first few acknowledgements, so at any point of a commit;
    // or, now and then, anywhere while the ledger is being opened.
    const auto wanted = acknowledged_ + chance_() % 60;
    const bool while_opening = chance_() % 8 == 0;
    while (!while_opening && acknowledged_ <= wanted && listen(ends[0])) continue;
    std::this_thread::sleep_for(std::chrono::microseconds(chance_() % 1'500));
    kill(child, SIGKILL);
    while (listen(ends[0])) continue;
    close(ends[0]);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status))
        << "the load stopped by itself, exit " << WEXITSTATUS(status) << ", " << seed_;
  }

  TestDirectory directory_;
  const std::uint64_t seed_ = setting("KINLEDGER_SEED", 20210331);
  std::mt19937_64 chance_{seed_};
  Oracle oracle_;
  std::uint64_t next_ = 0, acknowledged_ = 0, retried_ = 0;
};

TEST_F(Crash, NothingAcknowledgedIsLostOrDoubledBy300Kills) {
  const auto kills = setting("KINLEDGER_TRIALS", 300);
  for (std::uint64_t done = 1; done <= kills; ++done) {
    ASSERT_NO_FATAL_FAILURE(kill_once()) << "kill " << done;
    if (done % inspected_every == 0 || done == kills) {
      ASSERT_EQ(in_child([&] { inspect(directory_.path(), oracle_); }), 0)
          << "kill " << done << ", seed " << seed_;
    }
  }
  EXPECT_GT(acknowledged_, kills);
  EXPECT_GT(retried_, 0U) << "no kill came in the middle of anything";
  std::cout << kills << " kills, " << acknowledged_ << " acknowledged, " << retried_
            << " unknown and handed in again, seed " << seed_ << "\n";
}

}  // namespace
}  // namespace kinledger::ledger

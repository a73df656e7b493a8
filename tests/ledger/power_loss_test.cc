// Power fails at a random operation of the disk, while three submit, or while the ledger is being
// opened. Whatever was acknowledged is there afterwards, at its sequence, under its root; what was
// unknown is handed in again and is there once.
//
// KINLEDGER_TRIALS and KINLEDGER_SEED make a campaign of it. RocksDB has threads of its own: a seed
// gives the same load and the same instants by count of operations, not the same run.

#include <algorithm>
#include <fstream>
#include <map>
#include <mutex>
#include <random>
#include <thread>

#include "tests/ledger/faulty_disk.h"
#include "tests/ledger/oracle.h"

namespace kinledger::ledger {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t shards_of_cycles = 4;
constexpr std::uint64_t cycles_of_a_ledger = 50;
constexpr int hands = 3;
constexpr std::uint64_t operations_of_a_load = 250;
constexpr std::uint64_t operations_of_an_opening = 120;
constexpr std::uint64_t mark_slot_bytes = 4096;

std::string bytes_of(const fs::path& file) {
  std::ostringstream read;
  read << std::ifstream(file, std::ios::binary).rdbuf();
  return read.str();
}

/// One ledger, which loses power again and again.
class Victim {
 public:
  Victim(std::uint64_t seed, Oracle& oracle) : chance_(seed), random_(seed), oracle_(oracle) {
    auto created = options(nullptr);
    EXPECT_TRUE(Ledger::create(created, "power.kinledger.invalid", {330100}, random_));
  }

  /// What is wrong; empty: nothing.
  std::string lose_power_once() {
    const auto disk = std::make_shared<FaultyDisk>(directory_.path() / "attic");
    const auto env = rocksdb::NewCompositeEnv(disk);
    const auto cut = [this] { mark_ = bytes_of(mark_file()); };
    const bool while_opening = chance_() % 3 == 0;
    if (while_opening) disk->lose_power_after(1 + chance_() % operations_of_an_opening, cut);
    {
      auto opened = Ledger::open(options(env.get()), random_);
      if (!opened && !disk->is_off()) return refusal(opened.error());
      if (opened) {
        scrambled_.clear();
        // The power may be gone already, in one of RocksDB's own threads.
        if (auto wrong = oracle_.compare(**opened); !wrong.empty()) return wrong;
        if (!while_opening) disk->lose_power_after(1 + chance_() % operations_of_a_load, cut);
        load(**opened, *disk);
      }
    }
    disk->apply_loss(chance_);
    // What an earlier cut scrambled stays until a ledger has opened over it.
    for (const auto& [name, from] : disk->scrambled()) {
      const auto earlier = scrambled_.try_emplace(name, from).first;
      earlier->second = std::min(earlier->second, from);
    }
    restore_mark();
    return {};
  }

  /// It was left with other bytes where a write was under way, and refuses to open: it cannot tell
  /// them from rot. Nothing is lost, and nothing is served.
  bool has_refused() const { return has_refused_; }

  /// With a disk that works: everything unknown is handed in again, and all is read.
  std::string settle() {
    auto opened = Ledger::open(options(nullptr), random_);
    if (!opened) return refusal(opened.error());
    for (const auto number : oracle_.unknown()) {
      const auto outcome = (*opened)->submit(Oracle::submission(number), vocabulary_);
      if (!outcome || !outcome->receipt) return "it takes no submission";
      oracle_.acknowledged(number, *outcome->receipt);
    }
    return oracle_.compare_all(**opened);
  }

 private:
  LedgerOptions options(rocksdb::Env* env) const {
    LedgerOptions options;
    options.directory = directory_.path() / "ledger";
    options.lock_wait_ms = 0;
    options.env = env;
    return options;
  }
  fs::path mark_file() const { return directory_.path() / "ledger.state/mark"; }

  std::string refusal(const Error& error) {
    has_refused_ = !scrambled_.empty() && error.failure == Failure::corrupt;
    if (!has_refused_) return "it does not open: " + error.what;
    return what_is_left();
  }

  /// A copy of the journal without the scrambled bytes opens: all that was acknowledged is there.
  std::string what_is_left() {
    const auto original = directory_.path() / "ledger/journal", copy = directory_.path() / "copy";
    fs::copy(original, copy, fs::copy_options::recursive);
    for (const auto& [name, from] : scrambled_) {
      if (fs::path(name).parent_path() != original) continue;
      const auto file = copy / fs::path(name).filename();
      if (fs::exists(file) && fs::file_size(file) > from) fs::resize_file(file, from);
    }
    const auto journal = Journal::open(copy);
    return journal ? oracle_.compare_tree(**journal)
                   : "the copy does not open either: " + journal.error().what;
  }

  void load(Ledger& ledger, const FaultyDisk& disk) {
    std::mutex mutex;
    const auto again = oracle_.unknown();
    std::size_t next_again = 0;
    const auto submit = [&] {
      for (;;) {
        std::uint64_t number;
        {
          const std::lock_guard lock(mutex);
          number = next_again < again.size() ? again[next_again++] : next_++;
          oracle_.will_submit(number);
        }
        const auto outcome = ledger.submit(Oracle::submission(number), vocabulary_);
        if (!outcome) return;
        const std::lock_guard lock(mutex);
        // The mark is not on this disk. What was acknowledged after the cut never was.
        if (disk.is_off()) return;
        oracle_.acknowledged(number, outcome->receipt.value());
      }
    };
    std::vector<std::thread> threads;
    for (int hand = 0; hand < hands; ++hand) threads.emplace_back(submit);
    for (auto& thread : threads) thread.join();
  }

  /// The mark as it was when the power went; a write of it that was under way may be torn.
  void restore_mark() {
    const auto size = [&](std::uint64_t slot) {
      std::uint64_t value = 0;
      for (int byte = 7; byte >= 0; --byte)
        value = value << 8 | static_cast<std::uint8_t>(mark_[slot * mark_slot_bytes + 24 + byte]);
      return value;
    };
    if (chance_() % 2 == 0) {
      const auto older = size(0) < size(1) ? 0 : 1;
      for (auto torn = chance_() % 64; torn < 64; ++torn)
        mark_[older * mark_slot_bytes + torn] = static_cast<char>(chance_());
    }
    std::ofstream(mark_file(), std::ios::binary) << mark_;
  }

  std::mt19937_64 chance_;
  SeededRandom random_;
  NoVocabulary vocabulary_;
  TestDirectory directory_{place_of_simulated_disks()};
  Oracle& oracle_;
  std::string mark_;
  std::uint64_t next_ = 0;
  std::map<std::string, std::uint64_t> scrambled_;  ///< files with foreign bytes, and from where
  bool has_refused_ = false;
};

class PowerLoss : public testing::TestWithParam<std::uint64_t> {};

TEST_P(PowerLoss, TakesNothingThatWasAcknowledged) {
  const auto cycles = setting("KINLEDGER_TRIALS", 2'000) / shards_of_cycles;
  const auto seed = setting("KINLEDGER_SEED", 20210331) + GetParam() * 1'000'003;
  RecordProperty("seed", std::to_string(seed));
  std::size_t acknowledged = 0, unknown = 0, refused = 0;
  for (std::uint64_t done = 0; done < cycles;) {
    Oracle oracle;
    Victim victim(seed + done, oracle);
    for (std::uint64_t i = 0; i < cycles_of_a_ledger && done < cycles && !victim.has_refused();
         ++i, ++done) {
      ASSERT_EQ(victim.lose_power_once(), "") << "cycle " << done << ", seed " << seed;
      unknown += oracle.unknown().size();
    }
    if (!victim.has_refused()) {
      ASSERT_EQ(victim.settle(), "") << "before cycle " << done << ", seed " << seed;
    }
    refused += victim.has_refused() ? 1 : 0;
    acknowledged += oracle.acknowledged_count();
  }
  EXPECT_GT(acknowledged, cycles) << "nothing was at stake";
  EXPECT_GT(unknown, 0U) << "the power never went in the middle of anything";
  std::cout << cycles << " power cuts, " << acknowledged << " submissions acknowledged, " << unknown
            << " unknown, " << refused << " refusals to open, seed " << seed << "\n";
}

INSTANTIATE_TEST_SUITE_P(Shard, PowerLoss, testing::Range<std::uint64_t>(0, shards_of_cycles));

}  // namespace
}  // namespace kinledger::ledger

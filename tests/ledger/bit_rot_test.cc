// One bit of a ledger at rest is flipped, anywhere in its journal, vault or state; or a file is cut
// short, or gone. Either the ledger holds exactly what it held, or it refuses and says why: no
// other answer is ever given.
//
// KINLEDGER_TRIALS and KINLEDGER_SEED make a campaign of it.

#include <malloc.h>

#include <fstream>
#include <random>

#include "ledger/crypto.h"
#include "ledger/signed_note.h"
#include "ledger/vault_check.h"
#include "tests/flip_bit.h"
#include "tests/ledger/faulty_disk.h"
#include "tests/ledger/oracle.h"

namespace kinledger::ledger {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t shards_of_bits = 4;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::uint64_t trials_usual = 2'000;  // each takes ten times as long
#else
constexpr std::uint64_t trials_usual = 20'000;
#endif

/// Writes neither what nobody reads, a log for people and the options, nor anything through to the
/// disk: most of the time of an opening.
class TaciturnDisk final : public rocksdb::FileSystemWrapper {
 public:
  explicit TaciturnDisk(const fs::path& attic)
      : FileSystemWrapper(std::make_shared<FaultyDisk>(attic)) {}
  const char* Name() const override { return "TaciturnDisk"; }

  rocksdb::IOStatus NewLogger(const std::string&, const rocksdb::IOOptions&,
                              std::shared_ptr<rocksdb::Logger>* logger,
                              rocksdb::IODebugContext*) override {
    *logger = std::make_shared<Silence>();
    return rocksdb::IOStatus::OK();
  }
  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override {
    if (fs::path(name).filename().string().starts_with("OPTIONS"))
      return rocksdb::IOStatus::NotSupported("options are not kept");
    return FileSystemWrapper::NewWritableFile(name, options, file, debug);
  }

 private:
  class Silence final : public rocksdb::Logger {
   public:
    using rocksdb::Logger::Logv;
    void Logv(const char*, va_list) override {}
  };
};

/// RocksDB rests for a second behind a compaction that met damage, and a closing waits for it.
class RestlessEnv final : public rocksdb::EnvWrapper {
 public:
  explicit RestlessEnv(const std::shared_ptr<rocksdb::FileSystem>& disk)
      : EnvWrapper(rocksdb::Env::Default()) {
    file_system_ = disk;
  }
  void SleepForMicroseconds(int) override {}
};

/// A ledger with table files on two levels, rows in the write-ahead logs only and a checkpoint,
/// some with a second key, whose signatures take long; and what it says.
class Relic {
 public:
  explicit Relic(bool has_second_key) {
    auto made =
        Ledger::create(options(directory_.path()), "rot.kinledger.invalid", {330100}, random_);
    EXPECT_TRUE(made);
    for (std::uint64_t number = 0; number < submissions;) {
      for (int i = 0; i < 8 && number < submissions; ++i, ++number) {
        const auto outcome = (*made)->submit(Oracle::submission(number), vocabulary_);
        oracle_.will_submit(number);
        oracle_.acknowledged(number, *outcome->receipt);
      }
      if (number + 8 >= submissions) break;
      made->reset();
      made = Ledger::open(options(directory_.path()), random_);
      EXPECT_TRUE(made);
    }
    if (has_second_key) {
      EXPECT_TRUE((*made)->add_sm2_key());
    }
    checkpoint_ = (*made)->checkpoint().value().note;
    made->reset();
    for (const auto& entry : fs::recursive_directory_iterator(directory_.path()))
      if (entry.is_regular_file() && entry.file_size() > 0)
        files_.push_back(fs::relative(entry.path(), directory_.path()));
    std::ranges::sort(files_);
  }

  const std::vector<fs::path>& files() const { return files_; }
  std::uint64_t bytes(const fs::path& file) const {
    return fs::file_size(directory_.path() / file);
  }
  /// The files of the databases are links, for a database writes each file once and replaces it by
  /// another; the one that is going to be damaged is a copy, and so is the state.
  void copy_to(const fs::path& to, const fs::path& damaged) const {
    fs::remove_all(to);
    for (const auto& file : files_) {
      fs::create_directories(to / file.parent_path());
      const bool is_link = file != damaged && file.string().starts_with("ledger/");
      if (is_link)
        fs::create_hard_link(directory_.path() / file, to / file);
      else
        fs::copy_file(directory_.path() / file, to / file);
    }
  }
  /// Of every byte of it.
  Hash digest() const {
    Sha256 digest;
    for (const auto& file : files_) {
      std::ifstream bytes(directory_.path() / file, std::ios::binary);
      digest.update(as_bytes(std::string(std::istreambuf_iterator(bytes), {})));
    }
    return digest.finish();
  }

  enum class Outcome { same, refused, different };
  /// Asks the copy everything that the relic can say. `why` is the refusal.
  Outcome examine(const fs::path& copy, std::string& why) {
    const auto disk = std::make_shared<TaciturnDisk>(copy / "attic");
    RestlessEnv env(disk);
    auto given = options(copy);
    given.env = &env;
    auto opened = Ledger::open(given, random_);
    if (!opened) {
      why = opened.error().what;
      return Outcome::refused;
    }
    auto& ledger = **opened;
    const auto verified = verify(ledger.journal(), ledger.durable(), {1, nullptr}).value();
    if (verified.damage) {
      why =
          "event " + std::to_string(verified.damage->sequence.value) + ": " + verified.damage->what;
      return Outcome::refused;
    }
    const auto vault =
        check_vault(ledger.journal(), ledger.vault(), ledger.durable().size, [](auto) {});
    if (!vault || vault->damage) {
      why = vault ? vault->damage->what : vault.error().what;
      return Outcome::refused;
    }
    const auto note = ledger.checkpoint();
    if (!note) {
      why = note.error().what;
      return Outcome::refused;
    }
    why = oracle_.compare_all(ledger);
    // SM2 signs another way each time.
    if (why.empty() && read_note(note->note)->text != read_note(checkpoint_)->text)
      why = "another checkpoint";
    return why.empty() ? Outcome::same : Outcome::different;
  }

 private:
  static constexpr std::uint64_t submissions = 40;

  static LedgerOptions options(const fs::path& in) {
    LedgerOptions options;
    options.directory = in / "ledger";
    options.lock_wait_ms = 0;
    return options;
  }

  TestDirectory directory_{place_of_simulated_disks()};
  SeededRandom random_{20210401};
  NoVocabulary vocabulary_;
  Oracle oracle_;
  std::string checkpoint_;
  std::vector<fs::path> files_;
};

/// Whether the words name the table, or of another file the part that it belongs to, so that an
/// operator knows what to restore.
bool names(const std::string& words, const fs::path& file) {
  const auto says = [&](const std::string& text) { return words.find(text) != std::string::npos; };
  if (says(file.filename().string()) || says("event")) return true;
  if (file.extension() == ".sst") return false;
  const auto part = file.parent_path().filename().string();  // journal, vault, ledger.state
  return says(part == "ledger.state" ? "state" : part);
}

class BitRot : public testing::TestWithParam<std::uint64_t> {
 protected:
  // Each trial takes the same large pieces of memory: the filter of the vault's memtable, 1.3 MB
  // three times, and larger ones that are zeroed by hand unless they go back.
  static void SetUpTestSuite() {
    ::mallopt(M_MMAP_THRESHOLD, 2 << 20);
    ::mallopt(M_TRIM_THRESHOLD, 64 << 20);
  }
  ~BitRot() override { EXPECT_EQ(relic_.digest(), as_it_was_) << "a trial changed the relic"; }

  void expect_same_or_refused_flipped(const fs::path& file, std::uint64_t at, std::uint64_t bit) {
    relic_.copy_to(copy_.path() / "it", file);
    flip_bit(copy_.path() / "it" / file, at, bit);
    expect_same_or_refused(file, "bit " + std::to_string(bit) + " of byte " + std::to_string(at));
  }

  void expect_same_or_refused(const fs::path& file, const std::string& what) {
    std::string why;
    const auto outcome = relic_.examine(copy_.path() / "it", why);
    ++outcomes_[outcome];
    EXPECT_NE(outcome, Relic::Outcome::different) << what << " of " << file << ": " << why;
    if (outcome == Relic::Outcome::refused) {
      EXPECT_TRUE(names(why, file)) << what << " of " << file << ": " << why;
    }
  }

  Relic relic_{GetParam() == 0};
  const Hash as_it_was_ = relic_.digest();
  TestDirectory copy_{place_of_simulated_disks()};
  std::map<Relic::Outcome, int> outcomes_;
};

TEST_P(BitRot, IsNeverTakenForWhatWasRecorded) {
  const auto trials = setting("KINLEDGER_TRIALS", trials_usual) / shards_of_bits;
  const auto seed = setting("KINLEDGER_SEED", 20210331) + GetParam() * 1'000'003;
  std::mt19937_64 chance(seed);
  std::vector<std::uint64_t> ends;
  for (const auto& file : relic_.files())
    ends.push_back((ends.empty() ? 0 : ends.back()) + relic_.bytes(file));
  for (std::uint64_t trial = 0; trial < trials; ++trial) {
    // Half of them anywhere, half of them in any file, so that the small ones have their share.
    const auto place = std::ranges::upper_bound(ends, chance() % ends.back()) - ends.begin();
    const auto& file = relic_.files()[chance() % 2 == 0 ? static_cast<std::size_t>(place)
                                                        : chance() % relic_.files().size()];
    const auto at = chance() % relic_.bytes(file);
    expect_same_or_refused_flipped(file, at, chance() % 8);
  }
  EXPECT_GT(outcomes_[Relic::Outcome::refused], 0);
  std::cout << trials << " bits flipped, " << outcomes_[Relic::Outcome::refused] << " refused, "
            << outcomes_[Relic::Outcome::same] << " without effect, seed " << seed << "\n";
}

INSTANTIATE_TEST_SUITE_P(Shard, BitRot, testing::Range<std::uint64_t>(0, shards_of_bits));

using RottenTable = BitRot;

/// Without luck: where a table says what is where in it, which is read before any row.
TEST_P(RottenTable, IsSeenInEveryByteOfItsEnd) {
  const auto database = GetParam() == 0 ? "journal" : "vault";
  const auto table = std::ranges::find_if(relic_.files(), [&](const fs::path& file) {
    return file.extension() == ".sst" && file.parent_path().filename() == database;
  });
  ASSERT_NE(table, relic_.files().end());
  // The footer, the index of what else there is, and the last bytes of the properties.
  constexpr std::uint64_t end_bytes = 150;
  constexpr std::uint64_t highest_bit = 7;
  const auto size = relic_.bytes(*table);
  for (auto at = size - end_bytes; at < size; ++at)
    expect_same_or_refused_flipped(*table, at, highest_bit);
  EXPECT_GT(outcomes_[Relic::Outcome::refused], 0);
}

/// Another format that RocksDB reads too, or one without checksums.
TEST_P(RottenTable, IsNotReadAsOneOfAnotherFormat) {
  constexpr std::uint64_t footer_bytes = 53, version_bytes = 4, magic_bytes = 8;
  for (const auto& file : relic_.files()) {
    if (file.extension() != ".sst") continue;
    const auto version_at = relic_.bytes(file) - magic_bytes - version_bytes;
    std::vector<std::uint64_t> places{relic_.bytes(file) - footer_bytes};
    for (auto at = version_at; at < version_at + version_bytes; ++at) places.push_back(at);
    for (const auto at : places)
      for (std::uint64_t bit = 0; bit < 8; ++bit) expect_same_or_refused_flipped(file, at, bit);
  }
  EXPECT_EQ(outcomes_[Relic::Outcome::same], 0);
}

INSTANTIATE_TEST_SUITE_P(Once, RottenTable, testing::Range<std::uint64_t>(0, 2));

using RottenFile = BitRot;

TEST_P(RottenFile, CutShortOrGoneIsNeverTakenForWhatWasRecorded) {
  std::mt19937_64 chance(20210331);
  for (const auto& file : relic_.files()) {
    relic_.copy_to(copy_.path() / "it", file);
    fs::remove(copy_.path() / "it" / file);
    expect_same_or_refused(file, "removal");
    for (const auto length : {std::uint64_t{0}, relic_.bytes(file) / 2, relic_.bytes(file) - 1,
                              chance() % relic_.bytes(file)}) {
      relic_.copy_to(copy_.path() / "it", file);
      fs::resize_file(copy_.path() / "it" / file, length);
      expect_same_or_refused(file, "cutting to " + std::to_string(length));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Once, RottenFile, testing::Values(0));

}  // namespace
}  // namespace kinledger::ledger

// A log that signs two histories is worth nothing. What makes real logs do it is never malice but a
// restored backup, a second start, a crash at the wrong instant. Each trial does one of these at a
// random moment; every checkpoint that ever left the ledger is collected, and no two may disagree.
//
// KINLEDGER_TRIALS and KINLEDGER_SEED make a campaign of it.

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <map>
#include <random>
#include <thread>

#include "ledger/base64.h"
#include "ledger/checkpoint.h"
#include "ledger/witness.h"
#include "tests/ledger/oracle.h"

namespace kinledger::ledger {
namespace {

namespace fs = std::filesystem;

int trials() { return static_cast<int>(setting("KINLEDGER_TRIALS", 50)); }

/// Everything that the log has signed, as others keep it.
class Collector {
 public:
  /// Fails when the log signed another root at that size, or another text for the same head.
  void take(const std::string& text) {
    const auto note = read_note(text);
    ASSERT_TRUE(note.has_value()) << text;
    const auto checkpoint = read_checkpoint(note->text);
    ASSERT_TRUE(checkpoint.has_value()) << text;
    const auto [before, is_new] = notes_.emplace(checkpoint->head.size, text);
    EXPECT_EQ(before->second, text) << "two checkpoints of one size";
    roots_[checkpoint->head.size] = checkpoint->head.root;
  }
  bool is_continued_by(const Journal& journal) const {
    return std::ranges::all_of(roots_, [&](const auto& signed_head) {
      const auto root = journal.root(signed_head.first);
      return root && *root == signed_head.second;
    });
  }
  std::size_t size() const { return notes_.size(); }

 private:
  std::map<TreeSize, std::string> notes_;
  std::map<TreeSize, Hash> roots_;
};

class NoForkTest : public LedgerTest {
 protected:
  NoForkTest() : seed_(setting("KINLEDGER_SEED", 20210401)), chance_(seed_) {
    RecordProperty("seed", std::to_string(seed_));
    create();
    recorded("first", {premium_paid(child_, "2021-03-01", Fen{1})}, true);
  }

  void grow() {
    for (auto more = 1 + chance_() % 4; more > 0; --more)
      recorded(
          "growth " + std::to_string(submissions_++),
          {premium_paid(child_, "2021-03-01", Fen{static_cast<std::int64_t>(chance_() % 1000)})});
  }
  void sign() { collected_.take(ledger_->checkpoint().value().note); }

  static void copy(const fs::path& from, const fs::path& to) {
    fs::remove_all(to);
    fs::copy(from, to, fs::copy_options::recursive);
  }

  const IdentityNumber child_ = resident("20150101", 1);
  const std::uint64_t seed_;
  std::mt19937_64 chance_;
  Collector collected_;
  int submissions_ = 0;
};

TEST_F(NoForkTest, AnOldBackupThatIsRestoredSignsNothing) {
  const auto ledger = directory_.path() / "ledger";
  const auto backup = directory_.path() / "backup", newest = directory_.path() / "newest";
  for (int trial = 0; trial < trials(); ++trial) {
    if (chance_() % 2 == 0) sign();
    ledger_.reset();
    copy(ledger, backup);
    ledger_ = Ledger::open(options(), random_).value();
    grow();
    if (chance_() % 4 != 0) sign();
    ledger_.reset();
    copy(ledger, newest);
    copy(backup, ledger);
    const auto opened = Ledger::open(options(), random_);
    ASSERT_FALSE(opened.has_value()) << "trial " << trial << ", seed " << seed_;
    EXPECT_EQ(opened.error().failure, Failure::corrupt);
    copy(newest, ledger);
    ledger_ = Ledger::open(options(), random_).value();
  }
  EXPECT_TRUE(collected_.is_continued_by(ledger_->journal()));
}

/// The mark goes back with the ledger, but what was signed is remembered.
TEST_F(NoForkTest, AnOldBackupWithItsMarkSignsNothing) {
  const auto ledger = directory_.path() / "ledger", mark = directory_.path() / "ledger.state/mark";
  const auto backup = directory_.path() / "backup", newest = directory_.path() / "newest";
  const auto old_mark = directory_.path() / "mark.old", new_mark = directory_.path() / "mark.new";
  for (int trial = 0; trial < trials(); ++trial) {
    ledger_.reset();
    copy(ledger, backup);
    copy(mark, old_mark);
    ledger_ = Ledger::open(options(), random_).value();
    grow();
    sign();
    ledger_.reset();
    copy(ledger, newest);
    copy(mark, new_mark);
    copy(backup, ledger);
    copy(old_mark, mark);
    ledger_ = Ledger::open(options(), random_).value();
    EXPECT_EQ(ledger_->checkpoint().error().failure, Failure::corrupt);
    // It goes on for longer than what it had signed, and still may not sign.
    for (int i = 0; i < 5; ++i) grow();
    EXPECT_EQ(ledger_->checkpoint().error().failure, Failure::corrupt);
    EXPECT_FALSE(ledger_->prove({1}).has_value()) << "nor give a receipt";
    ledger_.reset();
    copy(newest, ledger);
    copy(new_mark, mark);
    ledger_ = Ledger::open(options(), random_).value();
  }
  EXPECT_TRUE(collected_.is_continued_by(ledger_->journal()));
  EXPECT_EQ(collected_.size(), static_cast<std::size_t>(trials()));
}

/// A clone knows the key, the mark and what was signed last: nothing in it can tell that it is one.
/// Then it is the witness who cosigns one history only.
class ClonedLedger : public NoForkTest {
 protected:
  ClonedLedger() {
    WitnessOptions witness{
        directory_.path() / "witness", "witness.example/audit", {ledger_->verifier().value()}, [] {
          return CosignedAt{1'790'000'000};
        }};
    EXPECT_TRUE(Witness::identity(witness.state, witness.name, random_));
    witness_ = Witness::open(std::move(witness), random_).value();
  }

  /// Hands the ledger's checkpoint to the witness with the best proof that the ledger can give.
  bool is_cosigned(Ledger& ledger) {
    const auto checkpoint = ledger.checkpoint().value();
    const auto last = witness_->last_checkpoint(origin_hash(origin));
    const auto old_size = last ? read_checkpoint(read_note(*last)->text)->head.size : TreeSize{};
    std::string request = "old " + std::to_string(old_size.value) + "\n";
    if (old_size.value > 0) {
      const auto proof = prove_consistency(old_size, checkpoint.head.size, [&](Subtree subtree) {
        return ledger.journal().subtree_hash(subtree);
      });
      if (!proof) return false;  // the witness has seen more than this ledger holds
      for (const auto& hash : *proof) request += to_base64(ByteView(hash.bytes)) + "\n";
    }
    const auto answer = witness_->add_checkpoint(request + "\n" + checkpoint.note);
    if (answer.verdict != WitnessVerdict::cosigned) return false;
    collected_.take(checkpoint.note);
    return true;
  }

  std::unique_ptr<Witness> witness_;
};

TEST_F(ClonedLedger, IsCosignedInOneHistoryOnly) {
  const auto ledger = directory_.path() / "ledger", clone = directory_.path() / "clone";
  const auto state = directory_.path() / "ledger.state", clones = directory_.path() / "clone.state";
  for (int trial = 0; trial < trials(); ++trial) {
    ledger_.reset();
    copy(ledger, clone);
    copy(state, clones);
    ledger_ = Ledger::open(options(), random_).value();
    auto cloned_options = options();
    cloned_options.directory = clone;
    auto cloned = Ledger::open(cloned_options, random_).value();
    grow();
    std::swap(ledger_, cloned);
    grow();
    // Now the clone is called the ledger; which of the two comes first is chance.
    if (chance_() % 2 == 0) std::swap(ledger_, cloned);
    EXPECT_TRUE(is_cosigned(*ledger_)) << "trial " << trial << ", seed " << seed_;
    EXPECT_FALSE(is_cosigned(*cloned)) << "trial " << trial << ", seed " << seed_;
    const bool clone_won = ledger_->projections_directory().parent_path() == clone;
    ledger_.reset();
    cloned.reset();
    if (clone_won) {
      copy(clone, ledger);
      copy(clones, state);
    }
    ledger_ = Ledger::open(options(), random_).value();
  }
  EXPECT_EQ(collected_.size(), static_cast<std::size_t>(trials()));
  EXPECT_TRUE(collected_.is_continued_by(ledger_->journal()));
}

TEST_F(ClonedLedger, DoesNotGetTheStateOfTheOneThatIsOpen) {
  ledger_.reset();
  auto clone = options();
  clone.directory = directory_.path() / "clone";
  clone.state = directory_.path() / "ledger.state";
  copy(options().directory, clone.directory);
  ledger_ = Ledger::open(options(), random_).value();
  const auto opened = Ledger::open(clone, random_);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().failure, Failure::unavailable);
  grow();
  sign();
  EXPECT_TRUE(collected_.is_continued_by(ledger_->journal()));
}

/// What a child process writes: a checkpoint, then a zero byte.
class Children {
 public:
  Children() { EXPECT_EQ(pipe(ends_), 0); }
  ~Children() {
    close(ends_[0]);
    if (ends_[1] >= 0) close(ends_[1]);
  }

  pid_t start(const std::function<int(int pipe)>& work) {
    const auto child = fork();
    if (child == 0) _exit(work(ends_[1]));
    children_.push_back(child);
    return child;
  }
  /// Waits for all, and gives the checkpoints that were written whole.
  std::vector<std::string> finish() {
    for (const auto child : children_) {
      int status = 0;
      EXPECT_EQ(waitpid(child, &status, 0), child);
      statuses_.push_back(status);
    }
    close(ends_[1]);
    ends_[1] = -1;
    std::string all;
    char buffer[4096];
    for (ssize_t got; (got = read(ends_[0], buffer, sizeof buffer)) > 0;)
      all.append(buffer, static_cast<std::size_t>(got));
    std::vector<std::string> texts;
    for (std::size_t at = 0; (at = all.find('\0')) != std::string::npos; all.erase(0, at + 1))
      texts.push_back(all.substr(0, at));
    return texts;
  }
  int exits_with(int code) const {
    return static_cast<int>(std::ranges::count_if(statuses_, [code](int status) {
      return WIFEXITED(status) && WEXITSTATUS(status) == code;
    }));
  }

 private:
  int ends_[2] = {-1, -1};
  std::vector<pid_t> children_;
  std::vector<int> statuses_;
};

constexpr int locked = 5, failed = 6;

/// Writes a checkpoint of the ledger.
int tell(Ledger& ledger, int pipe) {
  const auto checkpoint = ledger.checkpoint();
  if (!checkpoint) return failed;
  const auto size = checkpoint->note.size() + 1;
  return write(pipe, checkpoint->note.c_str(), size) == static_cast<ssize_t>(size) ? 0 : failed;
}

/// Opens the ledger, records something of its own, signs, and tells.
int record_and_sign(const LedgerOptions& options, const std::string& key,
                    const IdentityNumber& child, int pipe) {
  SystemRandom random;
  const NoVocabulary vocabulary;
  auto ledger = Ledger::open(options, random);
  if (!ledger) return ledger.error().failure == Failure::unavailable ? locked : failed;
  Submission submission;
  submission.key = key;
  submission.events.push_back(premium_paid(child, "2021-03-01", Fen{7}));
  return (*ledger)->submit(submission, vocabulary) ? tell(**ledger, pipe) : failed;
}

int sign_and_tell(const LedgerOptions& options, int pipe) {
  SystemRandom random;
  auto ledger = Ledger::open(options, random);
  return ledger ? tell(**ledger, pipe) : failed;
}

LedgerOptions unattended(const fs::path& directory) {
  LedgerOptions options;
  options.directory = directory;
  options.lock_wait_ms = 0;
  return options;
}

/// The parent never opens a ledger: a child of a process with RocksDB's threads would wait for them
/// for ever.
class NoForkProcesses : public testing::Test {
 protected:
  NoForkProcesses() {
    RecordProperty("seed", std::to_string(seed_));
    expect_in_child([this] {
      SystemRandom random;
      const NoVocabulary vocabulary;
      auto ledger = Ledger::create(options_, "fork.kinledger.invalid", {330100}, random);
      Submission first;
      first.key = "first";
      first.registers_persons = true;
      first.events.push_back(premium_paid(child_, "2021-03-01", Fen{1}));
      return ledger && (*ledger)->submit(first, vocabulary) ? 0 : failed;
    });
  }

  void expect_in_child(const std::function<int()>& work) {
    Children children;
    children.start([&](int) { return work(); });
    (void)children.finish();
    EXPECT_EQ(children.exits_with(0), 1) << "seed " << seed_;
  }
  /// Every checkpoint that was collected is continued by the ledger as it is now.
  void expect_continued() {
    expect_in_child([this] {
      SystemRandom random;
      const auto ledger = Ledger::open(options_, random);
      return ledger && collected_.is_continued_by((*ledger)->journal()) ? 0 : failed;
    });
  }
  std::string seed_words() const { return "seed " + std::to_string(seed_); }

  TestDirectory directory_;
  const LedgerOptions options_ = unattended(directory_.path() / "ledger");
  const IdentityNumber child_ = resident("20150101", 1);
  const std::uint64_t seed_ = setting("KINLEDGER_SEED", 20210401);
  std::mt19937_64 chance_{seed_};
  Collector collected_;
};

TEST_F(NoForkProcesses, StartedTwiceOnlyOneSigns) {
  int refused = 0;
  for (int trial = 0; trial < trials(); ++trial) {
    Children children;
    for (int hand = 0; hand < 2; ++hand)
      children.start([&](int pipe) {
        return record_and_sign(options_, std::to_string(trial) + "/" + std::to_string(hand), child_,
                               pipe);
      });
    const auto notes = children.finish();
    EXPECT_EQ(children.exits_with(failed), 0) << "trial " << trial << ", " << seed_words();
    refused += children.exits_with(locked);
    for (const auto& note : notes) collected_.take(note);
  }
  EXPECT_GT(refused, 0) << "they never met";
  expect_continued();
}

TEST_F(NoForkProcesses, KilledAnywhereAroundSigningItSignsTheSameAgain) {
  int killed = 0;
  for (int trial = 0; trial < trials(); ++trial) {
    Children children;
    const auto child = children.start([&](int pipe) {
      return record_and_sign(options_, "killed " + std::to_string(trial), child_, pipe);
    });
    // The instant falls anywhere between opening and telling: what one run takes, and a bit.
    const std::chrono::microseconds until(chance_() % 60'000);
    const auto begin = std::chrono::steady_clock::now();
    while (std::chrono::steady_clock::now() - begin < until) std::this_thread::yield();
    kill(child, SIGKILL);
    const auto notes = children.finish();
    killed += notes.empty();
    for (const auto& note : notes) collected_.take(note);
    Children after;
    after.start([&](int pipe) { return sign_and_tell(options_, pipe); });
    for (const auto& note : after.finish()) collected_.take(note);
    EXPECT_EQ(after.exits_with(0), 1) << "trial " << trial << ", " << seed_words();
  }
  EXPECT_GT(killed, 0) << "every run was quicker than its end";
  expect_continued();
}

}  // namespace
}  // namespace kinledger::ledger

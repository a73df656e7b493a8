// A witness cosigns what continues and nothing else, and does not forget.
#include "ledger/witness.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "tests/ledger/growing_log.h"
#include "tests/test_directory.h"
#include "tests/vectors.h"

namespace kinledger::ledger {
namespace {

using Verdict = WitnessVerdict;

class WitnessTest : public testing::Test {
 protected:
  void SetUp() override { open(); }

  WitnessOptions options() {
    return {state(), "witness.example/audit", {log_.verifier()}, [this] { return now_; }, 0};
  }
  void open() { witness_ = Witness::open(options(), random_).value(); }
  void reopen() {
    witness_.reset();
    open();
  }
  std::filesystem::path state() const { return directory_.path() / "state"; }
  std::filesystem::path file() const { return state() / origin_hash(log_.origin()); }

  Verdict ask(const std::string& request) { return witness_->add_checkpoint(request).verdict; }
  Verdict ask(std::uint64_t old_size, std::uint64_t size) {
    return ask(log_.request(old_size, size));
  }
  /// Cosigned, by a line that verifies.
  CosignedAt cosigned(std::uint64_t old_size, std::uint64_t size) {
    const auto answer = witness_->add_checkpoint(log_.request(old_size, size));
    EXPECT_EQ(answer.verdict, Verdict::cosigned) << answer.body;
    const auto note = read_note(log_.note(size) + answer.body);
    EXPECT_TRUE(note.has_value()) << answer.body;
    return note ? cosigned_at(*note, witness_->verifier()).value_or(CosignedAt{}) : CosignedAt{};
  }
  std::uint64_t last_size() const {
    const auto text = witness_->last_checkpoint(origin_hash(log_.origin()));
    if (!text) return 0;
    const auto note = read_note(*text).value();
    EXPECT_TRUE(cosigned_at(note, witness_->verifier()).has_value());
    EXPECT_TRUE(is_signed_by(note, log_.verifier()));
    return read_checkpoint(note.text).value().head.size.value;
  }

  TestDirectory directory_;
  SeededRandom random_{5};
  CosignedAt now_{1'790'000'000};
  const GrowingLog log_;
  std::unique_ptr<Witness> witness_;
};

TEST_F(WitnessTest, CosignsWhatContinues) {
  EXPECT_EQ(last_size(), 0U);
  EXPECT_EQ(cosigned(0, 1), now_);
  EXPECT_EQ(cosigned(1, 3), now_);
  now_.seconds += 60;
  EXPECT_EQ(cosigned(3, 3), now_) << "the same again, at its own time";
  EXPECT_EQ(cosigned(3, 256), now_);
  EXPECT_EQ(last_size(), 256U);
}

TEST_F(WitnessTest, TellsTheSizeThatItHas) {
  EXPECT_EQ(cosigned(0, 5), now_);
  for (const std::uint64_t old_size : {0, 1, 4, 6}) {
    const auto answer = witness_->add_checkpoint(log_.request(old_size, 7));
    EXPECT_EQ(answer.verdict, Verdict::other_size);
    EXPECT_EQ(answer.body, "5\n");
  }
  EXPECT_EQ(ask(3, 3), Verdict::other_size) << "an older one, as such consistent";
  EXPECT_EQ(last_size(), 5U);
}

TEST_F(WitnessTest, RefusesWhatIsNotProven) {
  EXPECT_EQ(ask(GrowingLog::request(0, log_.proof(1, 3), log_.note(3))), Verdict::inconsistent)
      << "a proof from nothing";
  EXPECT_EQ(cosigned(0, 3), now_);
  EXPECT_EQ(ask(GrowingLog::request(3, {}, log_.note(8))), Verdict::inconsistent);
  EXPECT_EQ(ask(GrowingLog::request(3, log_.proof(4, 8), log_.note(8))), Verdict::inconsistent);
  auto proof = log_.proof(3, 8);
  proof.back().bytes[31] ^= 1;
  EXPECT_EQ(ask(GrowingLog::request(3, proof, log_.note(8))), Verdict::inconsistent);
  proof = log_.proof(3, 8);
  proof.push_back(proof.back());
  EXPECT_EQ(ask(GrowingLog::request(3, proof, log_.note(8))), Verdict::inconsistent);
  EXPECT_EQ(ask(GrowingLog::request(3, log_.proof(3, 8), log_.note(3))), Verdict::inconsistent)
      << "a proof where nothing is to be proven";
  EXPECT_EQ(last_size(), 3U);
  EXPECT_EQ(cosigned(3, 8), now_);
}

TEST_F(WitnessTest, KeepsWhatProvesAFork) {
  const GrowingLog other(log_.origin(), 2);
  EXPECT_EQ(cosigned(0, 3), now_);
  auto fork = file();
  fork += ".fork";
  EXPECT_EQ(ask(other.request(3, 8)), Verdict::inconsistent);
  EXPECT_FALSE(std::filesystem::exists(fork)) << "a bad proof alone proves nothing";
  EXPECT_EQ(ask(other.request(3, 3)), Verdict::inconsistent);
  std::ifstream in(fork);
  const std::string kept{std::istreambuf_iterator<char>(in), {}};
  EXPECT_EQ(kept, other.note(3));
  EXPECT_EQ(ask(other.request(3, 3)), Verdict::inconsistent);
  EXPECT_EQ(cosigned(3, 8), now_) << "the history that was there first goes on";
}

TEST_F(WitnessTest, KnowsTheEmptyTree) {
  const TreeHead wrong{{0}, log_.head(1).root};
  EXPECT_EQ(ask(GrowingLog::request(0, {}, log_.note_of(wrong).to_text())), Verdict::inconsistent);
  EXPECT_EQ(cosigned(0, 0), now_);
  EXPECT_EQ(ask(GrowingLog::request(0, {}, log_.note_of(wrong).to_text())), Verdict::inconsistent);
  reopen();
  EXPECT_EQ(cosigned(0, 0), now_);
  EXPECT_EQ(cosigned(0, 2), now_);
  EXPECT_EQ(ask(0, 0), Verdict::other_size);
}

TEST_F(WitnessTest, KnowsWhoSigned) {
  const GrowingLog stranger("log.example/2");
  EXPECT_EQ(ask(stranger.request(0, 1)), Verdict::unknown_log);
  auto note = log_.note_of(log_.head(1));
  note.signatures = {sign_note(note.text, log_.origin(), seed_of(78))};
  EXPECT_EQ(ask(GrowingLog::request(0, {}, note.to_text())), Verdict::not_signed);
  note.signatures = {sign_note(note.text, "log.example/2", seed_of(77))};
  EXPECT_EQ(ask(GrowingLog::request(0, {}, note.to_text())), Verdict::not_signed);
  note.signatures = {sign_note("another\n", log_.origin(), seed_of(77))};
  EXPECT_EQ(ask(GrowingLog::request(0, {}, note.to_text())), Verdict::not_signed);
  EXPECT_EQ(ask(GrowingLog::request(2, log_.proof(1, 2), log_.note(1))), Verdict::malformed);
  EXPECT_EQ(last_size(), 0U);
  note = log_.note_of(log_.head(1));
  note.signatures.insert(note.signatures.begin(), {"stranger", 7, Bytes(70)});
  EXPECT_EQ(ask(GrowingLog::request(0, {}, note.to_text())), Verdict::cosigned);
  const auto kept = read_note(witness_->last_checkpoint(origin_hash(log_.origin())).value());
  EXPECT_EQ(kept->signatures.size(), 2U) << "lines of strangers are not given on";
}

TEST_F(WitnessTest, AcceptsEachKeyOfALog) {
  auto two_keys = options();
  two_keys.logs.push_back({log_.origin(), ed25519_public_key(seed_of(78))});
  two_keys.logs.push_back(two_keys.logs.back());
  witness_.reset();
  witness_ = Witness::open(two_keys, random_).value();
  auto note = log_.note_of(log_.head(1));
  note.signatures = {sign_note(note.text, log_.origin(), seed_of(78))};
  EXPECT_EQ(ask(GrowingLog::request(0, {}, note.to_text())), Verdict::cosigned);
  const auto kept = read_note(witness_->last_checkpoint(origin_hash(log_.origin())).value());
  EXPECT_EQ(kept->signatures.size(), 2U) << "one line of the log, though its key was given twice";
  EXPECT_EQ(ask(1, 2), Verdict::cosigned);
}

TEST_F(WitnessTest, RefusesWhatIsNoRequest) {
  const auto note = log_.note(3);
  const auto hash = to_base64(Hash{}.bytes) + "\n";
  for (const auto& text : std::vector<std::string>{
           "",
           "\n",
           "old",
           "old 0",
           "old 0\n",
           "old 0\n\n",
           note,
           "\n" + note,
           "old 0\n" + note,
           "old  0\n\n" + note,
           "old 00\n\n" + note,
           "old +0\n\n" + note,
           "old -0\n\n" + note,
           "old \n\n" + note,
           "Old 0\n\n" + note,
           "old 0 \n\n" + note,
           "old 0\r\n\r\n" + note,
           "old 9223372036854775808\n\n" + note,
           "old 0\n\n\n" + note,
           "old 0\nabc\n\n" + note,
           "old 0\n" + hash.substr(1) + "\n" + note,
           "old 0\n" + hash + note,
           "old 0\n\n" + note + "\n",
           "old 0\n\n" + note.substr(0, note.size() - 1),
           "old 0\n\n" + note.substr(0, note.find("\n\n") + 1),
           "old 0\n\nlog.example/1\n3\nextension\n" + note.substr(note.find("\n\n"))})
    EXPECT_EQ(ask(text), Verdict::malformed) << text;
  std::string long_proof = "old 1\n";
  for (std::size_t i = 0; i < witness_proof_hashes_max; ++i) long_proof += hash;
  EXPECT_EQ(ask(long_proof + "\n" + note), Verdict::other_size) << "read, and then judged";
  EXPECT_EQ(ask(long_proof + hash + "\n" + note), Verdict::malformed);
  EXPECT_EQ(ask(std::string(add_checkpoint_bytes_max + 1, 'a')), Verdict::malformed);
  EXPECT_EQ(last_size(), 0U);
}

TEST_F(WitnessTest, RemembersWhatItCosigned) {
  EXPECT_EQ(cosigned(0, 7), now_);
  const auto text = witness_->last_checkpoint(origin_hash(log_.origin()));
  const auto verifier = witness_->verifier();
  reopen();
  EXPECT_EQ(witness_->verifier(), verifier);
  EXPECT_EQ(witness_->last_checkpoint(origin_hash(log_.origin())), text);
  EXPECT_EQ(ask(0, 7), Verdict::other_size);
  EXPECT_EQ(cosigned(7, 9), now_);
}

TEST_F(WitnessTest, NeverGoesBackInTime) {
  EXPECT_EQ(cosigned(0, 1), now_);
  const auto before = now_;
  now_.seconds -= 3600;
  EXPECT_EQ(cosigned(1, 2), before);
  reopen();
  EXPECT_EQ(cosigned(2, 3), before);
}

// Between what is durable and the answer the process may die: the log asks again and is told.
TEST_F(WitnessTest, KilledBeforeItsAnswerKnowsWhatItCosigned) {
  EXPECT_EQ(cosigned(0, 2), now_);
  witness_.reset();
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    SystemRandom random;
    const auto opened = Witness::open(options(), random);
    if (opened && (*opened)->add_checkpoint(log_.request(2, 6)).verdict == Verdict::cosigned)
      ::raise(SIGKILL);
    ::_exit(1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status)) << "the child did not cosign";
  open();
  EXPECT_EQ(last_size(), 6U);
  const auto answer = witness_->add_checkpoint(log_.request(2, 6));
  EXPECT_EQ(answer.verdict, Verdict::other_size);
  EXPECT_EQ(answer.body, "6\n");
  EXPECT_EQ(cosigned(6, 6), now_);
}

TEST_F(WitnessTest, LeftBetweenTwoFilesByACrashHasTheOldOne) {
  EXPECT_EQ(cosigned(0, 2), now_);
  witness_.reset();
  auto aside = file();
  aside += ".new";
  std::ofstream(aside) << "half of a chec";
  open();
  EXPECT_EQ(last_size(), 2U);
  EXPECT_EQ(cosigned(2, 5), now_);
}

TEST_F(WitnessTest, WhoseStorageFailsCosignsNothingMore) {
  EXPECT_EQ(cosigned(0, 2), now_);
  auto aside = file();
  aside += ".new";
  std::filesystem::create_directories(aside / "in the way");
  EXPECT_EQ(ask(2, 3), Verdict::unavailable);
  std::filesystem::remove_all(aside);
  EXPECT_EQ(ask(2, 3), Verdict::unavailable) << "what the file holds is not known";
  EXPECT_EQ(last_size(), 2U);
  reopen();
  EXPECT_EQ(cosigned(2, 3), now_);
}

TEST_F(WitnessTest, RefusesAStateThatIsNotItsOwn) {
  EXPECT_EQ(cosigned(0, 2), now_);
  EXPECT_EQ(Witness::open(options(), random_).error().failure, Failure::unavailable)
      << "one at a time";
  witness_.reset();
  auto renamed = options();
  renamed.name = "witness.example/other";
  EXPECT_EQ(Witness::open(renamed, random_).error().failure, Failure::invalid);
  renamed.name = "has a space";
  EXPECT_EQ(Witness::open(renamed, random_).error().failure, Failure::invalid);
  const auto saved = state() / "saved";
  std::filesystem::copy(file(), saved);
  for (const auto size : {std::filesystem::file_size(file()) - 1, std::uintmax_t{0}}) {
    std::filesystem::resize_file(file(), size);
    EXPECT_EQ(Witness::open(options(), random_).error().failure, Failure::corrupt);
  }
  std::ofstream(file()) << log_.note(2);
  EXPECT_EQ(Witness::open(options(), random_).error().failure, Failure::corrupt) << "not cosigned";
  std::filesystem::rename(saved, file());
  open();
  EXPECT_EQ(last_size(), 2U);
  witness_.reset();
  std::filesystem::remove(state() / "witness.key");
  EXPECT_EQ(Witness::open(options(), random_).error().failure, Failure::invalid)
      << "a lost key is not drawn again";
}

TEST_F(WitnessTest, HasAKeyFileOfItsOwn) {
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(state() / "witness.key").permissions() & perms::all,
            perms::owner_read | perms::owner_write);
  EXPECT_EQ(Witness::identity(state(), "witness.example/audit", random_).value(),
            witness_->verifier());
  witness_.reset();
  std::filesystem::permissions(state() / "witness.key", perms::owner_read | perms::group_read);
  EXPECT_EQ(Witness::open(options(), random_).error().failure, Failure::invalid);
}

// The rollback race of the standard: an older checkpoint that was checked earlier must not be kept
// later than a newer one.
TEST_F(WitnessTest, ThreadsNeverTakeItBack) {
  constexpr std::uint64_t sizes = 40;
  std::vector<std::string> next(sizes + 1), leap(sizes + 1);
  for (std::uint64_t old_size = 0; old_size < sizes; ++old_size) {
    next[old_size] = log_.request(old_size, old_size + 1);
    leap[old_size] = log_.request(old_size, std::min(old_size + 3, sizes));
  }
  std::atomic<int> cosigned_count = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 8; ++thread)
    threads.emplace_back([&, thread] {
      std::uint64_t old_size = 0;
      while (old_size < sizes) {
        const auto& request = (thread % 2 == 0 ? next : leap)[old_size];
        const auto answer = witness_->add_checkpoint(request);
        if (answer.verdict == Verdict::cosigned) {
          ++cosigned_count;
          old_size = thread % 2 == 0 ? old_size + 1 : std::min(old_size + 3, sizes);
        } else {
          EXPECT_EQ(answer.verdict, Verdict::other_size) << answer.body;
          const auto size = std::stoull(answer.body);
          EXPECT_GT(size, old_size) << "a rollback";
          old_size = size;
        }
        EXPECT_GE(last_size(), old_size) << "a rollback";
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_GE(cosigned_count, static_cast<int>(sizes / 3));
  EXPECT_LE(cosigned_count, static_cast<int>(sizes)) << "each size is left once";
  EXPECT_EQ(last_size(), sizes);
  reopen();
  EXPECT_EQ(last_size(), sizes);
}

// The requests were made for another witness. It answers 403 where the standard says 404; and it
// reads base64 with bits behind the last byte, which is no note to us.
TEST_F(WitnessTest, AnswersThePublishedSequence) {
  const auto vectors = shared_vectors("witness-http-sequence.json");
  if (!vectors) GTEST_SKIP() << "there are no shared vectors";
  const auto& log = vectors->at("log");
  NoteVerifier verifier{std::string(log.at("origin").as_string()), {}};
  ASSERT_TRUE(from_hex(log.at("log_public_key_hex").as_string(), verifier.key));
  auto other = options();
  other.state = directory_.path() / "other";
  other.logs = {verifier};
  const auto witness = Witness::open(other, random_).value();
  for (const auto& step : vectors->at("steps").as_array()) {
    const auto answer =
        witness->add_checkpoint(std::string_view(step.at("request_body").as_string()));
    auto expected = step.at("expect_status").to_number<int>();
    const auto said = std::string_view(step.at("expect").at(0).as_string());
    if (said.find("unknown log") != std::string_view::npos) expected = 404;
    if (said.find("invalid signature") != std::string_view::npos) expected = 400;
    EXPECT_EQ(static_cast<int>(answer.verdict), expected) << answer.body;
    if (expected == 409) {
      EXPECT_EQ("body == \"" + answer.body.substr(0, answer.body.size() - 1) + "\\n\"", said);
    }
  }
}

}  // namespace
}  // namespace kinledger::ledger

// Kill -9 at random instants under load. Whatever was acknowledged must be there afterwards, once,
// under the same sequence, in a tree whose root at the mark is the same. The oracle is outside the
// killed process: a pipe into which it writes each acknowledgement after it got it.

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "tests/ledger/ledger_fixture.h"

namespace kinledger::ledger {
namespace {

constexpr int hands = 4;

struct Acknowledged {
  std::uint32_t round, hand, number;
  std::uint32_t count;
  std::uint64_t first;
};

std::string key_of(std::uint32_t round, std::uint32_t hand, std::uint32_t number) {
  return std::to_string(round) + "/" + std::to_string(hand) + "/" + std::to_string(number);
}

LedgerOptions options_in(const std::filesystem::path& directory) {
  LedgerOptions options;
  options.directory = directory / "ledger";
  return options;
}

/// Hands in until killed: registrations, payments, and now and then a larger submission.
[[noreturn]] void load(const std::filesystem::path& directory, std::uint32_t round, int pipe) {
  SystemRandom random;
  const NoVocabulary vocabulary;
  auto ledger = Ledger::open(options_in(directory), random);
  if (!ledger) _exit(3);
  std::vector<std::thread> threads;
  for (std::uint32_t hand = 0; hand < hands; ++hand)
    threads.emplace_back([&, hand] {
      for (std::uint32_t number = 0;; ++number) {
        Submission submission;
        submission.key = key_of(round, hand, number);
        submission.registers_persons = true;
        const int lines = number % 10 == 9 ? 300 : 1;
        for (int line = 0; line < lines; ++line)
          submission.events.push_back(
              premium_paid(resident("20150101", static_cast<int>((number + hand) % 1000)),
                           "2021-03-31", Fen{100 + line}));
        const auto outcome = (*ledger)->submit(submission, vocabulary);
        if (!outcome || !outcome->receipt) _exit(4);
        const Acknowledged line{round, hand, number, outcome->receipt->count,
                                outcome->receipt->first.value};
        if (write(pipe, &line, sizeof line) != sizeof line) _exit(5);
      }
    });
  for (auto& thread : threads) thread.join();
  _exit(6);
}

/// Checks the ledger against everything acknowledged so far; exits with 0 when all is well.
[[noreturn]] void inspect(const std::filesystem::path& directory,
                          const std::vector<Acknowledged>& acknowledged) {
  SystemRandom random;
  auto opened = Ledger::open(options_in(directory), random);
  if (!opened) {
    std::fprintf(stderr, "%s\n", opened.error().what.c_str());
    _exit(10);
  }
  const auto& ledger = **opened;
  const auto verified = verify(ledger.journal(), ledger.durable(), {});
  if (!verified || verified->damage) _exit(11);
  std::map<SubmissionId, std::uint64_t> first_of;
  std::uint64_t next = 0;
  bool whole = true;
  std::set<PersonId> registered;
  const auto read =
      ledger.journal().read({0}, ledger.durable().size, [&](Sequence first, const Page& page) {
        for (std::size_t i = 0; i < page.count(); ++i, ++next) {
          const auto event = EventView::read(page.event(i)).value();
          const auto& envelope = event.envelope();
          if (envelope.ordinal == 0)
            whole = whole && first_of.emplace(envelope.submission, first.value + i).second;
          else
            whole = whole && first_of.at(envelope.submission) + envelope.ordinal == first.value + i;
          if (event.type() == EventType::person_registered)
            whole = whole && registered.insert(*event.person(Field::person)).second;
        }
        return true;
      });
  if (!read || !whole) _exit(12);
  for (const auto& line : acknowledged) {
    const auto id = ledger.vault().submission_id(key_of(line.round, line.hand, line.number));
    const auto found = first_of.find(id);
    if (found == first_of.end() || found->second != line.first) _exit(13);
    const auto record = ledger.journal().submission(id);
    if (!record || !*record || (*record)->first.value != line.first ||
        (*record)->count != line.count)
      _exit(14);
  }
  for (const auto& person : registered) {
    const auto identity = ledger.vault().identity_of(person);
    if (!identity || !*identity) _exit(15);
  }
  const auto pending = ledger.vault().pending();
  if (!pending || !pending->empty()) _exit(16);
  _exit(0);
}

int in_child(const std::function<void()>& work) {
  const auto child = fork();
  if (child == 0) work();
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(Crash, NothingAcknowledgedIsLostOrDoubledByAHundredKills) {
  // KINLEDGER_KILLS and KINLEDGER_SEED make a campaign of it.
  const auto* const kills_given = std::getenv("KINLEDGER_KILLS");
  const auto* const seed_given = std::getenv("KINLEDGER_SEED");
  const int kills = kills_given != nullptr ? std::atoi(kills_given) : 100;
  const auto seed = seed_given != nullptr ? std::strtoull(seed_given, nullptr, 10) : 20210331;
  std::mt19937_64 random(seed);
  SCOPED_TRACE("seed " + std::to_string(seed));
  TemporaryDirectory directory;
  ASSERT_EQ(in_child([&] {
              SystemRandom entropy;
              _exit(Ledger::create(options_in(directory.path()), "crash.kinledger.invalid",
                                   {330100}, entropy)
                            .has_value()
                        ? 0
                        : 1);
            }),
            0);
  std::vector<Acknowledged> acknowledged;
  for (int round = 0; round < kills; ++round) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const auto child = fork();
    if (child == 0) {
      close(ends[0]);
      load(directory.path(), static_cast<std::uint32_t>(round), ends[1]);
    }
    close(ends[1]);
    // The kill comes some time after the first few acknowledgements, so at any point of a commit.
    const auto wanted = random() % 60;
    std::uint64_t got = 0;
    Acknowledged line;
    while (got <= wanted && ::read(ends[0], &line, sizeof line) == sizeof line) {
      acknowledged.push_back(line);
      ++got;
    }
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 1'500));
    kill(child, SIGKILL);
    while (::read(ends[0], &line, sizeof line) == sizeof line) acknowledged.push_back(line);
    close(ends[0]);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status))
        << "round " << round << ": the load stopped by itself, exit " << WEXITSTATUS(status);
    if (round % 10 == 9 || round + 1 == kills) {
      ASSERT_EQ(in_child([&] { inspect(directory.path(), acknowledged); }), 0) << "round " << round;
    }
  }
  EXPECT_GT(acknowledged.size(), static_cast<std::size_t>(kills));
  RecordProperty("acknowledged", static_cast<int>(acknowledged.size()));
}

}  // namespace
}  // namespace kinledger::ledger

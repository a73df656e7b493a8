// Erasures as events: whatever happens between the event and the destruction of the key, and
// whichever vault is put back, who was erased stays erased.
#include "ledger/erasure.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <initializer_list>
#include <random>
#include <set>
#include <thread>

#include "ledger/backups.h"
#include "ledger/directory.h"
#include "ledger/event_reader.h"
#include "ledger/key_file.h"
#include "ledger/paths.h"
#include "ledger/restoring.h"
#include "ledger/vault_check.h"
#include "tests/ledger/ledger_fixture.h"
#include "tests/ledger/proven.h"

namespace kinledger::ledger {
namespace {

class ErasureTest : public LedgerTest {
 protected:
  ErasureTest() {
    create();
    recorded("persons",
             {person_registered(gone_number, "林知夏"), person_registered(other_number, "江小满")});
    recorded("premiums", {premium_paid(gone_number, "2021-03-30", Fen{25'000}),
                          premium_paid(other_number, "2021-03-30", Fen{25'000})});
    gone = ledger_->vault().find(gone_number).value().value();
    other = ledger_->vault().find(other_number).value().value();
  }

  std::filesystem::path vault_path() const { return directory_.path() / "ledger/vault"; }
  /// What a backup of the vault keeps, and what a restore puts back.
  void copy_vault(const std::filesystem::path& from, const std::filesystem::path& to) {
    ledger_.reset();
    std::filesystem::remove_all(to);
    std::filesystem::copy(from, to, std::filesystem::copy_options::recursive);
  }
  Backups backups() {
    return Backups::open_to_write({directory_.path() / "safe", directory_.path() / "safe.vault"},
                                  random_)
        .value();
  }
  Backup back_up() { return backups().add(*ledger_, {}).value(); }
  /// Puts parts of a backup, "journal" and "vault", in the place of the ledger's.
  void put_back(const Backup& backup, std::initializer_list<const char*> parts) {
    ledger_.reset();
    const auto restored = directory_.path() / "restored";
    ASSERT_TRUE(backups().restore(backup, restored));
    for (const auto* part : parts) {
      std::filesystem::remove_all(directory_.path() / "ledger" / part);
      std::filesystem::rename(restored / part, directory_.path() / "ledger" / part);
    }
    std::filesystem::remove_all(restored);
  }
  Hash leaf_of(Sequence event) {
    return leaf_hash(ledger_->journal().locate(event).value().event(event));
  }
  void open() { ledger_ = Ledger::open(options(), random_).value(); }
  VaultCheck vault_check() {
    return check_vault(ledger_->journal(), ledger_->vault(), ledger_->durable().size, [](auto) {})
        .value();
  }
  void expect_erased() {
    EXPECT_FALSE(ledger_->vault().identity_of(gone).value());
    EXPECT_FALSE(ledger_->vault().find(gone_number).value());
    EXPECT_TRUE(ledger_->vault().identity_of(other).value());
    const auto check = vault_check();
    EXPECT_FALSE(check.damage.has_value()) << check.damage->what;
    EXPECT_EQ(check.persons, 1U);
    EXPECT_EQ(check.erased, 1U);
    verify_all();
  }

  const IdentityNumber gone_number = resident("20120615", 24);
  const IdentityNumber other_number = resident("20150101", 25);
  PersonId gone, other;
};

TEST_F(ErasureTest, AnEventDestroysTheKeyAndLeavesTheLogWhole) {
  const Sequence registration{1};
  const auto leaf_before = leaf_of(registration);
  const auto proof_before = ledger_->prove(registration).value();
  const auto receipt = recorded("erase", {person_erased(gone)});
  expect_erased();
  EXPECT_TRUE(recorded("erase", {person_erased(gone)}).already) << "the same key again";
  reopen();
  expect_erased();
  EXPECT_EQ(ledger_->erased_at_start(), 0U);
  EXPECT_EQ(leaf_of(registration), leaf_before);
  for (const auto& proof : {proof_before, ledger_->prove(registration).value()})
    EXPECT_TRUE(is_proven(proof, leaf_before, ledger_->verifier().value()));
  EXPECT_EQ(receipt.count, 1U);
}

TEST_F(ErasureTest, TwiceIsRefusedAndFactsGoOnUnderThePseudonym) {
  recorded("erase", {person_erased(gone)});
  EXPECT_EQ(refusal_codes({person_erased(gone)}),
            std::vector<std::string>{"PERSON_ALREADY_ERASED"});
  EXPECT_EQ(refusal_codes({person_erased(PersonId{{1}})}),
            std::vector<std::string>{"PERSON_UNKNOWN"});
  auto registration = event(EventType::person_registered, "2021-04-01");
  registration.persons = {{Field::person, PersonReference{gone, {}, {}}}};
  EXPECT_EQ(refusal_codes({registration}), std::vector<std::string>{"PERSON_ALREADY_ERASED"});
  EXPECT_EQ(refusal_codes({registration, unit_recorded("U2")}),
            std::vector<std::string>{"PERSON_ALREADY_ERASED"});
  auto reversal = premium_paid(gone_number, "2021-04-01", Fen{100});
  reversal.persons.front().second.who = gone;
  recorded("a fact", {reversal});
  EXPECT_EQ(refusal_codes({premium_paid(gone_number, "2021-04-01", Fen{100})}),
            std::vector<std::string>{"PERSON_UNKNOWN"})
      << "by number nobody is found";
  recorded("again", {person_registered(gone_number, "林知夏")});
  EXPECT_NE(ledger_->vault().find(gone_number).value(), gone) << "a new person";
  EXPECT_FALSE(vault_check().damage.has_value());
}

TEST_F(ErasureTest, AStartFinishesOneThatWasInterrupted) {
  const auto kept = directory_.path() / "kept";
  copy_vault(vault_path(), kept);
  open();
  recorded("erase", {person_erased(gone)});
  copy_vault(kept, vault_path());
  {
    // What is there when the events are durable and the key is not destroyed yet.
    const KeyEncryptionKey kek{read_key_file(directory_.path() / "ledger.state/vault.key").value()};
    const auto vault = Vault::open(vault_path(), kek, random_).value();
    const auto id = vault->submission_id("erase");
    ASSERT_TRUE(vault->store(id, {.erasures = {&gone, 1}}, Durability::now));
    ASSERT_TRUE(vault->set_erasures_done({1'000'000})) << "so that only the pending row tells";
    ASSERT_TRUE(vault->sync());
    ASSERT_TRUE(vault->has(gone).value());
  }
  open();
  expect_erased();
  EXPECT_TRUE(ledger_->vault().pending().value().empty());
}

TEST_F(ErasureTest, AStartForgetsOneThatWasNeverRecorded) {
  ledger_.reset();
  {
    const KeyEncryptionKey kek{read_key_file(directory_.path() / "ledger.state/vault.key").value()};
    const auto vault = Vault::open(vault_path(), kek, random_).value();
    const auto id = vault->submission_id("erase");
    ASSERT_TRUE(vault->store(id, {.erasures = {&gone, 1}}, Durability::now));
  }
  open();
  EXPECT_TRUE(ledger_->vault().identity_of(gone).value());
  EXPECT_TRUE(ledger_->vault().pending().value().empty());
  EXPECT_FALSE(vault_check().damage.has_value());
}

TEST_F(ErasureTest, AnOlderVaultDoesNotBringAnybodyBack) {
  const auto kept = directory_.path() / "kept";
  copy_vault(vault_path(), kept);
  open();
  recorded("erase", {person_erased(gone)});
  copy_vault(kept, vault_path());
  open();
  EXPECT_EQ(ledger_->erased_at_start(), 1U);
  expect_erased();
  reopen();
  EXPECT_EQ(ledger_->erased_at_start(), 0U);
}

TEST_F(ErasureTest, AVaultOfAnOlderBackupDoesNotBringAnybodyBack) {
  const auto before = back_up();
  recorded("erase", {person_erased(gone)});
  const auto after = back_up();
  put_back(after, {"journal"});
  put_back(before, {"vault"});
  open();
  EXPECT_EQ(ledger_->erased_at_start(), 1U);
  expect_erased();
}

TEST_F(ErasureTest, ABackupOfAfterwardsHasNobodyToErase) {
  recorded("erase", {person_erased(gone)});
  put_back(back_up(), {"journal", "vault"});
  open();
  EXPECT_EQ(ledger_->erased_at_start(), 0U);
  expect_erased();
}

TEST_F(ErasureTest, OneThatWasLostWithTheJournalsTailHasToBeCarriedOutAgain) {
  const auto before = back_up();
  recorded("erase", {person_erased(gone)});
  const auto lost = ledger_->durable().size.value - before.head.size.value;
  put_back(before, {"journal", "vault"});
  EXPECT_FALSE(Ledger::open(options(), random_)) << "until the loss is accepted";
  {
    const Paths paths(directory_.path() / "ledger", {});
    const auto journal = Journal::open(paths.journal()).value();
    ASSERT_TRUE(accept_loss(*journal, paths, lost));
  }
  open();
  EXPECT_EQ(ledger_->erased_at_start(), 0U) << "no event says so any more";
  EXPECT_TRUE(ledger_->vault().identity_of(gone).value());
  EXPECT_FALSE(vault_check().damage.has_value());
  EXPECT_FALSE(recorded("erase", {person_erased(gone)}).already);
  expect_erased();
}

TEST_F(ErasureTest, AVaultThatHoldsWhoWasErasedIsFoundAndPutRight) {
  const auto kept = directory_.path() / "kept";
  copy_vault(vault_path(), kept);
  open();
  const auto erasure = recorded("erase", {person_erased(gone)});
  copy_vault(kept, vault_path());
  {
    const KeyEncryptionKey kek{read_key_file(directory_.path() / "ledger.state/vault.key").value()};
    const auto vault = Vault::open(vault_path(), kek, random_).value();
    ASSERT_TRUE(vault->set_erasures_done({erasure.first.value + 1}));
    ASSERT_TRUE(vault->sync());
  }
  open();
  EXPECT_EQ(ledger_->erased_at_start(), 0U) << "the vault says that there is nothing to do";
  const auto check = vault_check();
  ASSERT_TRUE(check.damage.has_value());
  EXPECT_EQ(check.damage->sequence, erasure.first);
  EXPECT_NE(check.damage->what.find("whom this event erased"), std::string::npos);
  EXPECT_EQ(ledger_->apply_erasures().value(), 1U);
  expect_erased();
}

/// Erases one person after the other until killed, and writes each to the pipe when it was told.
[[noreturn]] void erase_all(const LedgerOptions& options, const std::vector<PersonId>& persons,
                            int pipe) {
  SystemRandom random;
  const NoVocabulary vocabulary;
  auto ledger = Ledger::open(options, random);
  if (!ledger) _exit(3);
  for (const auto& person : persons) {
    Submission submission;
    submission.key = to_text(person);
    submission.events.push_back(person_erased(person));
    const auto outcome = (*ledger)->submit(submission, vocabulary);
    if (!outcome || !outcome->receipt) _exit(4);
    if (write(pipe, &person, sizeof person) != sizeof person) _exit(5);
  }
  _exit(0);
}

bool is_running(pid_t process) {
  siginfo_t ended{};
  return waitid(P_PID, static_cast<id_t>(process), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
         ended.si_pid == 0;
}

TEST_F(ErasureTest, NoKillLeavesAKeyThatTheLogSaysIsDestroyed) {
  std::vector<SubmittedEvent> registrations;
  for (int serial = 100; serial < 500; ++serial)
    registrations.push_back(person_registered(resident("20160101", serial), "陈样本"));
  const auto receipt = recorded("many", registrations);
  std::vector<PersonId> left;
  ASSERT_TRUE(read_events(ledger_->journal(), receipt.first, ledger_->durable().size,
                          [&](Sequence, const EventView& event) {
                            left.push_back(event.person(Field::person).value());
                          }));
  std::mt19937_64 random(20520101);
  std::set<PersonId> told;
  for (int round = 0; round < 20 && !left.empty(); ++round) {
    ledger_.reset();
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const auto process = fork();
    if (process == 0) {
      close(ends[0]);
      erase_all(options(), left, ends[1]);
    }
    close(ends[1]);
    const auto wanted = 1 + random() % 12;
    PersonId person;
    for (std::uint64_t got = 0;
         got < wanted && ::read(ends[0], &person, sizeof person) == sizeof person; ++got)
      told.insert(person);
    // Into the midst of the next one: when the vault has noted it, or the journal has the event.
    const auto written = directory_.path() / "ledger" / (random() % 2 == 0 ? "vault" : "journal");
    const auto before = bytes_in(written);
    while (bytes_in(written) == before && is_running(process)) std::this_thread::yield();
    kill(process, SIGKILL);
    while (::read(ends[0], &person, sizeof person) == sizeof person) told.insert(person);
    close(ends[0]);
    int status = 0;
    ASSERT_EQ(waitpid(process, &status, 0), process);
    open();
    std::set<PersonId> recorded_as_erased;
    ASSERT_TRUE(read_events(ledger_->journal(), receipt.first, ledger_->durable().size,
                            [&](Sequence, const EventView& event) {
                              if (event.type() == EventType::person_erased)
                                recorded_as_erased.insert(*event.person(Field::person));
                            }));
    for (const auto& each : told) EXPECT_TRUE(recorded_as_erased.contains(each));
    std::erase_if(left, [&](const PersonId& each) { return recorded_as_erased.contains(each); });
    for (const auto& each : recorded_as_erased)
      EXPECT_FALSE(ledger_->vault().has(each).value()) << round;
    for (const auto& each : left) EXPECT_TRUE(ledger_->vault().has(each).value()) << round;
    EXPECT_FALSE(vault_check().damage.has_value());
    verify_all();
  }
  EXPECT_GE(told.size(), 20U);
}

}  // namespace
}  // namespace kinledger::ledger

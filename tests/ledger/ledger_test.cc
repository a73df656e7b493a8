// What the ledger promises to whoever hands something in: whole or not at all, once per key, never
// less after a restart, and a clear refusal for what contradicts its own references.

#include "ledger/ledger.h"

#include <algorithm>
#include <fstream>
#include <numeric>
#include <thread>

#include "tests/ledger/ledger_fixture.h"

namespace kinledger::ledger {
namespace {

EventView at(const Ledger& ledger, Sequence sequence, std::optional<Journal::Located>& keep) {
  keep = ledger.journal().locate(sequence).value();
  return EventView::read(keep->event(sequence)).value();
}

TEST_F(LedgerTest, BeginsWithItsOwnCreation) {
  create();
  EXPECT_EQ(ledger_->durable().size.value, 1u);
  reopen();
  EXPECT_EQ(ledger_->identity().origin, origin);
  EXPECT_EQ(ledger_->identity().jurisdiction, Area{330100});
  EXPECT_TRUE(ledger_->identity().simulated);
  std::optional<Journal::Located> keep;
  EXPECT_EQ(at(*ledger_, {0}, keep).type(), EventType::ledger_created);
}

TEST_F(LedgerTest, RecordsASubmissionWholeAndGivesAReceipt) {
  create();
  now_.microseconds += 5;
  const auto receipt = recorded("k1", {person_registered(example_child, "小明"),
                                       premium_paid(example_child, "2021-03-31", Fen{25'000})});
  EXPECT_EQ(receipt.first, Sequence{1});
  EXPECT_EQ(receipt.count, 2u);
  EXPECT_EQ(receipt.recorded_at, now_);
  EXPECT_EQ(receipt.head, ledger_->durable());
  EXPECT_FALSE(receipt.already);
  reopen();
  std::optional<Journal::Located> keep, keep_paid;
  const auto registered = at(*ledger_, {1}, keep);
  const auto paid = at(*ledger_, {2}, keep_paid);
  EXPECT_EQ(registered.date(Field::birth_date), date("2012-06-15"));
  EXPECT_EQ(registered.person(Field::person), paid.person(Field::person));
  EXPECT_EQ(paid.envelope().ordinal, 1u);
  EXPECT_EQ(paid.envelope().count, 2u);
  EXPECT_EQ(paid.envelope().submission, registered.envelope().submission);
  EXPECT_NE(paid.envelope().fact, registered.envelope().fact);
  const auto person_id = ledger_->vault().find(example_child).value();
  EXPECT_EQ(person_id, paid.person(Field::person));
  EXPECT_EQ(ledger_->vault().identity_of(*person_id).value()->identities.front().name, "小明");
}

TEST_F(LedgerTest, RecordsTheSameKeyOnce) {
  create();
  const std::vector events{person_registered(example_child, "小明")};
  const auto first = recorded("k1", events);
  const auto again = recorded("k1", events);
  EXPECT_TRUE(again.already);
  EXPECT_EQ(again.first, first.first);
  EXPECT_EQ(ledger_->durable().size.value, 2u);
  reopen();
  EXPECT_TRUE(recorded("k1", events).already);
  EXPECT_EQ(hand_in("k1", {person_registered(example_parent, "大明")}).error().failure,
            Failure::conflict);
  EXPECT_EQ(ledger_->durable().size.value, 2u);
}

TEST_F(LedgerTest, RegistersPersonsOnlyWhereTheSubmissionIntroducesThem) {
  create();
  EXPECT_EQ(refusal_codes({premium_paid(example_child, "2021-03-31", Fen{1})}),
            std::vector<std::string>{"PERSON_UNKNOWN"});
  const auto receipt = recorded("form", {premium_paid(example_child, "2021-03-31", Fen{1})}, true);
  EXPECT_EQ(receipt.count, 2u) << "the registration comes with it";
  recorded("list", {premium_paid(example_child, "2021-04-30", Fen{1})});
}

TEST_F(LedgerTest, RefusesAllThatContradictsItAtOnce) {
  create();
  recorded("persons",
           {person_registered(example_child, "小明"), person_registered(example_parent, "大明")});
  auto binding = event(EventType::binding_registered, "2021-05-10");
  binding.persons = {{Field::person, person(example_parent)},
                     {Field::parent, person(example_child)}};
  binding.units = {{Field::unit, UnitReference("U9")}};
  auto ended = event(EventType::enrollment_ended, "2021-05-10");
  ended.persons = {{Field::person, person(example_child, "别人")}};
  ended.facts = {{Field::enrollment, {false, 1}}};
  auto codes = refusal_codes({binding, ended});
  std::ranges::sort(codes);
  EXPECT_EQ(codes,
            (std::vector<std::string>{"CHILD_OLDER_THAN_PARENT", "FACT_UNKNOWN", "FIELD_MISSING",
                                      "FIELD_MISSING", "NAME_DIFFERS", "UNIT_UNKNOWN"}));
}

TEST_F(LedgerTest, RefusesTheSameRowTwice) {
  create();
  const auto twice = premium_paid(example_child, "2021-03-31", Fen{1});
  EXPECT_EQ(refusal_codes({twice, twice}, true), std::vector<std::string>{"ROW_TWICE"});
}

TEST_F(LedgerTest, RefersToFactsOfTheSameSubmissionAndOfEarlierOnes) {
  create();
  auto enrolled = event(EventType::enrollment_registered, "2021-01-05");
  enrolled.persons = {{Field::person, person(example_child)}};
  enrolled.draft.set(Field::scheme, "children");
  auto paid = premium_paid(example_child, "2021-03-31", Fen{25'000});
  paid.facts = {{Field::enrollment, {true, 1}}};
  const auto receipt = recorded("k1", {enrolled, paid}, true);
  std::optional<Journal::Located> keep, keep_paid;
  const auto enrollment = at(*ledger_, {receipt.first.value + 1}, keep);
  EXPECT_EQ(at(*ledger_, {receipt.first.value + 2}, keep_paid).fact(Field::enrollment),
            enrollment.envelope().fact);
  auto later = premium_paid(example_child, "2021-04-30", Fen{1});
  later.facts = {{Field::enrollment, {false, receipt.first.value + 1}}};
  const auto second = recorded("k2", {later});
  EXPECT_EQ(at(*ledger_, second.first, keep_paid).fact(Field::enrollment),
            enrollment.envelope().fact);
}

TEST_F(LedgerTest, CorrectsAVersionOnceAndVoidsIt) {
  create();
  const auto paid =
      recorded("paid", {premium_paid(example_child, "2021-03-31", Fen{25'000})}, true);
  const Sequence original{paid.first.value + 1};
  auto corrected = premium_paid(example_child, "2021-04-01", Fen{25'000});
  corrected.correction = correction_of(original);
  const auto correction = recorded("correction", {corrected});
  std::optional<Journal::Located> keep, keep_original;
  const auto event_corrected = at(*ledger_, correction.first, keep);
  EXPECT_EQ(event_corrected.envelope().fact, at(*ledger_, original, keep_original).envelope().fact);
  EXPECT_EQ(event_corrected.correction()->former_persons.size(), 1u);
  EXPECT_EQ(event_corrected.correction()->former_person_year, Year{2021});

  corrected.draft.envelope.valid_on = date("2021-04-02");
  EXPECT_EQ(refusal_codes({corrected}), std::vector<std::string>{"ALREADY_REPLACED"})
      << "its author had a version before him that is no longer the last";

  auto voided = event(EventType::event_voided, "2021-05-01");
  voided.correction = CorrectionRequest{correction.first, CorrectionCause::never_happened,
                                        CorrectionAuthority::audit_office, "审〔2021〕1号"};
  const auto void_receipt = recorded("void", {voided});
  voided.correction->replaces = void_receipt.first;
  EXPECT_EQ(refusal_codes({voided}), std::vector<std::string>{"NOT_CORRECTABLE"});
  verify_all();
}

TEST_F(LedgerTest, RefusesTwoCorrectionsOfOneVersionInOneSubmission) {
  create();
  const auto paid =
      recorded("paid", {premium_paid(example_child, "2021-03-31", Fen{25'000})}, true);
  const CorrectionRequest of_it{
      {paid.first.value + 1}, CorrectionCause::wrong_date, CorrectionAuthority::agency, ""};
  auto one = premium_paid(example_child, "2021-04-01", Fen{25'000});
  auto other = premium_paid(example_child, "2021-04-02", Fen{25'000});
  one.correction = of_it;
  other.correction = of_it;
  EXPECT_EQ(refusal_codes({one, other}), std::vector<std::string>{"CORRECTED_TWICE"});
}

TEST_F(LedgerTest, AReferenceToACorrectionNamesTheFactThatItCorrects) {
  create();
  const auto paid =
      recorded("paid", {premium_paid(example_child, "2021-03-31", Fen{25'000})}, true);
  const Sequence original{paid.first.value + 1};
  auto corrected = premium_paid(example_child, "2021-04-01", Fen{25'000});
  corrected.correction = correction_of(original);
  auto receipt_issued = event(EventType::receipt_issued, "2021-04-02");
  receipt_issued.persons = {{Field::person, person(example_child)}};
  receipt_issued.facts = {{Field::payment, {true, 2}}};
  receipt_issued.draft.set(Field::receipt_number, "R1");
  const auto both = recorded("both", {receipt_issued, corrected});
  std::optional<Journal::Located> keep, keep_paid;
  EXPECT_EQ(at(*ledger_, both.first, keep).fact(Field::payment),
            at(*ledger_, original, keep_paid).envelope().fact);
}

TEST_F(LedgerTest, CorrectsTheBirthDateOfARegistration) {
  create();
  recorded("persons", {person_registered(example_child, "小明")});
  std::optional<Journal::Located> keep, keep_first;
  const auto id = *ledger_->vault().find(example_child).value();
  auto again = person_registered(example_child, "小明");
  EXPECT_EQ(refusal_codes({again}), std::vector<std::string>{"PERSON_ALREADY_REGISTERED"});
  again.persons = {{Field::person, PersonReference{id, {}, {}}}};
  EXPECT_EQ(refusal_codes({again}), std::vector<std::string>{"PERSON_ALREADY_REGISTERED"});
  again.correction = correction_of({1});
  EXPECT_EQ(refusal_codes({again}), std::vector<std::string>{"FIELD_MISSING"});
  again.draft.set(Field::birth_date, date("2012-06-16"));
  const auto receipt = recorded("correction", {again});
  EXPECT_EQ(receipt.count, 1u);
  const auto corrected = at(*ledger_, receipt.first, keep);
  const auto first = at(*ledger_, {1}, keep_first);
  EXPECT_EQ(corrected.date(Field::birth_date), date("2012-06-16"));
  EXPECT_EQ(corrected.person(Field::person), id);
  EXPECT_EQ(corrected.envelope().fact, first.envelope().fact);
  EXPECT_EQ(corrected.text(Field::identity_commitment), first.text(Field::identity_commitment));
  verify_all();
}

TEST_F(LedgerTest, RefusesMorePersonsThanTheVaultTakesAtOnce) {
  create();
  std::vector<SubmittedEvent> events;
  for (int i = 0; i <= 50'000; ++i) {
    auto kinship = event(EventType::kinship_recorded, "2021-01-01");
    const auto passport = [&](char kind) {
      const IdentityNumber number{IdType::passport, kind + std::to_string(100'000'000 + i)};
      return PersonReference{number, "某", {}};
    };
    kinship.persons = {{Field::person, passport('C')}, {Field::parent, passport('P')}};
    kinship.persons[0].second.birth_date = date("2015-01-01");
    kinship.persons[1].second.birth_date = date("1985-01-01");
    events.push_back(std::move(kinship));
  }
  EXPECT_EQ(refusal_codes(std::move(events), true),
            std::vector<std::string>{"SUBMISSION_TOO_LARGE"});
}

// Every state of a unit is an event, and the index row of the unit is put once: a compaction that
// finds it twice would stop the ledger.
TEST_F(LedgerTest, AUnitIsRecordedAnyNumberOfTimes) {
  create();
  for (int i = 0; i < 9; ++i) {
    auto unit = unit_recorded("U1");
    unit.draft.set(Field::name, "单位" + std::to_string(i));
    const auto receipt = recorded("unit " + std::to_string(i), {unit, unit_recorded("U2")});
    EXPECT_EQ(receipt.count, 2u);
    reopen();
  }
  EXPECT_EQ(ledger_->journal().unit_recorded_by(unit_id("U1")).value(), Sequence{1});
}

TEST_F(LedgerTest, HoldsNoIdentityOutsideTheVault) {
  create();
  recorded("k1", {person_registered(example_child, "甲乙丙丁戊己")});
  ledger_.reset();
  for (const auto& file : std::filesystem::recursive_directory_iterator(directory_.path())) {
    if (!file.is_regular_file()) continue;
    std::ifstream in(file.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    EXPECT_EQ(bytes.find(example_child.number), std::string::npos) << file.path();
    EXPECT_EQ(bytes.find("甲乙丙丁戊己"), std::string::npos) << file.path();
  }
}

TEST_F(LedgerTest, ThreadsHandInTogether) {
  create();
  constexpr int threads = 8, each = 40;
  std::vector<std::thread> hands;
  for (int thread = 0; thread < threads; ++thread)
    hands.emplace_back([this, thread] {
      for (int i = 0; i < each; ++i) {
        // Two threads register the same person under keys of their own; one of them is overtaken.
        const auto shared = resident("20150101", (thread / 2) * each + i);
        const auto key = std::to_string(thread) + "/" + std::to_string(i);
        const auto outcome =
            hand_in(key, {premium_paid(shared, "2021-03-31", Fen{100 + thread})}, true);
        ASSERT_TRUE(outcome.has_value()) << outcome.error().what;
        ASSERT_TRUE(outcome->receipt.has_value());
      }
    });
  for (auto& hand : hands) hand.join();
  EXPECT_EQ(ledger_->durable().size.value, 1u + threads * each + threads / 2 * each);
  reopen();
}

TEST_F(LedgerTest, ThreadsWithTheSameKeyRecordItOnce) {
  create();
  std::vector<std::thread> hands;
  std::atomic<int> fresh{0};
  for (int thread = 0; thread < 8; ++thread)
    hands.emplace_back([&] {
      for (int i = 0; i < 20; ++i) {
        const auto outcome =
            hand_in("key " + std::to_string(i),
                    {premium_paid(resident("20150101", i), "2021-03-31", Fen{1})}, true);
        ASSERT_TRUE(outcome.has_value()) << outcome.error().what;
        ASSERT_TRUE(outcome->receipt.has_value());
        if (!outcome->receipt->already) ++fresh;
      }
    });
  for (auto& hand : hands) hand.join();
  EXPECT_EQ(fresh, 20);
  EXPECT_EQ(ledger_->durable().size.value, 41u);
}

TEST_F(LedgerTest, CountsItsCommits) {
  create();
  const auto commits = [&] {
    const auto figures = ledger_->commit_figures();
    return std::accumulate(figures.commits.begin(), figures.commits.end(), std::uint64_t{0});
  };
  const auto before = ledger_->commit_figures();
  const auto commits_before = commits();
  (void)recorded("k1", {person_registered(example_child, "小明"),
                        premium_paid(example_child, "2021-03-31", Fen{25'000})});
  (void)recorded("k1", {person_registered(example_child, "小明"),
                        premium_paid(example_child, "2021-03-31", Fen{25'000})});
  const auto after = ledger_->commit_figures();
  EXPECT_EQ(commits(), commits_before + 1) << "the same again is no commit";
  EXPECT_EQ(after.events, before.events + 2);
  EXPECT_GT(after.commit_seconds, before.commit_seconds);
  EXPECT_EQ(after.queued, 0U);
  EXPECT_EQ(after.bytes_waiting, 0U);
}

}  // namespace
}  // namespace kinledger::ledger

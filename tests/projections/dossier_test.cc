#include "projections/dossier.h"

#include <gtest/gtest.h>

#include "projections/knowledge.h"
#include "tests/projections/recorded_facts.h"

namespace kinledger::projections {
namespace {

using ledger::EventType;
using ledger::Field;
using ledger::Sequence;

const auto other_child = person(2);
const auto the_parent = person(3);
const auto school_board = unit(1);

Telling paid(const ledger::PersonId& whom, std::int64_t yuan) {
  return Telling(EventType::premium_paid)
      .on("2021-03-30")
      .with(Field::person, whom)
      .with(Field::insurance_year, ledger::Year{2021})
      .with(Field::amount, ledger::Fen{yuan * 100});
}

Telling bound(const ledger::PersonId& whom) {
  return Telling(EventType::binding_registered)
      .on("2021-05-10")
      .with(Field::person, whom)
      .with(Field::parent, the_parent)
      .with(Field::unit, school_board);
}

std::vector<std::uint64_t> sequences(std::span<const Fact> facts) {
  std::vector<std::uint64_t> all;
  for (const auto& fact : facts) all.push_back(fact.sequence.value);
  return all;
}

using Sequences = std::vector<std::uint64_t>;

TEST(Dossier, GivesTheFactsOfATypeInSequenceOrder) {
  RecordedFacts facts;
  facts.record(paid(the_child, 250));
  facts.record(bound(the_child));
  facts.record(paid(the_child, 60));
  const auto dossier = facts.dossier(Subject::of(the_child)).value();
  EXPECT_EQ(sequences(dossier.of(EventType::premium_paid)), (Sequences{0, 2}));
  EXPECT_EQ(sequences(dossier.of(EventType::binding_registered)), (Sequences{1}));
  EXPECT_TRUE(dossier.of(EventType::exam_taken).empty());
  EXPECT_EQ(dossier.facts().size(), 3u);
}

TEST(Dossier, HoldsTheLastVersionOfAFact) {
  RecordedFacts facts;
  const auto first = facts.record(paid(the_child, 520));
  facts.record(bound(the_child));
  facts.correct(first, paid(the_child, 250));
  const auto dossier = facts.dossier(Subject::of(the_child)).value();
  const auto payments = dossier.of(EventType::premium_paid);
  ASSERT_EQ(sequences(payments), (Sequences{2}));
  EXPECT_EQ(payments[0].event.money(Field::amount), ledger::Fen{25'000});
  EXPECT_EQ(dossier.find(payments[0].event.envelope().fact), &payments[0]);
}

TEST(Dossier, IsAtAnEarlierBasisWhatItWasThen) {
  RecordedFacts facts;
  const auto first = facts.record(paid(the_child, 520));
  facts.correct(first, paid(the_child, 250));
  facts.revoke(first);
  const auto amount_at = [&](std::uint64_t size) -> std::optional<ledger::Fen> {
    const auto dossier = facts.dossier(Subject::of(the_child), ledger::TreeSize{size}).value();
    const auto payments = dossier.of(EventType::premium_paid);
    return payments.empty() ? std::nullopt : payments[0].event.money(Field::amount);
  };
  EXPECT_EQ(amount_at(0), std::nullopt);
  EXPECT_EQ(amount_at(1), ledger::Fen{52'000});
  EXPECT_EQ(amount_at(2), ledger::Fen{25'000});
  EXPECT_EQ(amount_at(3), std::nullopt);
}

TEST(Dossier, LosesAFactThatWasVoided) {
  RecordedFacts facts;
  const auto mistaken = facts.record(paid(the_child, 250));
  facts.record(paid(the_child, 60));
  facts.revoke(mistaken);
  const auto dossier = facts.dossier(Subject::of(the_child)).value();
  EXPECT_EQ(sequences(dossier.facts()), (Sequences{1}));
}

TEST(Dossier, LosesAFactThatIsAboutSomebodyElseNow) {
  RecordedFacts facts;
  const auto mistaken = facts.record(bound(the_child));
  facts.correct(mistaken, bound(other_child));
  EXPECT_TRUE(facts.dossier(Subject::of(the_child)).value().facts().empty());
  EXPECT_EQ(sequences(facts.dossier(Subject::of(other_child)).value().facts()), (Sequences{1}));
  EXPECT_EQ(sequences(facts.dossier(Subject::of(the_parent)).value().facts()), (Sequences{1}));
  EXPECT_EQ(sequences(facts.dossier(Subject::of(school_board)).value().facts()), (Sequences{1}));
}

TEST(Dossier, OfTheRegionHoldsWhatNamesNobody) {
  RecordedFacts facts;
  const auto finding =
      facts.record(Telling(EventType::finding_opened).on("2020-10-01").with(Field::finding, "A-1"));
  facts.record(Telling(EventType::finding_opened)
                   .on("2020-10-01")
                   .with(Field::finding, "A-2")
                   .with(Field::unit, school_board));
  EXPECT_EQ(sequences(facts.dossier(Subject::region()).value().facts()), (Sequences{0}));
  facts.correct(finding, Telling(EventType::finding_opened)
                             .on("2020-10-01")
                             .with(Field::finding, "A-1")
                             .with(Field::unit, school_board));
  EXPECT_EQ(sequences(facts.dossier(Subject::of(school_board)).value().facts()), (Sequences{1, 2}));
}

/// As only a lying log could sign it: it stopped whoever looked at the region.
TEST(Dossier, OfAVoidOfNothingSaysNothing) {
  RecordedFacts facts;
  facts.record(Telling(ledger::EventType::event_voided));
  const auto region = facts.dossier(Subject::region());
  ASSERT_TRUE(region.has_value());
  EXPECT_EQ(region->voided().size(), 0U);
}

TEST(Dossier, KeepsItsFactsReadableWhenMoved) {
  RecordedFacts facts;
  facts.record(paid(the_child, 250));
  auto first = facts.dossier(Subject::of(the_child)).value();
  const Dossier second = std::move(first);
  EXPECT_EQ(second.of(EventType::premium_paid)[0].event.money(Field::amount), ledger::Fen{25'000});
}

TEST(Dossier, TakesRowsInAnyOrderAndEachOnce) {
  RecordedFacts facts;
  const auto first = facts.record(paid(the_child, 520));
  const auto restated = facts.correct(first, paid(the_child, 250));
  DossierBuilder builder(Subject::of(the_child));
  for (const auto sequence : {restated, first, restated}) {
    builder.add(sequence, facts.event_at(sequence).bytes());
  }
  EXPECT_EQ(sequences(builder.build().value().facts()), (Sequences{restated.value}));
}

TEST(Dossier, RefusesBytesThatAreNoEvent) {
  DossierBuilder builder(Subject::of(the_child));
  builder.add({0}, ledger::Bytes(64, 0xff));
  const auto dossier = builder.build();
  ASSERT_FALSE(dossier);
  EXPECT_EQ(dossier.error().failure, ledger::Failure::corrupt);
  EXPECT_TRUE(builder.build().value().facts().empty());
}

TEST(Subject, TellsKindsApart) {
  ledger::UnitId same_bytes;
  same_bytes.bytes = the_child.bytes;
  EXPECT_NE(Subject::of(the_child), Subject::of(same_bytes));
  EXPECT_NE(std::hash<Subject>()(Subject::of(the_child)),
            std::hash<Subject>()(Subject::of(same_bytes)));
}

TEST(Knowledge, LoadsADossierOnceUntilItForgets) {
  RecordedFacts facts;
  facts.record(paid(the_child, 250));
  const auto rules = facts.rulebook();
  int loads = 0;
  Knowledge knowledge(rules, [&](const Subject& subject, Extent) {
    ++loads;
    return facts.dossier(subject);
  });
  const auto& first = knowledge.person(the_child);
  knowledge.person(the_parent);
  EXPECT_EQ(&knowledge.person(the_child), &first);
  EXPECT_EQ(loads, 2);
  EXPECT_EQ(knowledge.dossiers(), 2u);
  knowledge.forget();
  EXPECT_EQ(knowledge.dossiers(), 0u);
  EXPECT_EQ(knowledge.person(the_child).facts().size(), 1u);
  EXPECT_EQ(loads, 3);
}

TEST(Knowledge, KeepsTheFirstFaultOfTheStore) {
  RecordedFacts facts;
  const auto rules = facts.rulebook();
  Knowledge knowledge(rules, [&](const Subject& subject, Extent) -> ledger::Result<Dossier> {
    if (subject == Subject::of(the_child))
      return ledger::Error{ledger::Failure::unavailable, "busy"};
    return facts.dossier(subject);
  });
  knowledge.person(the_parent);
  EXPECT_FALSE(knowledge.fault());
  EXPECT_TRUE(knowledge.person(the_child).facts().empty());
  ASSERT_TRUE(knowledge.fault());
  EXPECT_EQ(knowledge.fault()->failure, ledger::Failure::unavailable);
}

}  // namespace
}  // namespace kinledger::projections

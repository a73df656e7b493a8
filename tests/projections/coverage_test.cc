// The coverage timeline: what the scenarios of tests/scenarios do not show of it, namely
// overlapping memberships, payments that belong to another one, and facts that are not the
// person's own.

#include "projections/judgments/coverage.h"

#include <gtest/gtest.h>

#include "tests/projections/insured_persons.h"

namespace kinledger::projections {
namespace {

using ledger::EndCause;
using ledger::EventType;
using ledger::Fen;
using ledger::Field;
using ledger::Year;

class CoverageTimeline : public InsuredPersons {
 protected:
  static CoverageState state_on(const Timeline& told, std::string_view date) {
    const auto* span = told.on(day(date));
    return span == nullptr ? CoverageState::none : span->state;
  }
};

TEST_F(CoverageTimeline, IsEmptyForSomebodyOfWhomNothingIsKnown) {
  const auto told = timeline(person(1));
  EXPECT_TRUE(told.spans.empty());
  EXPECT_TRUE(told.years.empty());
  EXPECT_EQ(told.on(day("2021-06-01")), nullptr);
  EXPECT_EQ(told.of(Year{2021}), nullptr);
}

TEST_F(CoverageTimeline, LeavesNoGapBetweenLegacyPoolingAndConversion) {
  legacy_child(person(1));
  paid(person(1), "2021-03-31", 250);
  const auto told = timeline(person(1));
  ASSERT_EQ(told.spans.size(), 2u);
  EXPECT_EQ(told.spans[0].state, CoverageState::legacy);
  EXPECT_EQ(told.spans[0].until, day("2021-01-01"));
  EXPECT_EQ(told.spans[1].state, CoverageState::covered);
  EXPECT_EQ(told.spans[1].from, day("2021-01-01"));
  EXPECT_EQ(told.spans[1].until, day("2022-01-01"));
  EXPECT_EQ(told.years.front().days_covered, 365);
}

TEST_F(CoverageTimeline, DoesNotTakeTheFactsOfAChildForThoseOfItsParent) {
  legacy_child(person(1));
  facts_.record(Telling(EventType::legacy_membership_recorded)
                    .on("2018-09-01")
                    .with(Field::person, person(1))
                    .with(Field::parent, person(200)));
  registered(person(200), "1985-04-01");
  EXPECT_TRUE(timeline(person(200)).spans.empty());
}

TEST_F(CoverageTimeline, ConvertsByTheRuleWhereTheAgencysActIsNotRecorded) {
  legacy_child(person(1));
  const auto told = timeline(person(1));
  ASSERT_EQ(told.years.size(), 1u);
  EXPECT_EQ(told.years[0].membership.origin, Membership::Origin::conversion_due);
  EXPECT_EQ(state_on(told, "2021-02-01"), CoverageState::converted_unpaid);
  EXPECT_EQ(state_on(told, "2021-04-01"), CoverageState::none);
  EXPECT_EQ(told.on(day("2021-04-01"))->cause, "deadline_passed");
}

TEST_F(CoverageTimeline, DoesNotConvertSomebodyWhoChoseAnotherScheme) {
  legacy_child(person(1), "2003-01-02");
  enrolled(person(1), "2021-02-01", "university");
  const auto told = timeline(person(1));
  ASSERT_EQ(told.years.size(), 1u);
  EXPECT_EQ(told.years[0].membership.scheme, "university");
}

TEST_F(CoverageTimeline, CountsASecondRecordOfTheConversionOnce) {
  legacy_child(person(1));
  facts_.record(
      Telling(EventType::enrollment_registered)
          .on("2021-01-05")
          .with(Field::person, person(1))
          .with(Field::scheme, std::string_view("children"))
          .with(Field::insurance_year, Year{2021})
          .with(Field::kind, static_cast<std::int64_t>(ledger::EnrollmentKind::conversion)));
  facts_.record(Telling(EventType::legacy_member_converted)
                    .on("2021-01-01")
                    .with(Field::person, person(1))
                    .with(Field::from_scheme, std::string_view("legacyChildPooling"))
                    .with(Field::scheme, std::string_view("children")));
  EXPECT_EQ(timeline(person(1)).years.size(), 1u);
}

TEST_F(CoverageTimeline, TakesAReversalWithoutAPaymentFromTheLatestOfItsYear) {
  legacy_child(person(1));
  paid(person(1), "2021-02-01", 250);
  paid(person(1), "2021-02-02", 250);
  facts_.record(Telling(EventType::payment_reversed)
                    .on("2021-02-10")
                    .with(Field::person, person(1))
                    .with(Field::insurance_year, Year{2021})
                    .with(Field::amount, Fen{25'000}));
  const auto told = timeline(person(1));
  EXPECT_EQ(told.years[0].paid_on, day("2021-02-01"));
  EXPECT_EQ(told.years[0].paid, Fen{25'000});
}

TEST_F(CoverageTimeline, TakesNoMoreBackThanWasPaid) {
  legacy_child(person(1));
  paid(person(1), "2021-02-01", 250);
  facts_.record(Telling(EventType::payment_reversed)
                    .on("2021-02-10")
                    .with(Field::person, person(1))
                    .with(Field::insurance_year, Year{2021})
                    .with(Field::amount, Fen{99'999}));
  paid(person(1), "2021-03-01", 250);
  EXPECT_EQ(timeline(person(1)).years[0].paid_on, day("2021-03-01"));
}

TEST_F(CoverageTimeline, IsNotPaidForByTooSmallAnAmount) {
  legacy_child(person(1));
  paid(person(1), "2021-02-01", 249);
  const auto told = timeline(person(1));
  EXPECT_FALSE(told.years[0].paid_on);
  EXPECT_EQ(state_on(told, "2021-02-02"), CoverageState::converted_unpaid);
}

TEST_F(CoverageTimeline, KeepsTheCoverOfTheSchemeThatWasLeft) {
  legacy_child(person(1));
  paid(person(1), "2021-02-01", 250);
  ended(person(1), "2021-09-01", "children", EndCause::switched);
  enrolled(person(1), "2021-09-01", "university");
  paid(person(1), "2021-09-02", 60, "university");
  const auto told = timeline(person(1));
  EXPECT_TRUE(is_in_order(told));
  EXPECT_EQ(state_on(told, "2021-08-31"), CoverageState::covered);
  // No rule is for a child who was converted and then switched: nothing is said of the rest.
  EXPECT_EQ(state_on(told, "2021-09-01"), CoverageState::undetermined);
  EXPECT_EQ(told.of(Year{2021})->membership.scheme, "children");
  EXPECT_EQ(told.of(Year{2021}, "university")->paid, Fen{6'000});
}

TEST_F(CoverageTimeline, IsSuspendedByAnInterruption) {
  legacy_child(person(1));
  paid(person(1), "2021-02-01", 250);
  ended(person(1), "2021-07-01", "children", EndCause::interrupted);
  const auto told = timeline(person(1));
  EXPECT_EQ(state_on(told, "2021-06-30"), CoverageState::covered);
  EXPECT_EQ(state_on(told, "2021-07-01"), CoverageState::suspended);
  EXPECT_EQ(state_on(told, "2021-12-31"), CoverageState::suspended);
}

TEST_F(CoverageTimeline, IgnoresAnEnrollmentThatTheReviewRejected) {
  registered(person(1), "2001-05-05");
  const auto enrollment = enrolled(person(1), "2021-02-01", "university");
  facts_.record(Telling(EventType::enrollment_reviewed)
                    .on("2021-02-03")
                    .with(Field::person, person(1))
                    .with(Field::enrollment, facts_.event_at(enrollment).envelope().fact)
                    .with(Field::approved, static_cast<std::int64_t>(ledger::YesNo::no)));
  EXPECT_TRUE(timeline(person(1)).years.empty());
}

TEST_F(CoverageTimeline, GoesOnIntoAYearThatWasPaidForAndSaysThatNoRuleIsKnown) {
  legacy_child(person(1));
  paid(person(1), "2021-02-01", 250);
  paid(person(1), "2021-12-20", 300, "children", 2022);
  const auto told = timeline(person(1));
  ASSERT_EQ(told.years.size(), 2u);
  EXPECT_EQ(told.years[1].membership.origin, Membership::Origin::renewal);
  ASSERT_TRUE(told.years[1].covered_from.undetermined);
  EXPECT_EQ(told.years[1].covered_from.backing.certainty, ledger::Certainty::open);
  EXPECT_EQ(state_on(told, "2022-06-01"), CoverageState::undetermined);
  EXPECT_TRUE(is_in_order(told));
}

TEST_F(CoverageTimeline, KnowsNoRuleOfAnotherRegion) {
  legacy_child(person(1));
  paid(person(1), "2021-02-01", 250);
  EXPECT_TRUE(coverage_timeline(known(), person(1), ledger::Area{330200}).spans.empty());
}

TEST_F(CoverageTimeline, StaysInOrderWhateverIsRecorded) {
  legacy_child(person(1), "2003-01-01");
  const std::string_view schemes[] = {"children", "university", "residentTier1", "unheardOf", ""};
  for (int i = 0; i < 60; ++i) {
    const auto scheme = schemes[i % 5];
    const auto date = ledger::add_days(day("2020-11-01"), (i * 37) % 500);
    enrolled(person(1), to_text(date), scheme, 2020 + i % 3);
    paid(person(1), to_text(ledger::add_days(date, i % 11)), i * 13, scheme, 2020 + i % 4);
    if (i % 3 == 0) ended(person(1), to_text(ledger::add_days(date, i)), scheme);
  }
  EXPECT_TRUE(is_in_order(timeline(person(1))));
}

TEST_F(CoverageTimeline, SurvivesAStoreThatCannotBeRead) {
  legacy_child(person(1));
  const auto rules = facts_.rulebook();
  Knowledge broken(rules, [](const Subject&, Extent) -> ledger::Result<Dossier> {
    return ledger::Error{ledger::Failure::corrupt, "a page is damaged"};
  });
  EXPECT_TRUE(coverage_timeline(broken, person(1), hangzhou).spans.empty());
  EXPECT_TRUE(broken.fault());
}

}  // namespace
}  // namespace kinledger::projections

// The conditions of the rules of hangzhou-2021, the day before, on and after each boundary.
#include "tests/projections/hangzhou_conditions.h"

namespace kinledger::projections {
namespace {

using ledger::Area;
using ledger::EventType;
using ledger::Field;
using ledger::YesNo;

// ------------------------------------------------------------------ HZ21-06 (000 §五1), G-015
// G-026

TEST_F(HangzhouConditions, UrbanChildIsUnderEighteenUntilTheDayBeforeTheBirthday) {
  born("2003-10-02");
  hukou(xihu);
  school("none", {});
  EXPECT_EQ(eligible("HZ21-06", "children", "2021-10-01").truth, Truth::yes);
  EXPECT_EQ(eligible("HZ21-06", "children", "2021-10-02").truth, Truth::no);
  EXPECT_EQ(eligible("HZ21-06", "children", "2021-10-03").truth, Truth::no);
}

TEST_F(HangzhouConditions, WhoWasBornOnALeapDayIsEighteenOnTheFirstOfMarch) {
  born("2004-02-29");
  hukou(xihu);
  school("none", {});
  EXPECT_EQ(eligible("HZ21-06", "children", "2022-02-28").truth, Truth::yes);
  EXPECT_EQ(eligible("HZ21-06", "children", "2022-03-01").truth, Truth::no);
}

TEST_F(HangzhouConditions, AgeReliesOnItsReadingOnlyWithinADayOfTheBirthday) {
  born("2003-10-02");
  hukou(xihu);
  school("none", {});
  const auto readings = [&](std::string_view on) {
    return eligible("HZ21-06", "children", on).interpretations;
  };
  EXPECT_EQ(readings("2021-09-30"), Points{});
  EXPECT_EQ(readings("2021-10-01"), Points{"I-03"});
  EXPECT_EQ(readings("2021-10-02"), Points{"I-03"});
  EXPECT_EQ(readings("2021-10-03"), Points{"I-03"});
  EXPECT_EQ(readings("2021-10-04"), Points{});
}

TEST_F(HangzhouConditions, AgeFollowsAnAdoptedReading) {
  born("2003-10-02");
  hukou(xihu);
  school("none", {});
  facts_.record(Telling(EventType::interpretation_adopted)
                    .on("2021-01-01")
                    .with(Field::point, "I-03")
                    .with(Field::choice, "day_after_birthday"));
  EXPECT_EQ(eligible("HZ21-06", "children", "2021-10-02").truth, Truth::yes);
  EXPECT_EQ(eligible("HZ21-06", "children", "2021-10-03").truth, Truth::no);
}

TEST_F(HangzhouConditions, TellsWhichDateMayBringAnotherAnswer) {
  born("2003-10-02");
  hukou(xihu);
  EXPECT_EQ(eligible("HZ21-06", "children", "2021-05-01").may_change_on, day("2021-10-02"));
}

TEST_F(HangzhouConditions, StudentOfAnUrbanSchoolMayStayAfterEighteen) {
  born("2002-05-01");
  hukou(xihu);
  school("seniorSecondary", xihu);
  EXPECT_EQ(eligible("HZ21-06", "children", "2021-06-01").truth, Truth::yes);
}

TEST_F(HangzhouConditions, VocationalSchoolIsLeftOpenByTheDocument) {
  born("2002-05-01");
  hukou(xihu);
  school("vocational", xihu);
  const auto verdict = eligible("HZ21-06", "children", "2021-06-01");
  EXPECT_EQ(verdict.truth, Truth::unknown);
  EXPECT_EQ(verdict.interpretations, Points{"O-35"});
  ASSERT_EQ(verdict.causes.size(), 1u);
  EXPECT_NE(verdict.causes[0].en.find("O-35"), std::string::npos);
}

TEST_F(HangzhouConditions, NamesTheConditionThatFails) {
  born("2003-10-01");
  hukou(xihu);
  school("none", {});
  const auto verdict = eligible("HZ21-06", "children", "2021-10-01");
  ASSERT_EQ(verdict.causes.size(), 2u);
  EXPECT_EQ(verdict.causes[0], (Cause{"age", "不满足：未满18周岁", "not met: under 18"}));
  EXPECT_EQ(verdict.causes[1].code, "status");
}

TEST_F(HangzhouConditions, NamesTheFactThatIsMissing) {
  born("2012-10-01");
  const auto verdict = eligible("HZ21-06", "children", "2021-10-01");
  EXPECT_EQ(verdict.truth, Truth::unknown);
  ASSERT_EQ(verdict.causes.size(), 1u);
  EXPECT_EQ(verdict.causes[0].zh, "未登记：户籍（用于判断：户籍（市区））");
  EXPECT_EQ(verdict.causes[0].en,
            "not recorded: household registration (needed for: household registration (urban "
            "Hangzhou))");
}

TEST_F(HangzhouConditions, WithoutABirthDateTheAgeIsUnknown) {
  hukou(xihu);
  school("none", {});
  EXPECT_EQ(eligible("HZ21-06", "children", "2021-10-01").truth, Truth::unknown);
}

TEST_F(HangzhouConditions, TheUnbornAreOfNoAge) {
  born("2021-05-01");
  const auto under_18 = written(R"({"age_below":18})");
  EXPECT_EQ(judge(under_18, "2021-04-30").truth, Truth::no);
  EXPECT_EQ(judge(under_18, "2021-04-30").may_change_on, day("2021-05-01"));
  EXPECT_EQ(judge(under_18, "2021-05-01").truth, Truth::yes);
}

TEST_F(HangzhouConditions, HangzhouWithoutADistrictIsOfTheCityAndPerhapsUrban) {
  hukou(hangzhou);
  EXPECT_EQ(judge(written(R"({"status":"hukou","area":"city"})"), "2021-01-01").truth, Truth::yes);
  EXPECT_EQ(judge(written(R"({"status":"hukou","area":"urban"})"), "2021-01-01").truth,
            Truth::unknown);
}

TEST_F(HangzhouConditions, TongluIsOfTheCityAndNotUrban) {
  hukou(tonglu);
  EXPECT_EQ(judge(written(R"({"status":"hukou","area":"city"})"), "2021-01-01").truth, Truth::yes);
  EXPECT_EQ(judge(written(R"({"status":"hukou","area":"urban"})"), "2021-01-01").truth, Truth::no);
}

// ------------------------------------------------- HZ21-07, HZ21-08 (000 §五2), G-029 G-031 to
// G-034

TEST_F(HangzhouConditions, SchoolChildFromElsewhereNeedsOneInsuredParentForAnyTime) {
  born("2012-01-01");
  hukou(shanghai);
  school("primary", xihu);
  kin(mother, "mother");
  EXPECT_EQ(may_join_children("2021-03-01"), Truth::unknown);
  insured(mother, xihu, 1);
  const auto verdict = eligible("HZ21-07", "children", "2021-03-01");
  EXPECT_EQ(verdict.truth, Truth::yes);
  EXPECT_EQ(verdict.interpretations, Points{});
  EXPECT_EQ(verdict.evidence.size(), 4u);  // hukou, school, kinship, insurance
  EXPECT_EQ(may_join_children("2021-03-01"), Truth::yes);
}

TEST_F(HangzhouConditions, SchoolOutsideTheUrbanAreaDoesNotOpenTheScheme) {
  born("2012-01-01");
  hukou(shanghai);
  school("primary", tonglu);
  kin(father, "father");
  insured(father, xihu, 60);
  EXPECT_EQ(may_join_children("2021-03-01"), Truth::no);
}

class Preschool : public HangzhouConditions {
 protected:
  void SetUp() override {
    HangzhouConditions::SetUp();
    born("2017-01-01");
    hukou(shanghai);
    school("preschool", {});
    kin(mother, "mother");
  }
  void lives_in(Area area) { facts_.record(status(the_child, "residence", area)); }
};

TEST_F(Preschool, NeedsThirtySixMonthsOfOneParent) {
  lives_in(xihu);
  insured(mother, xihu, 35);
  EXPECT_EQ(may_join_children("2021-03-01"), Truth::no);
  EXPECT_EQ(eligible("HZ21-08", "children", "2021-03-01").interpretations, Points{});
  insured(mother, xihu, 36);
  EXPECT_EQ(may_join_children("2021-03-01"), Truth::yes);
  EXPECT_EQ(eligible("HZ21-08", "children", "2021-03-01").interpretations, Points{"O-37"});
  insured(mother, xihu, 37);
  EXPECT_EQ(eligible("HZ21-08", "children", "2021-03-01").interpretations, Points{});
}

TEST_F(Preschool, DoesNotAddTheMonthsOfBothParents) {
  lives_in(xihu);
  kin(father, "father");
  insured(mother, xihu, 20);
  insured(father, xihu, 20);
  EXPECT_EQ(may_join_children("2021-03-01"), Truth::no);
}

TEST_F(Preschool, MustLiveInTheUrbanArea) {
  lives_in(shanghai);
  insured(mother, xihu, 48);
  EXPECT_EQ(may_join_children("2021-03-01"), Truth::no);
}

TEST_F(Preschool, HasNoParentInAnotherGuardian) {
  lives_in(xihu);
  kin(grandmother, "guardian");
  insured(mother, shanghai, 48);
  insured(grandmother, xihu, 200);
  EXPECT_EQ(may_join_children("2021-03-01"), Truth::no);
}

TEST_F(Preschool, ParentOfAnUnnamedRelationIsAParent) {
  lives_in(xihu);
  kin(father, "");
  insured(father, xihu, 40);
  EXPECT_EQ(may_join_children("2021-03-01"), Truth::yes);
}

TEST_F(Preschool, ParentWhoLeftTheInsuranceIsNotInIt) {
  lives_in(xihu);
  facts_.record(status(mother, "employeeInsurance", xihu)
                    .with(Field::months, std::int64_t{48})
                    .until("2021-03-01"));
  EXPECT_EQ(may_join_children("2021-02-28"), Truth::yes);
  EXPECT_EQ(eligible("HZ21-08", "children", "2021-02-28").may_change_on, day("2021-03-01"));
  EXPECT_EQ(may_join_children("2021-03-01"), Truth::no);
}

TEST_F(Preschool, StateThatEndedLeavesTheResidenceUnknown) {
  facts_.record(status(the_child, "residence", xihu).until("2021-03-01"));
  insured(mother, xihu, 48);
  EXPECT_EQ(may_join_children("2021-02-28"), Truth::yes);
  EXPECT_EQ(may_join_children("2021-03-01"), Truth::unknown);
}

TEST_F(Preschool, RecordedNoDeniesTheInsurance) {
  lives_in(xihu);
  facts_.record(status(mother, "employeeInsurance", xihu)
                    .with(Field::months, std::int64_t{48})
                    .with(Field::flag, static_cast<std::int64_t>(YesNo::no)));
  EXPECT_EQ(may_join_children("2021-03-01"), Truth::no);
}

// ------------------------------------------------ HZ21-09, HZ21-12 (000 §六, §七), G-014 G-018 to
// G-021

TEST_F(HangzhouConditions, LegacyMemberIsConvertedWhenUnderEighteenOnTheFirstOfJanuary) {
  born("2003-01-02");
  legacy_member("2021-01-01");
  const auto rules = facts_.rulebook();
  const auto& conversion =
      rules.rule("HZ21-09", RuleKind::conversion, day("2021-01-01"))->as<Conversion>();
  const auto verdict = judge(conversion.condition, "2021-06-01");
  EXPECT_EQ(verdict.truth, Truth::yes);
  EXPECT_EQ(verdict.interpretations, (Points{"I-03", "I-09"}));
  EXPECT_EQ(verdict.may_change_on, std::nullopt);  // tested on fixed dates
}

TEST_F(HangzhouConditions, LegacyMemberOfEighteenIsNotConverted) {
  born("2003-01-01");
  legacy_member("2021-01-01");
  const auto rules = facts_.rulebook();
  const auto& conversion =
      rules.rule("HZ21-09", RuleKind::conversion, day("2021-01-01"))->as<Conversion>();
  EXPECT_EQ(judge(conversion.condition, "2021-01-01").truth, Truth::no);
}

TEST_F(HangzhouConditions, LegacyMembershipIsTheChildsAndNotTheParents) {
  legacy_member("2021-01-01");
  const auto member = written(R"({"legacy_member":true})");
  EXPECT_EQ(judge(member, "2020-12-31").truth, Truth::yes);
  EXPECT_EQ(judge(member, "2021-01-01").truth, Truth::no);
  EXPECT_EQ(judge(member, "2020-12-31", mother).truth, Truth::no);
  EXPECT_EQ(judge(member, "2020-12-31", father).truth, Truth::no);
}

TEST_F(HangzhouConditions, UndergraduateInHangzhouMayJoinTheUniversityScheme) {
  born("2001-05-05");
  hukou(shanghai);
  school("undergraduate", xihu);
  EXPECT_EQ(options("2021-01-01"), std::vector<std::string>{"university"});
}

TEST_F(HangzhouConditions, UndergraduateElsewhereJoinsThereOrAsAResident) {
  born("2001-05-05");
  hukou(hangzhou);
  school("undergraduate", shanghai);
  EXPECT_EQ(options("2021-01-01"),
            (std::vector<std::string>{"universityElsewhere", "residentTier1", "residentTier2",
                                      "flexibleEmployment"}));
}

TEST_F(HangzhouConditions, AdultOfTongluJoinsAsAResident) {
  born("2000-02-02");
  hukou(tonglu);
  school("none", {});
  EXPECT_EQ(options("2021-01-01"),
            (std::vector<std::string>{"residentTier1", "residentTier2", "flexibleEmployment"}));
  EXPECT_EQ(may_join_children("2021-01-01"), Truth::no);
}

TEST_F(HangzhouConditions, AdultFromElsewhereHasNoOption) {
  born("2000-02-02");
  hukou(shanghai);
  school("none", {});
  EXPECT_EQ(options("2021-01-01"), std::vector<std::string>{});
}

// --------------------------------------------------------------------- HZ21-02 (000 §10), G-037

TEST_F(HangzhouConditions, UnitInScopeIsOfAListedTypeAndFullyGuaranteedByCityOrDistrict) {
  recorded_unit("administrativeOrgan", "municipal", YesNo::yes);
  EXPECT_EQ(in_scope("2021-06-01").truth, Truth::yes);
  recorded_unit("subsidisedInstitution", "district", YesNo::yes);
  EXPECT_EQ(in_scope("2021-06-01").truth, Truth::yes);
  recorded_unit("selfFundedInstitution", "municipal", YesNo::yes);
  EXPECT_EQ(in_scope("2021-06-01").causes.at(0).code, "unit_type");
  recorded_unit("administrativeOrgan", "county", YesNo::yes);
  EXPECT_EQ(in_scope("2021-06-01").causes.at(0).code, "fiscal_level");
  recorded_unit("subsidisedInstitution", "municipal", YesNo::no);
  EXPECT_EQ(in_scope("2021-06-01").causes.at(0).code, "full_guarantee");
}

TEST_F(HangzhouConditions, UnitOfWhichTheGuaranteeIsNotRecordedIsUnknown) {
  EXPECT_EQ(in_scope("2021-06-01").truth, Truth::unknown);
  recorded_unit("administrativeOrgan", "municipal", YesNo::unspecified);
  EXPECT_EQ(in_scope("2021-06-01").truth, Truth::unknown);
  recorded_unit("enterprise", "municipal", YesNo::unspecified);
  EXPECT_EQ(in_scope("2021-06-01").truth, Truth::no);  // whatever the guarantee
}

}  // namespace
}  // namespace kinledger::projections

#include "projections/condition.h"

#include <gtest/gtest.h>

#include <boost/json/value.hpp>

#include "ledger/json.h"
#include "projections/condition_format.h"
#include "tests/projections/recorded_facts.h"

namespace kinledger::projections {
namespace {

using ledger::Area;
using ledger::EventType;
using ledger::Field;
using ledger::YesNo;

const auto child = person(1);
const auto mother = person(2);
const auto father = person(3);
const auto grandmother = person(4);
const auto bureau = unit(1);

using Points = std::vector<std::string>;

/// A child, its relations and a unit in Hangzhou, under the rules of 2021.
class HangzhouConditions : public testing::Test {
 protected:
  void SetUp() override { facts_.adopt(hangzhou_2021()); }

  void born(std::string_view date) {
    facts_.record(Telling(EventType::person_registered)
                      .on("2020-01-01")
                      .with(Field::person, child)
                      .with(Field::birth_date, day(date)));
  }
  static Telling status(const ledger::PersonId& whom, std::string_view kind, Area area) {
    Telling telling(EventType::person_status_recorded);
    telling.on("2020-01-01").with(Field::person, whom).with(Field::kind, kind);
    if (area.code != 0) telling.with(Field::area, area);
    return telling;
  }
  void hukou(Area area) { facts_.record(status(child, "hukou", area)); }
  void school(std::string_view value, Area area) {
    facts_.record(status(child, "school", area).with(Field::value, value));
  }
  void insured(const ledger::PersonId& parent, Area area, std::int64_t months) {
    facts_.record(status(parent, "employeeInsurance", area).with(Field::months, months));
  }
  void kin(const ledger::PersonId& guardian, std::string_view relation) {
    Telling telling(EventType::kinship_recorded);
    telling.on("2020-01-01").with(Field::person, child).with(Field::parent, guardian);
    if (!relation.empty()) telling.with(Field::relation, relation);
    facts_.record(telling);
  }
  void legacy_member(std::string_view until) {
    facts_.record(Telling(EventType::legacy_membership_recorded)
                      .on("2015-09-01")
                      .with(Field::person, child)
                      .with(Field::parent, mother)
                      .until(until));
  }
  void recorded_unit(std::string_view type, std::string_view level, YesNo guarantee) {
    facts_.record(Telling(EventType::unit_recorded)
                      .on("2020-01-01")
                      .with(Field::unit, bureau)
                      .with(Field::unit_number, "H-1")
                      .with(Field::unit_type, type)
                      .with(Field::fiscal_level, level)
                      .with(Field::full_guarantee, static_cast<std::int64_t>(guarantee)));
  }

  Verdict judge(const Condition& condition, std::string_view on,
                const ledger::PersonId& whom = child) {
    const auto rules = facts_.rulebook();
    Knowledge knowledge(rules, facts_.loader());
    return evaluate(condition, whom, day(on), knowledge);
  }
  /// The condition under which rule `id` opens the scheme.
  Verdict eligible(std::string_view id, std::string_view scheme, std::string_view on) {
    const auto rules = facts_.rulebook();
    Knowledge knowledge(rules, facts_.loader());
    const auto* rule = rules.rule(id, RuleKind::eligibility, day(on));
    EXPECT_NE(rule, nullptr);
    for (const auto& option : rule->as<Eligibility>().options) {
      if (option.scheme == scheme) return evaluate(option.condition, child, day(on), knowledge);
    }
    ADD_FAILURE() << "no such option";
    return {};
  }
  Truth may_join_children(std::string_view on) {
    Truth any = Truth::no;
    for (const auto* id : {"HZ21-06", "HZ21-07", "HZ21-08"}) {
      any = any_of(any, eligible(id, "children", on).truth);
    }
    return any;
  }
  std::vector<std::string> options(std::string_view on) {
    std::vector<std::string> open;
    const auto rules = facts_.rulebook();
    const auto* rule = rules.rule("HZ21-12", RuleKind::eligibility, day(on));
    for (const auto& option : rule->as<Eligibility>().options) {
      if (judge(option.condition, on).truth == Truth::yes) open.push_back(option.scheme);
    }
    return open;
  }
  Verdict in_scope(std::string_view on) {
    const auto rules = facts_.rulebook();
    Knowledge knowledge(rules, facts_.loader());
    const auto* rule = rules.rule("HZ21-02", RuleKind::unit_scope, day(on));
    return evaluate(rule->as<UnitScope>().condition, bureau, day(on), knowledge);
  }
  Condition written(std::string_view json) {
    const auto rules = facts_.rulebook();
    const auto& declared = *rules.packs().front();
    const auto value = ledger::parse_json(json, 10'000).value();
    ShapeCheck check(declared);
    check_condition(value, Subject::Kind::person, "", check);
    for (const auto& fault : check.faults()) ADD_FAILURE() << fault.reason.en;
    return read_condition(value, declared);
  }

  RecordedFacts facts_;
};

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
  void lives_in(Area area) { facts_.record(status(child, "residence", area)); }
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
  facts_.record(status(child, "residence", xihu).until("2021-03-01"));
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

// ------------------------------------------------------------------------------- other tests

TEST_F(HangzhouConditions, EnrolledFromTheActUntilTheEndForTheYear) {
  const auto enrolled = written(R"({"enrolled":["children"]})");
  EXPECT_EQ(judge(enrolled, "2021-06-01").truth, Truth::no);
  const auto act = facts_.record(Telling(EventType::enrollment_registered)
                                     .on("2021-03-02")
                                     .with(Field::person, child)
                                     .with(Field::scheme, "children")
                                     .with(Field::insurance_year, ledger::Year{2021}));
  EXPECT_EQ(judge(enrolled, "2021-03-01").truth, Truth::no);
  EXPECT_EQ(judge(enrolled, "2021-03-01").may_change_on, day("2021-03-02"));
  EXPECT_EQ(judge(enrolled, "2021-03-02").truth, Truth::yes);
  EXPECT_EQ(judge(enrolled, "2022-03-02").truth, Truth::no);
  facts_.record(Telling(EventType::enrollment_ended)
                    .on("2021-09-01")
                    .with(Field::person, child)
                    .with(Field::scheme, "children")
                    .with(Field::enrollment, facts_.event_at(act).envelope().fact));
  EXPECT_EQ(judge(enrolled, "2021-08-31").truth, Truth::yes);
  EXPECT_EQ(judge(enrolled, "2021-08-31").may_change_on, day("2021-09-01"));
  EXPECT_EQ(judge(enrolled, "2021-09-01").truth, Truth::no);
}

TEST_F(HangzhouConditions, ConvertedMemberIsEnrolled) {
  facts_.record(Telling(EventType::legacy_member_converted)
                    .on("2021-01-01")
                    .with(Field::person, child)
                    .with(Field::from_scheme, "legacyChildPooling")
                    .with(Field::scheme, "children"));
  const auto enrolled = written(R"({"enrolled":"children"})");
  EXPECT_EQ(judge(enrolled, "2020-12-31").truth, Truth::no);
  EXPECT_EQ(judge(enrolled, "2021-01-01").truth, Truth::yes);
}

TEST_F(HangzhouConditions, BirthPeriodExcludesItsEnd) {
  born("2020-12-31");
  const auto born_2020 = written(R"({"born_from":"2020-01-01","born_until":"2021-01-01"})");
  EXPECT_EQ(judge(born_2020, "2021-01-01").truth, Truth::yes);
  EXPECT_EQ(judge(written(R"({"born_until":"2020-12-31"})"), "2021-01-01").truth, Truth::no);
}

TEST_F(HangzhouConditions, NotOfUnknownIsUnknown) {
  EXPECT_EQ(judge(written(R"({"not":{"status":"hukou","area":"urban"}})"), "2021-01-01").truth,
            Truth::unknown);
}

TEST_F(HangzhouConditions, OneNoDecidesAgainstUnknownsAndOneYesForThem) {
  born("2012-01-01");
  const auto all = written(R"({"all":[{"status":"hukou","area":"urban"},{"age_at_least":18}]})");
  const auto any = written(R"({"any":[{"status":"hukou","area":"urban"},{"age_below":18}]})");
  EXPECT_EQ(judge(all, "2021-01-01").truth, Truth::no);
  EXPECT_EQ(judge(any, "2021-01-01").truth, Truth::yes);
  EXPECT_TRUE(judge(any, "2021-01-01").causes.empty());
}

TEST_F(HangzhouConditions, OfAUnitIsUnknownAboutAPerson) {
  EXPECT_EQ(judge(Condition{FullGuaranteeTest{}, {}, {}, hangzhou}, "2021-01-01").truth,
            Truth::unknown);
}

TEST_F(HangzhouConditions, ReadInWordsInBothLanguages) {
  const auto words = describe(written(
      R"({"all":[{"age_at_least":18,"on":"2021-01-01"},{"not":{"status":"hukou","area":"city"}}]})"));
  EXPECT_EQ(words.zh, "2021-01-01：已满18周岁，且并非：户籍（本市）");
  EXPECT_EQ(words.en,
            "on 2021-01-01: 18 or older, and not: household registration (Hangzhou city)");
}

// ---------------------------------------- tests that the packs of other cities need, by example

constexpr std::string_view other_lists = R"(
[codes.certificate]
hardship = { zh = "困难家庭救助证", en = "hardship certificate" }
disabled = { zh = "残疾人证", en = "disability certificate" }
[codes.certificateIssuer]
civilAffairs = { zh = "民政部门", en = "civil affairs" }
[codes.exemption]
lowIncome = { zh = "低保人员", en = "low-income person" }
)";

class OtherCities : public HangzhouConditions {
 protected:
  void SetUp() override { facts_.adopt(hangzhou_2021() + std::string(other_lists)); }

  Telling certificate(std::string_view kind, std::string_view from, std::string_view to) {
    return Telling(EventType::certificate_recorded)
        .on(from)
        .with(Field::person, child)
        .with(Field::kind, kind)
        .with(Field::valid_to, day(to));
  }
};

TEST_F(OtherCities, CertificateCountsThroughItsLastDay) {
  facts_.record(certificate("hardship", "2013-01-01", "2013-12-31"));
  const auto holder = written(R"({"certificate":"hardship"})");
  EXPECT_EQ(judge(holder, "2012-12-31").truth, Truth::no);
  EXPECT_EQ(judge(holder, "2013-12-31").truth, Truth::yes);
  EXPECT_EQ(judge(holder, "2013-12-31").may_change_on, day("2014-01-01"));
  EXPECT_EQ(judge(holder, "2014-01-01").truth, Truth::no);
}

TEST_F(OtherCities, CertificateOfLevelTwoOrGraver) {
  const auto holder = written(R"({"certificate":["disabled"],"level_at_most":2})");
  const auto told = [&](std::int64_t level) {
    return certificate("disabled", "2013-01-01", "2030-12-31").with(Field::level, level);
  };
  const auto first = facts_.record(told(3));
  EXPECT_EQ(judge(holder, "2014-01-01").truth, Truth::no);
  facts_.correct(first, certificate("disabled", "2013-01-01", "2030-12-31"));
  EXPECT_EQ(judge(holder, "2014-01-01").truth, Truth::unknown);
  facts_.record(told(2));
  EXPECT_EQ(judge(holder, "2014-01-01").truth, Truth::yes);
}

TEST_F(OtherCities, ExemptionIsThatOfTheLatestListOfItsProvider) {
  const auto list = [&](std::string_view on) {
    return Telling(EventType::exemption_list_received).on(on).with(Field::issuer, "civilAffairs");
  };
  const auto listed = written(R"({"exemption_list":"lowIncome"})");
  facts_.record(list("2019-09-01"));
  facts_.record(Telling(EventType::exemption_list_entry_received)
                    .on("2019-09-01")
                    .with(Field::person, child)
                    .with(Field::category, "lowIncome")
                    .with(Field::issuer, "civilAffairs"));
  facts_.record(list("2019-11-01"));
  EXPECT_EQ(judge(listed, "2019-08-31").truth, Truth::no);
  EXPECT_EQ(judge(listed, "2019-10-31").truth, Truth::yes);
  EXPECT_EQ(judge(listed, "2019-10-31").may_change_on, day("2019-11-01"));
  EXPECT_EQ(judge(listed, "2019-11-01").truth, Truth::no);
}

TEST_F(OtherCities, PointsQualificationCountsFromItsFirstDay) {
  const auto qualified = written(R"({"points_qualified":true})");
  EXPECT_EQ(judge(qualified, "2019-10-01").truth, Truth::no);
  facts_.record(Telling(EventType::points_qualification_recorded)
                    .on("2019-09-01")
                    .with(Field::person, child)
                    .with(Field::qualified, static_cast<std::int64_t>(YesNo::yes))
                    .with(Field::valid_from, day("2019-10-01")));
  EXPECT_EQ(judge(qualified, "2019-09-30").truth, Truth::no);
  EXPECT_EQ(judge(qualified, "2019-10-01").truth, Truth::yes);
}

TEST_F(OtherCities, CategoryIsThatOfTheRegistration) {
  const auto foreign = written(R"({"person_category":["foreign"]})");
  EXPECT_EQ(judge(foreign, "2019-09-01").truth, Truth::unknown);
  facts_.record(Telling(EventType::person_registered)
                    .on("2019-01-01")
                    .with(Field::person, child)
                    .with(Field::birth_date, day("2010-01-01"))
                    .with(Field::status, "foreign"));
  EXPECT_EQ(judge(foreign, "2019-09-01").truth, Truth::yes);
}

}  // namespace
}  // namespace kinledger::projections

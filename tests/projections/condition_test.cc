// The language of conditions: what each test says of the facts, and how they are combined.
#include "tests/projections/hangzhou_conditions.h"

namespace kinledger::projections {
namespace {

using ledger::EventType;
using ledger::Field;
using ledger::YesNo;

class ConditionLanguage : public HangzhouConditions {};

TEST_F(ConditionLanguage, EnrolledFromTheActUntilTheEndForTheYear) {
  const auto enrolled = written(R"({"enrolled":["children"]})");
  EXPECT_EQ(judge(enrolled, "2021-06-01").truth, Truth::no);
  const auto act = facts_.record(Telling(EventType::enrollment_registered)
                                     .on("2021-03-02")
                                     .with(Field::person, the_child)
                                     .with(Field::scheme, "children")
                                     .with(Field::insurance_year, ledger::Year{2021}));
  EXPECT_EQ(judge(enrolled, "2021-03-01").truth, Truth::no);
  EXPECT_EQ(judge(enrolled, "2021-03-01").may_change_on, day("2021-03-02"));
  EXPECT_EQ(judge(enrolled, "2021-03-02").truth, Truth::yes);
  EXPECT_EQ(judge(enrolled, "2022-03-02").truth, Truth::no);
  facts_.record(Telling(EventType::enrollment_ended)
                    .on("2021-09-01")
                    .with(Field::person, the_child)
                    .with(Field::scheme, "children")
                    .with(Field::enrollment, facts_.event_at(act).envelope().fact));
  EXPECT_EQ(judge(enrolled, "2021-08-31").truth, Truth::yes);
  EXPECT_EQ(judge(enrolled, "2021-08-31").may_change_on, day("2021-09-01"));
  EXPECT_EQ(judge(enrolled, "2021-09-01").truth, Truth::no);
}

TEST_F(ConditionLanguage, ConvertedMemberIsEnrolled) {
  facts_.record(Telling(EventType::legacy_member_converted)
                    .on("2021-01-01")
                    .with(Field::person, the_child)
                    .with(Field::from_scheme, "legacyChildPooling")
                    .with(Field::scheme, "children"));
  const auto enrolled = written(R"({"enrolled":"children"})");
  EXPECT_EQ(judge(enrolled, "2020-12-31").truth, Truth::no);
  EXPECT_EQ(judge(enrolled, "2021-01-01").truth, Truth::yes);
}

TEST_F(ConditionLanguage, BirthPeriodExcludesItsEnd) {
  born("2020-12-31");
  const auto born_2020 = written(R"({"born_from":"2020-01-01","born_until":"2021-01-01"})");
  EXPECT_EQ(judge(born_2020, "2021-01-01").truth, Truth::yes);
  EXPECT_EQ(judge(written(R"({"born_until":"2020-12-31"})"), "2021-01-01").truth, Truth::no);
}

TEST_F(ConditionLanguage, NotOfUnknownIsUnknown) {
  EXPECT_EQ(judge(written(R"({"not":{"status":"hukou","area":"urban"}})"), "2021-01-01").truth,
            Truth::unknown);
}

TEST_F(ConditionLanguage, OneNoDecidesAgainstUnknownsAndOneYesForThem) {
  born("2012-01-01");
  const auto all = written(R"({"all":[{"status":"hukou","area":"urban"},{"age_at_least":18}]})");
  const auto any = written(R"({"any":[{"status":"hukou","area":"urban"},{"age_below":18}]})");
  EXPECT_EQ(judge(all, "2021-01-01").truth, Truth::no);
  EXPECT_EQ(judge(any, "2021-01-01").truth, Truth::yes);
  EXPECT_TRUE(judge(any, "2021-01-01").causes.empty());
}

TEST_F(ConditionLanguage, OfAUnitIsUnknownAboutAPerson) {
  EXPECT_EQ(judge(Condition{FullGuaranteeTest{}, {}, {}, hangzhou}, "2021-01-01").truth,
            Truth::unknown);
}

TEST_F(ConditionLanguage, ReadInWordsInBothLanguages) {
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
        .with(Field::person, the_child)
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
                    .with(Field::person, the_child)
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
                    .with(Field::person, the_child)
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
                    .with(Field::person, the_child)
                    .with(Field::birth_date, day("2010-01-01"))
                    .with(Field::status, "foreign"));
  EXPECT_EQ(judge(foreign, "2019-09-01").truth, Truth::yes);
}

TEST_F(OtherCities, CertificateWithoutAnIssuerMayBeFromAnotherOne) {
  const auto holder = written(R"({"certificate":"hardship","issuer":"civilAffairs"})");
  const auto told = facts_.record(certificate("hardship", "2013-01-01", "2013-12-31"));
  EXPECT_EQ(judge(holder, "2013-06-01").truth, Truth::unknown);
  EXPECT_EQ(judge(holder, "2013-06-01").causes.front().code, "certificate");
  EXPECT_EQ(judge(holder, "2014-06-01").truth, Truth::no) << "it is not valid, whoever issued it";
  facts_.correct(
      told,
      certificate("hardship", "2013-01-01", "2013-12-31").with(Field::issuer, "civilAffairs"));
  EXPECT_EQ(judge(holder, "2013-06-01").truth, Truth::yes);
}

// Which day is looked at matters only where a certificate that would do is not valid on it.
TEST_F(OtherCities, ReliesOnTheDayOfACertificateOnlyWhereItDecides) {
  const auto holder =
      written(R"({"certificate":"disabled","level_at_most":2,"relies_on":["I-09"]})");
  EXPECT_EQ(judge(holder, "2014-01-01").interpretations, Points{});
  facts_.record(certificate("disabled", "2012-01-01", "2030-12-31").with(Field::level, 3));
  EXPECT_EQ(judge(holder, "2014-01-01").interpretations, Points{});
  facts_.record(certificate("disabled", "2012-01-01", "2013-12-31").with(Field::level, 1));
  EXPECT_EQ(judge(holder, "2014-01-01").truth, Truth::no);
  EXPECT_EQ(judge(holder, "2014-01-01").interpretations, Points{"I-09"});
  EXPECT_EQ(judge(holder, "2013-12-31").truth, Truth::yes);
  EXPECT_EQ(judge(holder, "2013-12-31").interpretations, Points{});
}

TEST_F(ConditionLanguage, BothParentsAreNeededToSayYesAndOneToSayNo) {
  const auto both = written(R"({"both_parents":{"status":"hukou","area":"city"}})");
  EXPECT_EQ(judge(both, "2021-01-01").truth, Truth::unknown);
  kin(mother, "mother");
  kin(mother, "mother");
  facts_.record(status(mother, "hukou", {330102}));
  EXPECT_EQ(judge(both, "2021-01-01").truth, Truth::unknown) << "one parent recorded twice is one";
  kin(father, "father");
  EXPECT_EQ(judge(both, "2021-01-01").truth, Truth::unknown);
  const auto elsewhere = facts_.record(status(father, "hukou", {320500}));
  EXPECT_EQ(judge(both, "2021-01-01").truth, Truth::no);
  facts_.correct(elsewhere, status(father, "hukou", {330106}));
  EXPECT_EQ(judge(both, "2021-01-01").truth, Truth::yes);
}

TEST_F(ConditionLanguage, FirstTimeIsWhatTheRegistrationStates) {
  const auto first = written(R"({"first_time":true})");
  const auto again = written(R"({"first_time":false})");
  born("2012-06-15");
  EXPECT_EQ(judge(first, "2021-01-01").truth, Truth::unknown);
  facts_.record(Telling(EventType::person_registered)
                    .on("2020-01-01")
                    .with(Field::person, the_child)
                    .with(Field::birth_date, day("2012-06-15"))
                    .with(Field::first_time, static_cast<std::int64_t>(YesNo::yes)));
  EXPECT_EQ(judge(first, "2021-01-01").truth, Truth::yes);
  EXPECT_EQ(judge(again, "2021-01-01").truth, Truth::no);
}

TEST_F(ConditionLanguage, WhatTheDocumentsLeaveOpenIsUnknownByItsPoint) {
  const auto open = written(R"({"undetermined":"O-10"})");
  EXPECT_EQ(judge(open, "2021-01-01").truth, Truth::unknown);
  EXPECT_EQ(judge(open, "2021-01-01").interpretations, Points{"O-10"});
  born("2012-01-01");
  EXPECT_EQ(judge(written(R"({"any":[{"age_below":18},{"undetermined":"O-10"}]})"), "2021-01-01")
                .interpretations,
            Points{})
      << "what is met otherwise does not hang on it";
}

}  // namespace
}  // namespace kinledger::projections

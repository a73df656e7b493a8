// Packs, versions and publications over time, and what the rule book cannot read.
#include "projections/rulebook.h"

#include <gtest/gtest.h>

#include "tests/projections/recorded_facts.h"

namespace kinledger::projections {
namespace {

using ledger::Area;
using ledger::Certainty;
using ledger::EventType;
using ledger::Field;

constexpr Area yunzhou{339900};

/// Another city, which does not exist, with the same names for other things.
constexpr std::string_view yunzhou_pack = R"(
[pack]
id = "yunzhou"
version = "1"
title = { zh = "云州", en = "Yunzhou" }
jurisdiction = 339900
[[document]]
tag = "000"
title = { zh = "云州办法", en = "Measures of Yunzhou" }
precedence = 3
[[document]]
tag = "001"
title = { zh = "云州新办法", en = "New measures of Yunzhou" }
precedence = 7
[areas]
urban = { zh = "城区", en = "centre", codes = [339902] }
[codes.scheme]
children = { zh = "学生医保", en = "pupils' insurance" }
[[open_point]]
id = "O-08"
says = { zh = "未明确", en = "open" }
[[interpretation]]
id = "I-03"
says = { zh = "生日次日", en = "the day after the birthday" }
convention = "age_day"
choice = "day_after_birthday"
[[rule]]
id = "Y-1"
kind = "examination"
document = "000"
section = "1"
certainty = "document"
says = { zh = "每年体检", en = "examined every year" }
parameters = { schemes = "children", times = 1, every_years = 1 }
)";

std::string yunzhou_rule(std::string_view id, std::string_view document, int every_years,
                         std::string_view more = "") {
  return "[[rule]]\nid = \"" + std::string(id) + "\"\nkind = \"examination\"\ndocument = \"" +
         std::string(document) + "\"\n" + std::string(more) +
         "\nsection = \"1\"\ncertainty = \"document\"\nsays = { zh = \"体检\", en = \"examined\" "
         "}\n"
         "parameters = { schemes = \"children\", times = 1, every_years = " +
         std::to_string(every_years) + " }\n";
}

using Ids = std::vector<std::string>;

Telling published(std::string_view id, std::string_view kind, std::string_view parameters) {
  return Telling(EventType::rule_version_published)
      .with(Field::rule, id)
      .with(Field::kind, kind)
      .with(Field::document, "000")
      .with(Field::section, "§1")
      .with(Field::certainty, static_cast<std::int64_t>(Certainty::document))
      .with(Field::parameters, parameters)
      .with(Field::says_zh, "规则")
      .with(Field::says_en, "rule")
      .with(Field::pack, "hangzhou-2021");
}

// --------------------------------------------------------------------------- versions over time

TEST(Rulebook, KnowsNoRulesBeforeTheyWereAdopted) {
  RecordedFacts facts;
  facts.record(Telling(EventType::finding_opened).on("2020-10-01").with(Field::finding, "A-1"));
  const auto before = facts.size();
  facts.adopt(hangzhou_2021());
  EXPECT_TRUE(facts.rulebook(before).rules().empty());
  EXPECT_EQ(facts.rulebook().rules().size(), 37u);
  EXPECT_EQ(facts.rulebook().rules()[0].published.value > before.value, true);
}

TEST(Rulebook, AdoptionAgainReplacesThePackAsAWhole) {
  RecordedFacts facts;
  facts.adopt(std::string(yunzhou_pack) + yunzhou_rule("Y-2", "000", 5));
  const auto before = facts.size();
  facts.adopt(yunzhou_pack);
  const auto rules = facts.rulebook();
  EXPECT_EQ(ids(rules.rules_of(RuleKind::examination, yunzhou)), Ids{"Y-1"});
  EXPECT_EQ(rules.packs().size(), 1u);
  EXPECT_EQ(rules.superseded().size(), 2u);
  EXPECT_EQ(ids(facts.rulebook(before).rules_of(RuleKind::examination, yunzhou)),
            (Ids{"Y-1", "Y-2"}));
}

TEST(Rulebook, LaterPublicationGovernsItsPeriodAndLeavesTheRest) {
  RecordedFacts facts;
  facts.adopt(hangzhou_2021());
  facts.record(
      published("HZ21-27", "examination", R"({"every_years":3,"schemes":["children"],"times":1})")
          .on("2022-01-01")
          .until("2023-01-01"));
  const auto rules = facts.rulebook();
  const auto every_years = [&](std::string_view on) {
    return rules.rule("HZ21-27", RuleKind::examination, day(on))->as<Examination>().every_years;
  };
  EXPECT_EQ(every_years("2021-12-31"), 2);
  EXPECT_EQ(every_years("2022-01-01"), 3);
  EXPECT_EQ(every_years("2022-12-31"), 3);
  EXPECT_EQ(every_years("2023-01-01"), 2);
  EXPECT_TRUE(rules.superseded().empty());
}

TEST(Rulebook, PublicationOfTheSamePeriodSupersedes) {
  RecordedFacts facts;
  facts.adopt(hangzhou_2021());
  facts.record(
      published("HZ21-27", "examination", R"({"every_years":3,"schemes":["children"],"times":1})")
          .on("2021-01-01"));
  const auto rules = facts.rulebook();
  EXPECT_EQ(rules.rules_of(RuleKind::examination, hangzhou).size(), 1u);
  ASSERT_EQ(rules.superseded().size(), 1u);
  EXPECT_EQ(rules.superseded()[0].as<Examination>().every_years, 2);
}

TEST(Rulebook, RuleThatIsReplacedGivesWayFromThatDayOn) {
  RecordedFacts facts;
  facts.adopt(std::string(yunzhou_pack) +
              yunzhou_rule("Y-9", "001", 4, "from = 2032-01-01\nreplaces = \"Y-1\""));
  const auto rules = facts.rulebook();
  EXPECT_EQ(ids(rules.rules_of(RuleKind::examination, yunzhou, day("2031-12-31"))), Ids{"Y-1"});
  EXPECT_EQ(ids(rules.rules_of(RuleKind::examination, yunzhou, day("2032-01-01"))), Ids{"Y-9"});
  EXPECT_EQ(rules.rule("Y-9", RuleKind::examination, day("2032-01-01"))->replaces, Ids{"Y-1"});
}

TEST(Rulebook, DocumentOfHigherPrecedenceComesFirst) {
  RecordedFacts facts;
  facts.adopt(std::string(yunzhou_pack) + yunzhou_rule("Y-9", "001", 4));
  EXPECT_EQ(ids(facts.rulebook().rules_of(RuleKind::examination, yunzhou, day("2031-12-31"))),
            (Ids{"Y-9", "Y-1"}));
}

TEST(Rulebook, RulesOfOneCityNeverApplyInAnother) {
  RecordedFacts facts;
  facts.adopt(hangzhou_2021());
  facts.adopt(yunzhou_pack);
  const auto rules = facts.rulebook();
  EXPECT_TRUE(rules.defects().empty());
  EXPECT_EQ(ids(rules.rules_of(RuleKind::examination, hangzhou, day("2021-06-01"))),
            Ids{"HZ21-27"});
  EXPECT_EQ(ids(rules.rules_of(RuleKind::examination, yunzhou, day("2021-06-01"))), Ids{"Y-1"});
  EXPECT_EQ(rules.reading("I-03", hangzhou, day("2021-06-01")).choice, "birthday");
  EXPECT_EQ(rules.age_day(yunzhou, day("2021-06-01")), ledger::AgeDayRule::day_after_birthday);
  EXPECT_EQ(rules.age_day(hangzhou, day("2021-06-01")), ledger::AgeDayRule::birthday);
  EXPECT_EQ(rules.document(yunzhou, "000")->title.zh, "云州办法");
  EXPECT_EQ(rules.area(yunzhou, "urban")->codes.at(0), Area{339902});
  EXPECT_EQ(rules.jurisdictions(), (std::vector<Area>{hangzhou, yunzhou}));
}

TEST(Rulebook, FindsADocumentThatWasPublishedWithoutAPack) {
  RecordedFacts facts;
  facts.record(Telling(EventType::policy_document_published)
                   .on("2021-11-16")
                   .with(Field::document, "004")
                   .with(Field::title, "实施方案")
                   .with(Field::effective_from, day("2022-01-01"))
                   .with(Field::precedence, std::int64_t{20}));
  const auto rules = facts.rulebook();
  const auto* document = rules.document(hangzhou, "004");
  ASSERT_NE(document, nullptr);
  EXPECT_EQ(document->effective_from, day("2022-01-01"));
  EXPECT_EQ(document->precedence, 20);
  EXPECT_EQ(rules.document(yunzhou, "004"), nullptr);
}

// ----------------------------------------------------------------------------------- defects

TEST(Rulebook, ReportsWhatItCannotReadAndGoesOnWithoutIt) {
  RecordedFacts facts;
  facts.record(published("HZ21-27", "examination", "{}").on("2021-01-01"));
  facts.adopt(hangzhou_2021());
  facts.record(published("X-1", "exam", "{}").on("2021-01-01"));
  facts.record(published("X-2", "examination", "{").on("2021-01-01"));
  facts.record(published("X-3", "examination", R"({"times":1})").on("2021-01-01"));
  facts.record(published("X-4", "examination", "[]").on("2021-01-01"));
  facts.record(Telling(EventType::pack_adopted)
                   .on("2021-01-01")
                   .with(Field::pack, "nowhere")
                   .with(Field::declarations, "{}"));
  const auto rules = facts.rulebook();
  std::vector<std::string> codes;
  for (const auto& defect : rules.defects()) codes.push_back(defect.reason.code);
  EXPECT_EQ(codes,
            (std::vector<std::string>{"PACK_ADOPTION", "PACK_NOT_ADOPTED", "PACK_UNKNOWN_KIND",
                                      "JSON_SYNTAX", "PACK_MISSING", "PACK_TYPE"}));
  EXPECT_EQ(rules.defects()[1].rule, "HZ21-27");
  EXPECT_EQ(rules.rules().size(), 37u);
}

TEST(Rulebook, OfAnEmptyLedgerHasNothingAndAnswers) {
  RecordedFacts facts;
  const auto rules = facts.rulebook();
  EXPECT_TRUE(rules.rules_of(RuleKind::premium, hangzhou, day("2021-01-01")).empty());
  EXPECT_EQ(rules.rule("HZ21-10", RuleKind::premium, day("2021-01-01")), nullptr);
  EXPECT_FALSE(rules.is_code("scheme", "children"));
  EXPECT_EQ(rules.reading("I-03", hangzhou, day("2021-01-01")).point, "");
  EXPECT_EQ(rules.age_day(hangzhou, day("2021-01-01")), ledger::AgeDayRule::birthday);
  EXPECT_FALSE(rules.announced({hangzhou, "flexiblePremium", {2021}}));
}

}  // namespace
}  // namespace kinledger::projections

// What the pack hangzhou-2021 says, as the rule book gives it.
#include <gtest/gtest.h>

#include "projections/rulebook.h"
#include "tests/projections/recorded_facts.h"

namespace kinledger::projections {
namespace {

using ledger::Area;
using ledger::Certainty;
using ledger::EventType;
using ledger::Fen;
using ledger::Field;
using ledger::Year;

using Ids = std::vector<std::string>;

class Hangzhou2021 : public testing::Test {
 protected:
  Hangzhou2021() {
    facts_.adopt(hangzhou_2021());
    rules_.emplace(facts_.rulebook());
  }

  template <class Parameters>
  const Parameters& part(std::string_view id, RuleKind kind, std::string_view on) {
    const auto* rule = rules_->rule(id, kind, day(on));
    EXPECT_NE(rule, nullptr) << id;
    return rule->as<Parameters>();
  }

  RecordedFacts facts_;
  std::optional<Rulebook> rules_;
};

TEST_F(Hangzhou2021, HasNoDefects) {
  EXPECT_TRUE(rules_->defects().empty());
  EXPECT_TRUE(rules_->superseded().empty());
  EXPECT_EQ(rules_->rules().size(), 37u);
  EXPECT_EQ(rules_->jurisdictions(), std::vector<Area>{hangzhou});
}

TEST_F(Hangzhou2021, IsInForceFromTheFirstToTheLastDayOfEachRule) {
  struct Period {
    const char* id;
    RuleKind kind;
    const char* first;
    const char* last;  // "" without end
  };
  const Period periods[] = {
      {"HZ21-02", RuleKind::unit_scope, "2021-01-01", ""},
      {"HZ21-04", RuleKind::legacy_collection, "", "2021-01-31"},
      {"HZ21-05", RuleKind::contribution_rate, "", "2020-12-31"},
      {"HZ21-06", RuleKind::eligibility, "2021-01-01", ""},
      {"HZ21-07", RuleKind::eligibility, "2021-01-01", ""},
      {"HZ21-08", RuleKind::eligibility, "2021-01-01", ""},
      {"HZ21-09", RuleKind::conversion, "2021-01-01", ""},
      {"HZ21-10", RuleKind::coverage, "2021-01-01", "2021-12-31"},
      {"HZ21-10", RuleKind::premium, "2021-01-01", "2021-12-31"},
      {"HZ21-11", RuleKind::coverage, "2021-04-01", "2021-12-31"},
      {"HZ21-11", RuleKind::premium, "2021-04-01", "2021-12-31"},
      {"HZ21-12", RuleKind::eligibility, "2021-01-01", ""},
      {"HZ21-14", RuleKind::coverage, "2021-01-01", "2021-12-31"},
      {"HZ21-15", RuleKind::coverage, "2021-04-01", "2021-12-31"},
      {"HZ21-17", RuleKind::subsidy, "2021-01-01", ""},
      {"HZ21-22", RuleKind::channel_fund, "2021-01-01", ""},
      {"HZ21-25", RuleKind::binding_deadline, "2021-01-01", ""},
  };
  const auto in_force = [&](const Period& period, ledger::Date on) {
    return rules_->rule(period.id, period.kind, on) != nullptr;
  };
  for (const auto& period : periods) {
    if (*period.first != '\0') {
      const auto first = day(period.first);
      EXPECT_FALSE(in_force(period, ledger::add_days(first, -1))) << period.id;
      EXPECT_TRUE(in_force(period, first)) << period.id;
    } else {
      EXPECT_TRUE(in_force(period, ledger::date_min)) << period.id;
    }
    if (*period.last != '\0') {
      const auto last = day(period.last);
      EXPECT_TRUE(in_force(period, last)) << period.id;
      EXPECT_FALSE(in_force(period, ledger::add_days(last, 1))) << period.id;
    } else {
      EXPECT_TRUE(in_force(period, ledger::date_max)) << period.id;
    }
  }
}

TEST_F(Hangzhou2021, CoversWhoPaidInTimeFromTheFirstOfJanuary) {  // 000 §六, §七; G-007 G-022 G-025
  const auto& coverage = part<Coverage>("HZ21-10", RuleKind::coverage, "2021-03-31");
  EXPECT_EQ(coverage.insurance_year, Year{2021});
  EXPECT_EQ(coverage.paid_from, std::nullopt);  // prepaid in 2020: G-008
  EXPECT_EQ(coverage.paid_to, day("2021-03-31"));
  EXPECT_EQ(coverage.start.kind, CoverageStart::Kind::fixed_date);
  EXPECT_EQ(coverage.start.date, day("2021-01-01"));
  EXPECT_TRUE(part<Coverage>("HZ21-14", RuleKind::coverage, "2021-03-31").after_notice);
}

TEST_F(Hangzhou2021, CoversWhoPaidLateAfterSixFullMonths) {  // 000 §六, §七; G-002 G-006 G-023
  for (const auto* id : {"HZ21-11", "HZ21-15"}) {
    const auto& coverage = part<Coverage>(id, RuleKind::coverage, "2021-04-01");
    EXPECT_EQ(coverage.paid_from, day("2021-04-01"));
    EXPECT_EQ(coverage.start.kind, CoverageStart::Kind::full_months);
    EXPECT_EQ(coverage.start.months, 6);
    EXPECT_EQ(coverage.open_point_past_year, "O-13");
  }
}

TEST_F(Hangzhou2021, LeavesTheStartOfNewJoinersOpen) {  // 000 §八; G-075
  const auto& coverage = part<Coverage>("HZ21-24", RuleKind::coverage, "2021-06-15");
  EXPECT_EQ(coverage.start.kind, CoverageStart::Kind::undetermined);
  EXPECT_EQ(coverage.start.open_point, "O-10");
}

TEST_F(Hangzhou2021, SetsThePremiumsOfThoseInTime) {  // 000 §六, §七; G-018 G-022 G-024 G-025
  const auto& due = part<Premium>("HZ21-14", RuleKind::premium, "2021-03-31").due;
  const auto amount = [&](std::string_view scheme) {
    return std::ranges::find(due, scheme, &Premium::Due::scheme)->personal;
  };
  EXPECT_EQ(amount("university").fixed, Fen{6'000});
  EXPECT_EQ(amount("residentTier1").fixed, Fen{60'000});
  EXPECT_EQ(amount("residentTier2").fixed, Fen{40'000});
  EXPECT_EQ(amount("children").fixed, Fen{25'000});
  EXPECT_EQ(std::ranges::find(due, "children", &Premium::Due::scheme)->certainty,
            Certainty::derived);
  EXPECT_EQ(amount("flexibleEmployment").fixed, std::nullopt);
  EXPECT_EQ(amount("flexibleEmployment").open_point, "O-09");
  EXPECT_EQ(part<Premium>("HZ21-10", RuleKind::premium, "2021-03-31").due.at(0).personal.fixed,
            Fen{25'000});
}

TEST_F(Hangzhou2021, LeavesThePremiumOfLatePayersOpen) {  // 000 §六, §七; G-002 G-023
  const auto& due = part<Premium>("HZ21-11", RuleKind::premium, "2021-04-01").due.at(0);
  EXPECT_EQ(due.personal.fixed, std::nullopt);
  EXPECT_EQ(due.personal.open_point, "O-08");
}

TEST_F(Hangzhou2021, FinancesTheSubsidyOfMunicipalUnitsAt160) {  // 000 §四; G-053 to G-061
  const auto& fund = part<ChannelFund>("HZ21-22", RuleKind::channel_fund, "2021-06-01");
  EXPECT_EQ(fund.rates.at(0).fiscal_levels, Codes{"municipal"});
  EXPECT_EQ(fund.rates.at(0).monthly.fixed, Fen{16'000});
  EXPECT_EQ(fund.rates.at(1).monthly.open_point, "O-06");
  const auto& legacy = part<ContributionRate>("HZ21-05", RuleKind::contribution_rate, "2020-12-31");
  EXPECT_EQ(legacy.rates.at(0).personal_amount.fixed, Fen{1'000});  // G-058
}

TEST_F(Hangzhou2021, CollectsTheMunicipalPremiumInTheNextMonth) {  // 000 §九; G-064
  const auto& collection =
      part<LegacyCollection>("HZ21-04", RuleKind::legacy_collection, "2021-01-15");
  EXPECT_EQ(collection.last_premium_month, ledger::parse_month("2020-12").value());
  EXPECT_EQ(collection.timings.at(0).months_after, 1);
  EXPECT_EQ(collection.timings.at(1).months_after, std::nullopt);
  EXPECT_EQ(collection.timings.at(1).open_point, "O-06");
}

TEST_F(Hangzhou2021, NamesTheBanksOfAnArea) {  // 000 §六; G-078 G-080
  const auto& banks = part<DesignatedBanks>("HZ21-16", RuleKind::designated_banks, "2021-06-01");
  const auto allowed = [&](Area area, std::string_view block) {
    std::vector<std::string> all;
    for (const auto& entry : banks.designations) {
      if (!entry.block.empty() && entry.block != block) continue;
      if (contains(entry.area, area) != Truth::yes) continue;
      for (const auto& bank : entry.banks) {
        if (std::ranges::find(all, bank) == all.end()) all.push_back(bank);
      }
    }
    return all;
  };
  EXPECT_EQ(allowed({330109}, ""), (Codes{"psbcXiaoshan", "xiaoshanRural"}));
  EXPECT_EQ(allowed(xihu, ""),
            (Codes{"icbc", "bankOfHangzhou", "hangzhouUnited", "chinaMerchants"}));
  EXPECT_EQ(allowed({330114}, "qiantangJiangdong").back(), "xiaoshanRural");
  EXPECT_EQ(allowed({330112}, ""), Codes{"linanRural"});
  EXPECT_TRUE(allowed(tonglu, "").empty());
}

TEST_F(Hangzhou2021, NamesTheOfficeOfAUnitWhereThereIsOne) {  // 000 附件1; G-081 G-082
  const auto& entries = part<Office>("HZ21-29", RuleKind::office, "2021-06-01").entries;
  const auto office = [&](std::string_view level, Area area) -> const Office::Entry& {
    return *std::ranges::find_if(entries, [&](const Office::Entry& entry) {
      return entry.block.empty() &&
             (entry.fiscal_levels.empty() ||
              std::ranges::find(entry.fiscal_levels, level) != entry.fiscal_levels.end()) &&
             (!entry.area || contains(*entry.area, area) == Truth::yes);
    });
  };
  EXPECT_EQ(office("district", {330108}).name.zh, "杭州市医疗保障管理服务中心滨江分中心");
  EXPECT_EQ(office("municipal", {330108}).name.zh, "杭州市医疗保障事务受理中心");
  EXPECT_EQ(office("district", {330111}).open_point, "O-18");
  EXPECT_EQ(office("district", {330112}).open_point, "O-18");
}

TEST_F(Hangzhou2021, AsksTheFormForSealAndIdentities) {  // 000 附件2; G-072 G-073
  const auto& form = part<RequiredForm>("HZ21-30", RuleKind::required_form, "2021-06-01");
  using ledger::FormPart;
  const auto asks_for = [&](FormPart asked) {
    return std::ranges::find(form.parts, asked) != form.parts.end();
  };
  EXPECT_TRUE(asks_for(FormPart::unit_seal));
  EXPECT_TRUE(asks_for(FormPart::child_name));
  EXPECT_TRUE(asks_for(FormPart::parent_id_number));
  EXPECT_FALSE(asks_for(FormPart::telephone));
  EXPECT_TRUE(form.enrolled_required);
}

TEST_F(Hangzhou2021, SaysTheRest) {  // G-044 to G-050, G-068, G-077, G-084, G-281
  EXPECT_EQ(
      part<RectificationDeadline>("HZ21-01", RuleKind::rectification_deadline, "2021-01-01").due_to,
      day("2020-12-31"));
  EXPECT_EQ(part<SchemeEnd>("HZ21-03", RuleKind::scheme_end, "2021-01-01").last_day,
            day("2020-12-31"));
  EXPECT_EQ(part<ReimbursementWindow>("HZ21-19", RuleKind::reimbursement_window, "2021-01-01")
                .years_after,
            1);
  part<ReimbursableBase>("HZ21-20", RuleKind::reimbursable_base, "2021-01-01");
  EXPECT_EQ(part<AccountTransfer>("HZ21-21", RuleKind::account_transfer, "2021-01-01").year_classes,
            std::vector<ledger::AccountYear>{ledger::AccountYear::past});
  EXPECT_FALSE(part<LateBinding>("HZ21-26", RuleKind::late_binding, "2021-01-01").denies_subsidy);
  const auto& examination = part<Examination>("HZ21-27", RuleKind::examination, "2021-01-01");
  EXPECT_EQ(std::ranges::count(examination.schemes, "university"), 0);
  EXPECT_EQ(examination.every_years, 2);
  EXPECT_EQ(part<ConfidentialItems>("HZ21-31", RuleKind::confidential_items, "2021-01-01").items,
            Codes{"officeTelephone"});
}

TEST_F(Hangzhou2021, CitesItsDocument) {
  const auto* rule = rules_->rule("HZ21-25", RuleKind::binding_deadline, day("2021-06-01"));
  EXPECT_EQ(rule->section, "§八(二)");
  EXPECT_EQ(rule->interpretations, Ids{"I-07"});
  EXPECT_EQ(rule->open_points, Ids{"O-11"});
  EXPECT_EQ(rule->precedence, 10);
  EXPECT_EQ(rules_->document(hangzhou, rule->document)->title.zh,
            "机关事业单位职工子女医保政策问答");
  EXPECT_EQ(rules_->document(hangzhou, "004"), nullptr);
}

TEST_F(Hangzhou2021, KnowsTheWordsOfTheRegion) {
  EXPECT_TRUE(rules_->is_code("scheme", "residentTier1"));
  EXPECT_FALSE(rules_->is_code("scheme", "residentTier3"));
  EXPECT_FALSE(rules_->is_code("nothing", "residentTier1"));
  EXPECT_TRUE(rules_->has_code_list("bank"));
  EXPECT_FALSE(rules_->has_code_list("nothing"));
  EXPECT_EQ(rules_->code("bank", "icbc")->label.zh, "中国工商银行");
  EXPECT_EQ(rules_->area(hangzhou, "urban")->codes.size(), 12u);
}

TEST_F(Hangzhou2021, GivesThePartsOfARule) {
  EXPECT_EQ(rules_->rule("HZ21-14", day("2021-02-01")).size(), 2u);
  EXPECT_EQ(rules_->rule("HZ21-14", day("2022-01-01")).size(), 0u);
  EXPECT_EQ(ids(rules_->rules_of(RuleKind::eligibility, hangzhou, day("2021-02-01"))),
            (Ids{"HZ21-06", "HZ21-07", "HZ21-08", "HZ21-12"}));
  EXPECT_EQ(ids(rules_->rules_of(RuleKind::coverage, hangzhou)),
            (Ids{"HZ21-10", "HZ21-11", "HZ21-14", "HZ21-15", "HZ21-24"}));
}

// ----------------------------------------------------------------------------- interpretations

TEST_F(Hangzhou2021, ReadsAsThePackUntilAnInterpretationIsAdopted) {
  facts_.record(Telling(EventType::interpretation_adopted)
                    .on("2021-03-01")
                    .until("2021-06-01")
                    .with(Field::point, "O-05")
                    .with(Field::choice, "year_end"));
  const auto rules = facts_.rulebook();
  const auto choice = [&](std::string_view on) {
    return rules.reading(Convention::headcount, hangzhou, day(on)).choice;
  };
  EXPECT_EQ(choice("2021-02-28"), "child_months");
  EXPECT_EQ(choice("2021-03-01"), "year_end");
  EXPECT_EQ(choice("2021-05-31"), "year_end");
  EXPECT_EQ(choice("2021-06-01"), "child_months");
  const auto reading = rules.reading("O-05", hangzhou, day("2021-03-01"));
  EXPECT_EQ(reading.point, "O-05");
  EXPECT_EQ(reading.adopted, ledger::Sequence{facts_.size().value - 1});
  EXPECT_EQ(rules_->reading("O-05", hangzhou, day("2021-03-01")).adopted, std::nullopt);
}

TEST_F(Hangzhou2021, NamesTheOpenPointBehindAReading) {
  const auto reading = rules_->reading(Convention::full_months, hangzhou, day("2021-04-01"));
  EXPECT_EQ(reading.point, "I-06");
  EXPECT_EQ(reading.choice, "same_day");
  EXPECT_EQ(reading.alternative, "O-01");
  EXPECT_TRUE(rules_->point(hangzhou, "O-01")->open);
}

TEST_F(Hangzhou2021, ReportsAnInterpretationThatNobodyDeclares) {
  facts_.record(Telling(EventType::interpretation_adopted)
                    .on("2021-03-01")
                    .with(Field::point, "O-05")
                    .with(Field::choice, "by_gut_feeling"));
  const auto rules = facts_.rulebook();
  ASSERT_EQ(rules.defects().size(), 1u);
  EXPECT_EQ(rules.defects()[0].reason.code, "INTERPRETATION_UNKNOWN");
  EXPECT_EQ(rules.reading(Convention::headcount, hangzhou, day("2021-03-01")).choice,
            "child_months");
}

TEST_F(Hangzhou2021, HasNoPointForAConventionItDoesNotNeed) {
  EXPECT_EQ(rules_->reading(Convention::natural_month, hangzhou, day("2021-03-01")).point, "");
}

// ------------------------------------------------------------------------------ announcements

TEST_F(Hangzhou2021, FindsTheAnnouncementOfTheLevelBeforeThatForAll) {
  const auto announce = [&](std::string_view on, std::string_view level, std::int64_t yuan) {
    Telling telling(EventType::parameter_announced);
    telling.on(on)
        .with(Field::name, "legacyUnitRate")
        .with(Field::year, Year{2021})
        .with(Field::amount, Fen{yuan * 100});
    if (!level.empty()) telling.with(Field::fiscal_level, level);
    facts_.record(telling);
  };
  const auto amount = [&](std::string_view level, std::int32_t year) -> std::optional<Fen> {
    const auto found = facts_.rulebook().announced({hangzhou, "legacyUnitRate", {year}, level, {}});
    return found ? found->amount : std::nullopt;
  };
  EXPECT_EQ(amount("district", 2021), std::nullopt);
  announce("2021-01-10", "district", 120);
  announce("2021-01-20", "", 100);
  EXPECT_EQ(amount("district", 2021), Fen{12'000});
  EXPECT_EQ(amount("county", 2021), Fen{10'000});
  EXPECT_EQ(amount("district", 2022), std::nullopt);
  announce("2021-01-10", "district", 125);
  EXPECT_EQ(amount("district", 2021), Fen{12'500});
  announce("2021-01-09", "district", 90);
  EXPECT_EQ(amount("district", 2021), Fen{12'500});
}

}  // namespace
}  // namespace kinledger::projections

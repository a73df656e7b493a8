// The channel accounts (原子女统筹筹资渠道) of units: CHK-22 to 25.
//
// A fund year is judged as it stands on the date. What its headcount decides is judged once the
// year is over: until then children may come and go.
#include <algorithm>

#include "projections/checks/inspection.h"
#include "projections/checks/topics.h"
#include "projections/each_once.h"
#include "projections/judgments/amounts.h"
#include "projections/judgments/sums.h"
#include "projections/questions/answer_writer.h"

namespace kinledger::projections {
namespace {

using ledger::Date;
using ledger::EventType;
using ledger::Fen;
using ledger::Field;
using ledger::Sequence;
using ledger::Year;

using Kind = Subject::Kind;

/// The rule of a kind that governs a fund year, or null.
bool is_over(Inspection& inspection, Year fund_year) {
  return inspection.on() >= ledger::last_day(fund_year);
}

/// Records of a type that state the fund year.
std::vector<const Fact*> acts_in(Inspection& inspection, EventType type, Year fund_year) {
  auto acts = inspection.acts(type);
  std::erase_if(acts,
                [&](const Fact* fact) { return fact->event.year(Field::fund_year) != fund_year; });
  return acts;
}

std::vector<Sequence> records_in(Inspection& inspection, std::initializer_list<EventType> types,
                                 Year fund_year) {
  std::vector<Sequence> records;
  for (const auto type : types)
    for (const auto* fact : acts_in(inspection, type, fund_year)) records.push_back(fact->sequence);
  return records;
}

/// Allocations are records; what a channel should hold without one is the year's headcount.
bool is_channel_settled(Inspection& inspection, const ChannelAccount& account) {
  return account.allocated || is_over(inspection, account.fund_year);
}

// ---------------------------------------------------------------- finance before the channel

constexpr Heading improper_columns[] = {
    {"fundYear", "资金年度", "fund year", "year"},
    {"channelLeft", "原渠道余额", "left in the channel", "money"},
    {"improperTopUp", "不当补助", "improper top-up", "money"},
};

void topped_up_too_early(Inspection& inspection) {
  for (const auto year : inspection.fund_years()) {
    const Rule* rule = inspection.rule_of(RuleKind::channel_fund, year);
    if (rule == nullptr) continue;
    const auto& account = inspection.channel_account(year);
    if (account.topped_up.value <= 0 && account.stated_from_fiscal.value <= 0) continue;
    if (!is_channel_settled(inspection, account)) continue;
    auto facts = records_in(inspection,
                            {EventType::channel_fund_allocated, EventType::fiscal_top_up_granted,
                             EventType::subsidy_reimbursed},
                            year);
    if (!account.surplus.value || !account.improper_top_up.value) {
      inspection.undecided({*account.channel.undetermined, std::move(facts)});
      continue;
    }
    if (account.surplus.value->value <= 0 || account.improper_top_up.value->value <= 0) continue;
    inspection.report(
        {.rule = rule,
         .facts = std::move(facts),
         .backing = account.improper_top_up.backing,
         .cells = {{year}, {*account.surplus.value}, {*account.improper_top_up.value}}});
  }
}

// ---------------------------------------------------------------- what the channel holds

constexpr Heading allocation_columns[] = {
    {"fundYear", "资金年度", "fund year", "year"},
    {"expected", "应筹资金", "expected", "money"},
    {"recorded", "已列筹资", "recorded", "money"},
    {"difference", "多列（少列为负）", "recorded less expected", "money"},
    {"reason",
     "情形",
     "reason",
     "code",
     {},
     "personal_share|other_level|other_rate|child_months|sum"},
};

const Word with_personal_share{"personal_share",
                               {"含职工个人缴纳部分", "employees' own contributions included"}};
const Word other_level{"other_level", {"按其他财政级次的标准", "by the rate of another level"}};
const Word other_rate{"other_rate", {"标准不符", "by another rate"}};
const Word other_months{"child_months", {"人月数不符", "by other child-months"}};
const Word other_sum{"sum", {"标准乘以人月数不等于金额", "not the product of rate and months"}};

/// The rate of another fiscal level, where the rule or an announcement gives it.
bool is_rate_of_another_level(Inspection& inspection, const Rule& rule,
                              const ChannelAccount& account, Fen rate) {
  for (const auto& entry : rule.as<ChannelFund>().rates) {
    for (const auto& level : entry.fiscal_levels) {
      if (level == account.fiscal_level) continue;
      Step step;
      const auto known = amount_of(entry.monthly,
                                   {.jurisdiction = inspection.jurisdiction(),
                                    .name = {},
                                    .year = account.fund_year,
                                    .fiscal_level = level},
                                   inspection.rules(), {}, step);
      if (known.value == rate) return true;
    }
  }
  return false;
}

/// What employees paid on top in the pooling, at the unit's level.
bool holds_personal_share(Inspection& inspection, const ChannelAccount& account, Fen above) {
  const auto rules =
      inspection.rules().rules_of(RuleKind::contribution_rate, inspection.jurisdiction());
  return std::ranges::any_of(rules, [&](const Rule* rule) {
    return std::ranges::any_of(rule->as<ContributionRate>().rates, [&](const auto& rate) {
      return std::ranges::find(rate.fiscal_levels, account.fiscal_level) !=
                 rate.fiscal_levels.end() &&
             rate.personal_amount.fixed == above;
    });
  });
}

Word reason_by_rate(Inspection& inspection, const Rule& rule, const ChannelAccount& account,
                    Fen rate) {
  const Fen right = *account.rate.value;
  if (rate == right) return other_months;
  if (holds_personal_share(inspection, account, difference(rate, right)))
    return with_personal_share;
  return is_rate_of_another_level(inspection, rule, account, rate) ? other_level : other_rate;
}

/// The rate that the allocations state, if they state one; else what the sum comes to for each of
/// the months that count.
std::optional<Fen> rate_used(const std::vector<const Fact*>& allocations,
                             const ChannelAccount& account) {
  std::optional<Fen> stated;
  for (const auto* fact : allocations) {
    const auto rate = fact->event.money(Field::rate);
    if (rate) stated = rate;
    if (rate && *rate != *account.rate.value) return rate;
  }
  if (stated || account.rate.value->value <= 0) return stated;
  const auto months = account.expected.value->value / account.rate.value->value;
  if (months <= 0 || account.allocated->value % months != 0) return std::nullopt;
  return Fen{account.allocated->value / months};
}

/// The sum of a year that is over, against rate x child-months.
void compare_sum(Inspection& inspection, const Rule& rule, const ChannelAccount& account) {
  const Fen expected = *account.expected.value;
  const Fen recorded = *account.allocated;
  if (recorded == expected) return;
  const auto allocations =
      acts_in(inspection, EventType::channel_fund_allocated, account.fund_year);
  const auto used = rate_used(allocations, account);
  const Word reason = account.personal_share_included ? with_personal_share
                      : used ? reason_by_rate(inspection, rule, account, *used)
                             : other_months;
  inspection.report(
      {.rule = &rule,
       .facts = records_in(inspection, {EventType::channel_fund_allocated}, account.fund_year),
       .backing = account.over_allocated.backing,
       .cells = {{account.fund_year},
                 {expected},
                 {recorded},
                 {difference(recorded, expected)},
                 {reason}}});
}

/// One allocation against what it states itself: its months at the level's rate. True when it is
/// not that.
bool compare_statement(Inspection& inspection, const Rule& rule, const ChannelAccount& account,
                       const Fact& allocation) {
  const auto rate = allocation.event.money(Field::rate);
  const auto months = allocation.event.integer(Field::child_months);
  if (!rate || !months) return false;
  const Fen recorded = allocation.event.money(Field::amount).value_or(Fen{});
  const Fen expected = ledger::multiply(*account.rate.value, *months).value_or(ledger::fen_max);
  if (recorded == expected) return false;
  auto backing = account.rate.backing;
  backing.weaken(ledger::Certainty::derived);
  inspection.report({.rule = &rule,
                     .facts = {allocation.sequence},
                     .backing = std::move(backing),
                     .cells = {{account.fund_year},
                               {expected},
                               {recorded},
                               {difference(recorded, expected)},
                               {*rate == *account.rate.value
                                    ? other_sum
                                    : reason_by_rate(inspection, rule, account, *rate)}}});
  return true;
}

void wrong_allocation(Inspection& inspection) {
  for (const auto year : inspection.fund_years()) {
    const Rule* rule = inspection.rule_of(RuleKind::channel_fund, year);
    if (rule == nullptr || acts_in(inspection, EventType::channel_fund_allocated, year).empty())
      continue;
    const auto& account = inspection.channel_account(year);
    const bool over = is_over(inspection, year);
    if (over && account.expected.value) {
      compare_sum(inspection, *rule, account);
      continue;
    }
    bool told = false;
    if (account.rate.value) {
      for (const auto* fact : acts_in(inspection, EventType::channel_fund_allocated, year))
        told = compare_statement(inspection, *rule, account, *fact) || told;
    }
    const auto& open = over ? account.expected.undetermined : account.rate.undetermined;
    if (!told && open) {
      inspection.undecided(
          {*open, records_in(inspection, {EventType::channel_fund_allocated}, year)});
    }
  }
}

// ---------------------------------------------------------------- surpluses

constexpr Heading surplus_columns[] = {
    {"fundYear", "资金年度", "fund year", "year"},
    {"surplus", "年末结余", "surplus", "money"},
    {"recovered", "已收回", "recovered", "money"},
    {"outstanding", "待收回", "outstanding", "money"},
    {"recoverBy", "收回期限", "recover by", "date"},
};

/// Years in which a surplus can be: something is recorded for them, or the unit has children and a
/// rule asks for the surplus. Without an allocation the channel holds what the headcount makes of
/// it.
std::vector<Year> surplus_years(Inspection& inspection) {
  auto years = inspection.fund_years();
  if (children_of(inspection.dossier()).empty()) return years;
  const auto rules =
      inspection.rules().rules_of(RuleKind::surplus_recovery, inspection.jurisdiction());
  for (const Rule* rule : rules) {
    if (!rule->from) continue;
    const auto until = rule->until.value_or(ledger::date_max);
    for (auto year = ledger::year_of(*rule->from);
         ledger::last_day(year) < std::min(inspection.on(), until); ++year.value)
      years.push_back(year);
  }
  keep_each_once(years);
  return years;
}

/// Nothing was recorded for the year, and no child counts in it or may count.
bool is_idle(Inspection& inspection, const ChannelAccount& account) {
  return account.months.children == 0 && account.months.undetermined == 0 &&
         !std::ranges::binary_search(inspection.fund_years(), account.fund_year);
}

/// That it has not been recovered is a fact; late it is only where the rule states a day.
void surplus_not_recovered(Inspection& inspection) {
  for (const auto year : surplus_years(inspection)) {
    const Rule* rule = inspection.rule_of(RuleKind::surplus_recovery, year);
    if (rule == nullptr || inspection.on() <= ledger::last_day(year)) continue;
    const auto& account = inspection.channel_account(year);
    if (account.recover_by.value && inspection.on() <= *account.recover_by.value) continue;
    if (is_idle(inspection, account)) continue;
    auto facts = records_in(
        inspection, {EventType::channel_fund_allocated, EventType::surplus_recovered}, year);
    if (facts.empty()) add_facts(facts, account.steps);
    if (!account.outstanding.value) {
      inspection.undecided({*account.channel.undetermined, std::move(facts)});
      continue;
    }
    if (account.outstanding.value->value <= 0) continue;
    inspection.report({.rule = rule,
                       .facts = std::move(facts),
                       .backing = account.outstanding.backing,
                       .cells = {{year},
                                 {*account.surplus.value},
                                 {account.recovered},
                                 {*account.outstanding.value},
                                 AnswerWriter::value_of(account.recover_by)}});
  }
}

// ---------------------------------------------------------------- the split of a reimbursement

constexpr Heading split_columns[] = {
    {"reason", "情形", "reason", "code", {}, "split|overdrawn"},
    {"fundYear", "资金年度", "fund year", "year"},
    {"difference", "差额", "difference", "money"},
};

void wrong_split(Inspection& inspection) {
  const Word split{"split", {"列支合计不等于金额", "the parts are not the amount"}};
  const auto reimbursements = reimbursements_of(inspection.dossier(), inspection.on());
  for (const auto& paid : reimbursements) {
    if (!paid.from_channel && !paid.from_fiscal) continue;
    const Rule* rule = inspection.rule_of(RuleKind::channel_fund, ledger::year_of(paid.paid_on));
    if (rule == nullptr || paid.paid_back == paid.amount) continue;
    auto parts = paid.from_channel.value_or(Fen{});
    add_up(parts, paid.from_fiscal.value_or(Fen{}));
    const Fen off = difference(parts, paid.amount);
    if (off.value == 0) continue;
    if (off.value < 0 && !(paid.from_channel && paid.from_fiscal)) {
      const Cause cause{"split", "未登记：报销由原渠道和财政各列支多少",
                        "not recorded: what of it the channel paid, and what finance"};
      inspection.undecided(
          {missing(cause, inspection.rules(), inspection.jurisdiction()), {paid.sequence}});
      continue;
    }
    Backing backing;
    backing.weaken(ledger::Certainty::derived);
    inspection.report(
        {.rule = rule,
         .facts = {paid.sequence},
         .backing = std::move(backing),
         .cells = {{split}, {paid.fund_year.value_or(ledger::year_of(paid.paid_on))}, {off}},
         .person = paid.child});
  }
}

void overdrawn(Inspection& inspection) {
  const Word word{"overdrawn", {"原渠道超支", "channel overdrawn"}};
  for (const auto year : inspection.fund_years()) {
    const Rule* rule = inspection.rule_of(RuleKind::channel_fund, year);
    if (rule == nullptr) continue;
    const auto& account = inspection.channel_account(year);
    if (account.stated_from_channel.value <= 0 || !is_channel_settled(inspection, account))
      continue;
    auto facts = records_in(
        inspection, {EventType::channel_fund_allocated, EventType::subsidy_reimbursed}, year);
    if (!account.channel.value) {
      inspection.undecided({*account.channel.undetermined, std::move(facts)});
      continue;
    }
    const Fen above = difference(account.stated_from_channel, *account.channel.value);
    if (above.value <= 0) continue;
    auto backing = account.channel.backing;
    backing.add(account.used_backing);
    backing.weaken(ledger::Certainty::derived);
    inspection.report({.rule = rule,
                       .facts = std::move(facts),
                       .backing = std::move(backing),
                       .cells = {{word}, {year}, {above}}});
  }
}

void split_or_overdrawn(Inspection& inspection) {
  wrong_split(inspection);
  overdrawn(inspection);
}

}  // namespace

std::vector<Check> fund_checks() {
  return {
      {.id = "CHK-22",
       .zh = "原渠道资金未用完即由财政补助",
       .en = "fiscal top-up although the channel is not used up",
       .severity = Severity::serious,
       .about = {Kind::unit},
       .kinds = {RuleKind::channel_fund},
       .columns = improper_columns,
       .judge = topped_up_too_early},
      {.id = "CHK-23",
       .zh = "原渠道筹资不等于标准乘以人月数",
       .en = "allocation to the channel is not rate times child-months",
       .severity = Severity::serious,
       .about = {Kind::unit},
       .kinds = {RuleKind::channel_fund},
       .columns = allocation_columns,
       .judge = wrong_allocation},
      {.id = "CHK-24",
       .zh = "年末结余未全部收回",
       .en = "surplus of a fund year not recovered in full",
       .severity = Severity::warning,
       .about = {Kind::unit},
       .kinds = {RuleKind::surplus_recovery},
       .columns = surplus_columns,
       .judge = surplus_not_recovered},
      {.id = "CHK-25",
       .zh = "报销列支合计不等于金额，或原渠道超支",
       .en = "parts of a reimbursement are not its amount, or the channel is overdrawn",
       .severity = Severity::serious,
       .about = {Kind::unit},
       .kinds = {RuleKind::channel_fund},
       .columns = split_columns,
       .judge = split_or_overdrawn},
  };
}

}  // namespace kinledger::projections

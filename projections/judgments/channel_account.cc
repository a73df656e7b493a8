#include "projections/judgments/channel_account.h"

#include <algorithm>
#include <map>
#include <utility>

#include "projections/judgments/amounts.h"
#include "projections/judgments/channel_records.h"
#include "projections/judgments/reimbursement.h"
#include "projections/judgments/sums.h"
#include "projections/judgments/units.h"

namespace kinledger::projections {
namespace {

using ledger::Area;
using ledger::Date;
using ledger::EventType;
using ledger::Fen;
using ledger::Field;
using ledger::Year;

/// Sum of a type's amounts for the fund year; the sequences go to `facts`.
std::optional<Fen> sum_of(const Dossier& unit, EventType type, const ChannelCase& asked,
                          std::vector<ledger::Sequence>& facts) {
  std::optional<Fen> sum;
  for (const auto& fact : unit.of(type)) {
    if (fact.event.year(Field::fund_year) != asked.fund_year || act_date(fact) > asked.on) continue;
    if (!sum) sum = Fen{};
    add_up(*sum, fact.event.money(Field::amount).value_or(Fen{}));
    facts.push_back(fact.sequence);
  }
  return sum;
}

/// The fund year that pays: as stated, else by convention.
struct FundYears {
  Reading reading;

  Year of(std::optional<Year> stated, Date paid_on, Year settlement_year) const {
    if (stated) return *stated;
    return reading.choice == "settlement_year" ? settlement_year : ledger::year_of(paid_on);
  }
};

/// What was charged to the fund year and what of it came back: to the year that paid it, unless the
/// reversal states another.
void sum_use(const Dossier& dossier, const FundYears& years, Date on, ChannelAccount& account,
             std::vector<ledger::Sequence>& facts) {
  const auto charge = [&](std::optional<Year> stated, Date paid_on, Year settlement, Fen amount,
                          Fen& sum, ledger::Sequence fact) {
    if (years.of(stated, paid_on, settlement) != account.fund_year) return false;
    if (!stated) account.used_backing.rely_on(years.reading);
    add_up(sum, amount);
    facts.push_back(fact);
    return true;
  };
  const auto net_of = [](const std::optional<Fen>& part, Fen paid_back) {
    return not_below_zero(difference(part.value_or(Fen{}), paid_back));
  };
  const auto reimbursements = reimbursements_of(dossier, on);
  std::map<ledger::Sequence, const Reimbursement*> reversed_by;
  for (const auto& paid : reimbursements) {
    for (const auto reversal : paid.reversals) reversed_by.emplace(reversal, &paid);
    const bool is_charged = charge(paid.fund_year, paid.paid_on, paid.settlement_year, paid.amount,
                                   account.reimbursed, paid.sequence);
    if (!is_charged) continue;
    add_up(account.stated_from_channel, net_of(paid.from_channel, paid.paid_back));
    add_up(account.stated_from_fiscal, net_of(paid.from_fiscal, paid.paid_back));
  }
  for (const auto& fact : dossier.of(EventType::reimbursement_reversed)) {
    if (act_date(fact) > on) continue;
    auto stated = fact.event.year(Field::fund_year);
    Date paid_on = act_date(fact);
    Year settlement{fact.event.year(Field::settlement_year).value_or(Year{0})};
    const auto at = reversed_by.find(fact.sequence);
    if (at != reversed_by.end()) {
      if (!stated) stated = at->second->fund_year;
      paid_on = at->second->paid_on;
      settlement = at->second->settlement_year;
    }
    charge(stated, paid_on, settlement, fact.event.money(Field::amount).value_or(Fen{}),
           account.paid_back, fact.sequence);
  }
  account.used = difference(account.reimbursed, account.paid_back);
}

/// Monthly rate per child at the unit's fiscal level.
Judged<Fen> rate_of(const Rulebook& rules, const Rule& rule, const ChannelAccount& account,
                    Step& step) {
  const Area jurisdiction = rule.jurisdiction;
  auto backing = Backing::of(rule);
  if (account.fiscal_level.empty()) {
    const Cause cause{"unit", "未登记：单位财政级次", "not recorded: fiscal level of the unit"};
    return Judged<Fen>::open(missing(cause, rules, jurisdiction), std::move(backing));
  }
  for (const auto& rate : rule.as<ChannelFund>().rates) {
    const auto& levels = rate.fiscal_levels;
    const bool is_for_it =
        levels.empty() || std::ranges::find(levels, account.fiscal_level) != levels.end();
    if (!is_for_it) continue;
    return amount_of(rate.monthly,
                     {.jurisdiction = jurisdiction,
                      .name = {},
                      .year = account.fund_year,
                      .fiscal_level = account.fiscal_level},
                     rules, std::move(backing), step);
  }
  return Judged<Fen>::open(no_rule("文件未载明该财政级次的筹资标准",
                                   "the documents state no rate for this fiscal level"),
                           std::move(backing));
}

std::int64_t months_by(std::string_view choice, const ChildMonths& months) {
  if (choice == "year_start") return std::int64_t{12} * months.by_month.front();
  if (choice == "year_end") return std::int64_t{12} * months.by_month.back();
  return months.total();
}

/// Rate x months; the documents state the product for a constant headcount only, so that with a
/// changing one the reading of O-05 decides.
void judge_expected(const Knowledge& knowledge, Area jurisdiction, ChannelAccount& account) {
  if (!account.rate.value) {
    account.expected = account.rate;
    return;
  }
  Backing backing = account.rate.backing;
  backing.add(account.months.backing);
  backing.weaken(ledger::Certainty::derived);
  if (account.months.undetermined > 0) {
    account.expected = Judged<Fen>::open(no_rule("有子女能否享受单位医疗补助尚不能确定",
                                                 "for some children the subsidy is undetermined"),
                                         std::move(backing));
    return;
  }
  const auto reading = knowledge.rules().reading(Convention::headcount, jurisdiction,
                                                 ledger::first_day(account.fund_year));
  const std::string_view chosen = reading.choice.empty() ? "child_months" : reading.choice;
  const auto amount_by = [&](std::string_view choice) {
    return ledger::multiply(*account.rate.value, months_by(choice, account.months))
        .value_or(ledger::fen_max);
  };
  const Fen expected = amount_by(chosen);
  for (const auto choice : choices_of(Convention::headcount)) {
    if (choice == chosen || amount_by(choice) == expected) continue;
    account.expected_alternatives.emplace_back(choice, amount_by(choice));
  }
  if (!account.expected_alternatives.empty()) backing.rely_on(reading.point);
  account.expected = Judged<Fen>::of(expected, std::move(backing));
}

/// Sums of what is certain and what may be open: open as soon as one part is.
Judged<Fen> computed(const Judged<Fen>& channel, const Backing& used, Fen amount) {
  if (!channel.value) return channel;
  Backing backing = channel.backing;
  backing.add(used);
  backing.weaken(ledger::Certainty::derived);
  return Judged<Fen>::of(amount, std::move(backing));
}

void judge_split(ChannelAccount& account) {
  if (account.allocated) {
    account.channel = Judged<Fen>::of(*account.allocated, {});
  } else {
    account.channel = account.expected;
  }
  if (account.allocated && account.expected.value) {
    account.over_allocated =
        computed(account.expected, {}, difference(*account.allocated, *account.expected.value));
  } else {
    account.over_allocated = account.expected;
    account.over_allocated.value.reset();
  }
  const Fen channel = account.channel.value.value_or(Fen{});
  const Fen surplus = not_below_zero(difference(channel, account.used));
  const Fen shortfall = not_below_zero(difference(account.used, channel));
  const auto part = [&](Fen amount) {
    return computed(account.channel, account.used_backing, amount);
  };
  account.from_channel = part(std::min(account.used, channel));
  account.top_up_needed = part(shortfall);
  const Fen from_finance = std::max(account.topped_up, account.stated_from_fiscal);
  account.improper_top_up = part(not_below_zero(difference(from_finance, shortfall)));
  account.surplus = part(surplus);
  account.outstanding = part(difference(surplus, account.recovered));
}

/// Whether the excess equals the employees' own contributions for the same months.
void explain_excess(const Knowledge& knowledge, Area jurisdiction, ChannelAccount& account) {
  if (!account.over_allocated.value || account.over_allocated.value->value <= 0) return;
  for (const Rule* rule : knowledge.rules().rules_of(RuleKind::contribution_rate, jurisdiction)) {
    for (const auto& rate : rule->as<ContributionRate>().rates) {
      const auto& levels = rate.fiscal_levels;
      if (std::ranges::find(levels, account.fiscal_level) == levels.end()) continue;
      if (!rate.personal_amount.fixed) continue;
      const auto personal = ledger::multiply(*rate.personal_amount.fixed, account.months.total());
      if (personal != account.over_allocated.value) continue;
      account.personal_share_included = true;
      account.steps.push_back({.rule = rule});
      return;
    }
  }
}

void judge_recovery_date(const Knowledge& knowledge, Area jurisdiction, ChannelAccount& account,
                         std::vector<ledger::Sequence> facts) {
  const auto& rules = knowledge.rules();
  for (const Rule* rule : rules.rules_of(RuleKind::surplus_recovery, jurisdiction,
                                         ledger::last_day(account.fund_year))) {
    const auto& recovery = rule->as<SurplusRecovery>();
    auto backing = Backing::of(*rule);
    account.steps.push_back(
        {.rule = rule, .facts = std::move(facts), .open_point = recovery.open_point});
    if (recovery.months_after_year) {
      account.recover_by =
          Judged<Date>::of(ledger::add_months_clipped(ledger::last_day(account.fund_year),
                                                      *recovery.months_after_year),
                           std::move(backing));
    } else {
      account.recover_by = Judged<Date>::open(open_point(recovery.open_point, rules, jurisdiction),
                                              std::move(backing));
    }
    return;
  }
  account.recover_by = Judged<Date>::open(
      no_rule("没有已采用的规则规定结余收回", "no adopted rule speaks of the surplus"));
}

/// Records that the account is judged from, for its reasons.
struct RecordsUsed {
  std::vector<ledger::Sequence> of_account;
  std::vector<ledger::Sequence> of_recovery;
};

/// Fills in what is recorded for the fund year.
RecordsUsed read_records(Knowledge& knowledge, const ChannelCase& asked, ChannelAccount& account) {
  const auto& [unit, jurisdiction, fund_year, on] = asked;
  RecordsUsed used;
  account.fund_year = fund_year;
  const auto& dossier = knowledge.unit(unit);
  if (const auto state = unit_state(dossier, ledger::last_day(fund_year))) {
    account.fiscal_level = state->fiscal_level;
    used.of_account.push_back(state->sequence);
  }
  const FundYears years{
      knowledge.rules().reading(Convention::fund_year, jurisdiction, ledger::first_day(fund_year))};
  account.allocated = sum_of(dossier, EventType::channel_fund_allocated, asked, used.of_account);
  sum_use(dossier, years, on, account, used.of_account);
  account.topped_up =
      sum_of(dossier, EventType::fiscal_top_up_granted, asked, used.of_account).value_or(Fen{});
  account.recovered =
      sum_of(dossier, EventType::surplus_recovered, asked, used.of_recovery).value_or(Fen{});
  return used;
}

}  // namespace

ChannelRecords channel_records(Knowledge& knowledge, const ChannelCase& asked) {
  ChannelAccount account;
  read_records(knowledge, asked, account);
  return {account.fiscal_level,        account.allocated,
          account.reimbursed,          account.paid_back,
          account.stated_from_channel, account.stated_from_fiscal,
          account.topped_up,           account.recovered};
}

ChannelAccount judge_channel_account(Knowledge& knowledge, const ChannelCase& asked) {
  const auto& [unit, jurisdiction, fund_year, on] = asked;
  ChannelAccount account;
  const auto& rules = knowledge.rules();
  auto [of_account, of_recovery] = read_records(knowledge, asked, account);
  Step step;
  step.facts = std::move(of_account);
  account.months = count_child_months(knowledge, unit, jurisdiction, fund_year);
  const auto funds =
      rules.rules_of(RuleKind::channel_fund, jurisdiction, ledger::last_day(fund_year));
  if (funds.empty()) {
    account.rate = Judged<Fen>::open(
        no_rule("没有已采用的规则规定筹资标准", "no adopted rule sets the channel's rate"));
  } else {
    step.rule = funds.front();
    account.rate = rate_of(rules, *funds.front(), account, step);
    account.steps.push_back(std::move(step));
  }
  judge_expected(knowledge, jurisdiction, account);
  judge_split(account);
  explain_excess(knowledge, jurisdiction, account);
  judge_recovery_date(knowledge, jurisdiction, account, std::move(of_recovery));
  return account;
}

void add_to_levels(std::vector<FinanceLevel>& levels, const ChannelAccount& account) {
  auto at = std::ranges::lower_bound(levels, account.fiscal_level, {}, &FinanceLevel::fiscal_level);
  if (at == levels.end() || at->fiscal_level != account.fiscal_level) {
    FinanceLevel added;
    added.fiscal_level = account.fiscal_level;
    at = levels.insert(at, std::move(added));
  }
  auto& level = *at;
  ++level.units;
  add_up(level.used, account.used);
  add_up(level.topped_up, account.topped_up);
  add_up(level.recovered, account.recovered);
  if (!account.channel.value) {
    ++level.undetermined;
    return;
  }
  level.backing.add(account.outstanding.backing);
  add_up(level.channel, *account.channel.value);
  add_up(level.top_up_needed, *account.top_up_needed.value);
  add_up(level.improper_top_up, *account.improper_top_up.value);
  add_up(level.surplus, *account.surplus.value);
  add_up(level.outstanding, *account.outstanding.value);
}

}  // namespace kinledger::projections

// The last premiums of the legacy pooling: what a unit owes for a month, and when it is collected.
#include <algorithm>
#include <utility>

#include "projections/judgments/amounts.h"
#include "projections/judgments/legacy_pooling.h"
#include "projections/judgments/sums.h"
#include "projections/judgments/units.h"

namespace kinledger::projections {
namespace {

using ledger::Area;
using ledger::Date;
using ledger::EventType;
using ledger::Fen;
using ledger::Field;
using ledger::Month;

bool is_for(const Codes& levels, std::string_view level) {
  return levels.empty() || std::ranges::find(levels, level) != levels.end();
}

const Rule* collection_rule(const Rulebook& rules, Area jurisdiction) {
  const auto found = rules.rules_of(RuleKind::legacy_collection, jurisdiction);
  return found.empty() ? nullptr : found.front();
}

/// Members of the unit on the last day of the month, from the unit's dossier.
void count_members(const Dossier& unit, LegacyPremium& premium, Step& step) {
  const Date last_day = ledger::last_day_of_month(ledger::first_day(premium.month));
  for (const auto& fact : unit.of(EventType::legacy_membership_recorded)) {
    const auto from = fact.event.envelope().valid_on;
    const auto until = fact.event.date(Field::until);
    if ((from && *from > last_day) || (until && *until <= last_day)) continue;
    ++premium.headcount;
    step.facts.push_back(fact.sequence);
    const auto level = fact.event.text(Field::fiscal_level);
    if (premium.fiscal_level.empty()) premium.fiscal_level = level;
  }
}

void sum_collected(const Dossier& unit, LegacyPremium& premium, Step& step) {
  for (const auto& fact : unit.of(EventType::legacy_premium_collected)) {
    if (fact.event.month(Field::premium_month) != premium.month) continue;
    add_up(premium.unit_collected, fact.event.money(Field::unit_amount).value_or(Fen{}));
    add_up(premium.personal_collected, fact.event.money(Field::personal_amount).value_or(Fen{}));
    const auto collected_on = fact.event.envelope().valid_on;
    premium.collected_on = std::max(premium.collected_on, collected_on);
    step.facts.push_back(fact.sequence);
  }
}

/// `step` holds the rule.
Judged<Fen> rate_of(const Amount& amount, const Rulebook& rules, const LegacyPremium& premium,
                    Step& step) {
  return amount_of(amount,
                   {.jurisdiction = step.rule->jurisdiction,
                    .name = {},
                    .year = ledger::year_of(ledger::first_day(premium.month)),
                    .fiscal_level = premium.fiscal_level},
                   rules, Backing::of(*step.rule), step);
}

Judged<Fen> due_of(const Judged<Fen>& rate, std::int32_t headcount) {
  if (!rate.value) return rate;
  Backing backing = rate.backing;
  backing.weaken(ledger::Certainty::derived);
  return Judged<Fen>::of(ledger::multiply(*rate.value, headcount).value_or(ledger::fen_max),
                         std::move(backing));
}

void judge_rates(const Rulebook& rules, Area jurisdiction, LegacyPremium& premium) {
  const Date month_end = ledger::last_day_of_month(ledger::first_day(premium.month));
  premium.unit_rate = Judged<Fen>::open(
      no_rule("文件未载明该财政级次的缴费标准", "the documents state no rate for this level"));
  premium.personal_rate = premium.unit_rate;
  for (const Rule* rule : rules.rules_of(RuleKind::contribution_rate, jurisdiction, month_end)) {
    for (const auto& rate : rule->as<ContributionRate>().rates) {
      if (!is_for(rate.fiscal_levels, premium.fiscal_level)) continue;
      Step step{.rule = rule};
      premium.unit_rate = rate_of(rate.unit_amount, rules, premium, step);
      premium.personal_rate = rate_of(rate.personal_amount, rules, premium, step);
      premium.steps.push_back(std::move(step));
      break;
    }
  }
  premium.unit_due = due_of(premium.unit_rate, premium.headcount);
  premium.personal_due = due_of(premium.personal_rate, premium.headcount);
}

void judge_collection(const Rulebook& rules, Area jurisdiction, const Rule* rule,
                      LegacyPremium& premium) {
  premium.collected_in = Judged<Month>::open(
      no_rule("没有已采用的规则规定征收月份", "no adopted rule sets the collection month"));
  if (rule == nullptr) return;
  const auto& collection = rule->as<LegacyCollection>();
  premium.after_last_month = premium.month > collection.last_premium_month;
  if (premium.after_last_month) {
    // The text names the last month; that nothing is collected for a later one follows from it.
    auto backing = Backing::of(*rule);
    backing.weaken(ledger::Certainty::derived);
    premium.steps.push_back({.rule = rule});
    premium.collected_in = Judged<Month>::nothing(std::move(backing));
    return;
  }
  for (const auto& timing : collection.timings) {
    if (!is_for(timing.fiscal_levels, premium.fiscal_level)) continue;
    auto backing = Backing::of(*rule);
    premium.steps.push_back({.rule = rule, .open_point = timing.open_point});
    if (timing.months_after) {
      premium.collected_in =
          Judged<Month>::of({premium.month.index + *timing.months_after}, std::move(backing));
    } else {
      premium.collected_in = Judged<Month>::open(open_point(timing.open_point, rules, jurisdiction),
                                                 std::move(backing));
    }
    return;
  }
}

}  // namespace

LegacyPremium judge_legacy_premium(Knowledge& knowledge, const ledger::UnitId& unit,
                                   Area jurisdiction, std::optional<Month> month) {
  LegacyPremium premium;
  const auto& rules = knowledge.rules();
  const Rule* collection = collection_rule(rules, jurisdiction);
  if (!month && collection != nullptr) {
    month = collection->as<LegacyCollection>().last_premium_month;
  }
  if (!month) {
    const auto open = no_rule("没有已采用的规则规定子女统筹保费",
                              "no adopted rule speaks of premiums of the legacy pooling");
    premium.unit_rate = premium.personal_rate = premium.unit_due = premium.personal_due =
        Judged<Fen>::open(open);
    premium.collected_in = Judged<Month>::open(open);
    return premium;
  }
  premium.month = *month;
  const auto& dossier = knowledge.unit(unit);
  Step step;
  const Date month_end = ledger::last_day_of_month(ledger::first_day(*month));
  if (const auto state = unit_state(dossier, month_end)) {
    premium.fiscal_level = state->fiscal_level;
    step.facts.push_back(state->sequence);
  }
  count_members(dossier, premium, step);
  sum_collected(dossier, premium, step);
  judge_collection(rules, jurisdiction, collection, premium);
  judge_rates(rules, jurisdiction, premium);
  if (premium.after_last_month) {
    premium.unit_due = premium.personal_due = Judged<Fen>::of({}, premium.collected_in.backing);
  }
  if (!premium.steps.empty()) {
    auto& facts = premium.steps.front().facts;
    facts.insert(facts.end(), step.facts.begin(), step.facts.end());
  }
  return premium;
}

}  // namespace kinledger::projections

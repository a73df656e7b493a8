// Fixed shares of special diseases (特殊病种固定负担比例), settlement by settlement.
#include <algorithm>
#include <utility>

#include "projections/judgments/designation.h"
#include "projections/judgments/settlement.h"
#include "projections/judgments/sums.h"

namespace kinledger::projections {
namespace {

using ledger::CareClass;
using ledger::Fen;
using ledger::Field;

/// Of the institution on the day of service.
Ruling designation_of(Knowledge& knowledge, const Fact& settlement, const std::string& wanted) {
  if (const auto institution = settlement.event.unit(Field::institution))
    return has_designation(knowledge, *institution, {&wanted, 1}, act_date(settlement));
  return {.truth = Truth::unknown,
          .causes = {{"designation", "未登记：机构的定点情况",
                      "not recorded: designations of the institution"}}};
}

/// Why the shares of a case cannot be told, if they cannot.
std::optional<Undetermined> why_open(const FixedShareCase& result, std::string_view scheme,
                                     const FixedShare::Share* share, const Rulebook& rules,
                                     ledger::Area jurisdiction) {
  if (result.designated.truth == Truth::unknown)
    return undetermined_by(result.designated, rules, jurisdiction);
  if (scheme.empty()) return not_recorded_by_settlement(Field::scheme, rules, jurisdiction);
  if (share == nullptr) {
    return no_rule("没有已采用的规则规定该险种的个人负担比例",
                   "no adopted rule says what share the person bears in this scheme");
  }
  return result.in_scope_open ? result.in_scope_open : result.insured_open;
}

void judge_share(Knowledge& knowledge, const SettlementYear& asked, const Fact& settlement,
                 const FixedShare& rule, FixedShareCase& result) {
  const auto& rules = knowledge.rules();
  auto backing = Backing::of(*result.steps.front().rule);
  if (result.designated.truth == Truth::no) {
    result.personal_share = Judged<Rounded>::nothing(backing);
    result.assistance_share = result.personal_share;
    return;
  }
  const auto scheme = settlement.event.text(Field::scheme);
  const auto found = std::ranges::find_if(rule.shares, [&](const FixedShare::Share& each) {
    return std::ranges::find(each.schemes, scheme) != each.schemes.end();
  });
  const auto* share = found == rule.shares.end() ? nullptr : &*found;
  if (const auto open = why_open(result, scheme, share, rules, asked.jurisdiction)) {
    result.personal_share = Judged<Rounded>::open(*open);
    result.assistance_share = result.personal_share;
    return;
  }
  const auto personal = share_of(result.in_scope, share->personal);
  const Fen left = not_below_zero(difference(result.in_scope, result.insured));
  backing.weaken(ledger::Certainty::derived);
  // Less may be left than the share: the person then bears what is left.
  if (left < personal.up) backing.rely_on(rule.open_point);
  result.personal_share =
      Judged<Rounded>::of({std::min(personal.down, left), std::min(personal.up, left)}, backing);
  result.assistance_share = Judged<Rounded>::of({not_below_zero(difference(left, personal.up)),
                                                 not_below_zero(difference(left, personal.down))},
                                                std::move(backing));
}

/// What answers tell of the shares.
void tell_shares(FixedShareCase& result, const Rulebook& rules, ledger::Area jurisdiction) {
  const auto why = [&] {
    return no_whole_fen("个人负担不是整分，取整方式未规定",
                        "the person's share is no whole fen and no rule says how it is rounded",
                        rules, jurisdiction);
  };
  result.personal = in_whole_fen(result.personal_share, why);
  result.assistance = in_whole_fen(result.assistance_share, why);
}

/// What the settlement records.
FixedShareCase recorded_case(const Fact& settlement, const Rulebook& rules,
                             ledger::Area jurisdiction) {
  FixedShareCase result{.settlement = settlement.sequence, .service_on = act_date(settlement)};
  result.in_scope_open =
      add_recorded(settlement, Field::in_scope, result.in_scope, rules, jurisdiction);
  result.insured_open =
      add_recorded(settlement, Field::basic_paid, result.insured, rules, jurisdiction);
  // Nothing recorded: it paid nothing (settlement.h).
  add_up(result.insured, settlement.event.money(Field::serious_illness_paid).value_or(Fen{}));
  result.recorded_personal = settlement.event.money(Field::personal_in_scope);
  result.recorded_assistance = settlement.event.money(Field::assistance_paid);
  return result;
}

FixedShareCase judge_case(Knowledge& knowledge, const SettlementYear& asked, const Fact& settlement,
                          const Rule& rule) {
  const auto& fixed = rule.as<FixedShare>();
  auto result = recorded_case(settlement, knowledge.rules(), asked.jurisdiction);
  result.designated = designation_of(knowledge, settlement, fixed.designation);
  result.designated.backing.apply(rule);
  result.steps = {{.rule = &rule, .facts = {settlement.sequence}}};
  judge_share(knowledge, asked, settlement, fixed, result);
  tell_shares(result, knowledge.rules(), asked.jurisdiction);
  return result;
}

bool is_of_class(const Rule& rule, CareClass care) {
  const auto& classes = rule.as<FixedShare>().classes;
  return std::ranges::find(classes, care) != classes.end();
}

/// Care that has a fixed share on other days only: what it is on this one nothing says.
FixedShareCase case_without_rule(const Fact& settlement, const Rulebook& rules,
                                 ledger::Area jurisdiction) {
  const auto why = no_rule("没有已采用的规则规定就医当日该病种的固定负担",
                           "no adopted rule sets a fixed share of such care on its day");
  auto result = recorded_case(settlement, rules, jurisdiction);
  result.designated = no_rule_ruling(why.why.zh, why.why.en);
  result.personal_share = Judged<Rounded>::open(why);
  result.assistance_share = result.personal_share;
  tell_shares(result, rules, jurisdiction);
  return result;
}

}  // namespace

std::vector<FixedShareCase> fixed_shares(Knowledge& knowledge, const SettlementYear& asked) {
  std::vector<FixedShareCase> cases;
  const auto& rules = knowledge.rules();
  for (const auto* fact : settlements_of(knowledge.person(asked.person), asked)) {
    const auto care = fact->event.as<CareClass>(Field::care_class);
    const auto all = rules.rules_of(RuleKind::fixed_share, asked.jurisdiction);
    bool is_ruled =
        std::ranges::none_of(all, [&](const Rule* rule) { return is_of_class(*rule, care); });
    for (const Rule* rule :
         rules.rules_of(RuleKind::fixed_share, asked.jurisdiction, act_date(*fact))) {
      if (!is_of_class(*rule, care)) continue;
      cases.push_back(judge_case(knowledge, asked, *fact, *rule));
      is_ruled = true;
    }
    if (!is_ruled) cases.push_back(case_without_rule(*fact, rules, asked.jurisdiction));
  }
  return cases;
}

}  // namespace kinledger::projections

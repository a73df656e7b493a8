// Settlements and the assistance above them: fixed shares of special diseases (CHK-43), what is
// paid above the ceiling and in hardship (CHK-44).
#include <algorithm>
#include <set>

#include "projections/checks/inspection.h"
#include "projections/checks/topics.h"
#include "projections/judgments/not_recorded.h"
#include "projections/judgments/settlement.h"
#include "projections/judgments/sums.h"
#include "projections/questions/answer_writer.h"

namespace kinledger::projections {
namespace {

using ledger::AssistanceKind;
using ledger::CareClass;
using ledger::Date;
using ledger::EventType;
using ledger::Fen;
using ledger::Field;
using ledger::Sequence;
using ledger::Year;

using Kind = Subject::Kind;
using Facts = std::vector<const Fact*>;

std::vector<Sequence> sequences_of(const Facts& facts) {
  std::vector<Sequence> sequences;
  for (const auto* fact : facts) sequences.push_back(fact->sequence);
  return sequences;
}

Fen sum_of(const Facts& facts) {
  Fen sum;
  for (const auto* fact : facts) add_up(sum, fact->event.money(Field::amount).value_or(Fen{}));
  return sum;
}

/// What assistance of a kind paid for each settlement year, by date of payment.
std::vector<std::pair<Year, Facts>> assistance(Inspection& inspection, AssistanceKind kind) {
  std::vector<std::pair<Year, Facts>> years;
  for (const auto* fact : inspection.acts(EventType::assistance_paid)) {
    if (fact->event.as<AssistanceKind>(Field::kind) != kind) continue;
    const auto year = settlement_year_of(*fact);
    auto at = std::ranges::find(years, year, &std::pair<Year, Facts>::first);
    if (at == years.end()) at = years.insert(years.end(), {year, {}});
    at->second.push_back(fact);
  }
  for (auto& [year, facts] : years)
    std::ranges::stable_sort(facts, {}, [](const Fact* fact) { return act_date(*fact); });
  return years;
}

SettlementYear asked_year(Inspection& inspection, Year year, Date on) {
  return {.person = inspection.person(),
          .jurisdiction = inspection.jurisdiction(),
          .year = year,
          .scheme = {},
          .on = on};
}

/// Inpatient settlements of a year up to a day.
Facts inpatient(Inspection& inspection, Year year, Date on) {
  auto facts = inspection.acts(EventType::medical_settlement_recorded);
  std::erase_if(facts, [&](const Fact* fact) {
    return settlement_year_of(*fact) != year || act_date(*fact) > on ||
           fact->event.as<CareClass>(Field::care_class) != CareClass::inpatient;
  });
  return facts;
}

bool all_have(const Facts& facts, Field field) {
  return std::ranges::all_of(
      facts, [&](const Fact* fact) { return fact->event.money(field).has_value(); });
}

// ---------------------------------------------------------------- fixed shares

constexpr Heading paid_share_columns[] = {
    {"serviceOn", "就医或支付日期", "day of care or payment", "date"},
    {"reason", "情形", "reason", "code", {}, "share|assistance|sums|not_designated|overpaid"},
    {"expected", "应为", "expected", "money"},
    {"recorded", "登记金额", "recorded", "money"},
};

const Word wrong_share{"share", {"个人负担不符", "the person's share is not the fixed one"}};
const Word wrong_assistance{"assistance", {"救助支付不符", "assistance is not what is left"}};
const Word sums_do_not_close{"sums", {"各项之和与范围内费用不符", "the parts do not add up"}};
const Word not_designated{"not_designated", {"非定点机构", "not a designated institution"}};
const Word overpaid{"overpaid", {"救助支付超过应支付", "assistance paid more than is due"}};

bool has_fixed_share(Inspection& inspection, const Fact& settlement) {
  const auto care = settlement.event.as<CareClass>(Field::care_class);
  return std::ranges::any_of(
      inspection.rules().rules_of(RuleKind::fixed_share, inspection.jurisdiction(),
                                  act_date(settlement)),
      [&](const Rule* rule) {
        const auto& classes = rule->as<FixedShare>().classes;
        return std::ranges::find(classes, care) != classes.end();
      });
}

/// Whether a case says enough to be compared; tells what is missing.
bool is_complete(Inspection& inspection, const FixedShareCase& one, const Fact& settlement) {
  const auto lacks = [&](Field field) { return !settlement.event.money(field); };
  if (lacks(Field::in_scope) || lacks(Field::basic_paid)) {
    inspection.undecided(
        {not_recorded("范围内费用或基本医保支付", "costs in scope or paid by basic insurance"),
         {settlement.sequence}});
    return false;
  }
  for (const auto& open : {one.personal_share.undetermined, one.assistance_share.undetermined}) {
    if (!open) continue;
    inspection.undecided({*open, {settlement.sequence}});
    return false;
  }
  return true;
}

/// Whether the rounding of a share alone says if what is recorded is right.
bool hangs_on_rounding(const Judged<Rounded>& share, const std::optional<Fen>& recorded) {
  return recorded && share.value->is_open_whether(*recorded);
}

void compare_case(Inspection& inspection, const FixedShareCase& one, const Fact& settlement) {
  const auto report = [&](const Word& reason, Value expected, Fen recorded,
                          const Backing& backing) {
    inspection.report({.rule = one.steps.front().rule,
                       .facts = {settlement.sequence},
                       .backing = backing,
                       .cells = {{one.service_on}, {reason}, std::move(expected), {recorded}}});
  };
  if (one.designated.truth == Truth::no) {
    // Without the designation there is no fixed share: only assistance paid all the same is wrong.
    if (one.recorded_assistance && one.recorded_assistance->value > 0)
      report(not_designated, {Fen{}}, *one.recorded_assistance, one.designated.backing);
    return;
  }
  if (!is_complete(inspection, one, settlement)) return;
  const auto& personal = one.personal_share;
  const auto& assistance = one.assistance_share;
  if (one.recorded_personal && !personal.value->may_be(*one.recorded_personal))
    report(wrong_share, AnswerWriter::value_of(one.personal), *one.recorded_personal,
           personal.backing);
  if (one.recorded_assistance && !assistance.value->may_be(*one.recorded_assistance))
    report(wrong_assistance, AnswerWriter::value_of(one.assistance), *one.recorded_assistance,
           assistance.backing);
  if (hangs_on_rounding(personal, one.recorded_personal)) {
    inspection.undecided({*one.personal.undetermined, {settlement.sequence}});
  } else if (hangs_on_rounding(assistance, one.recorded_assistance)) {
    inspection.undecided({*one.assistance.undetermined, {settlement.sequence}});
  }
  if (!one.recorded_personal || !one.recorded_assistance) return;
  Fen sum = one.insured;
  for (const auto part : {*one.recorded_personal, *one.recorded_assistance,
                          settlement.event.money(Field::employer_paid).value_or(Fen{})})
    add_up(sum, part);
  if (sum != one.in_scope) report(sums_do_not_close, {one.in_scope}, sum, one.designated.backing);
}

/// Assistance that was paid beside the settlements, against what they leave to it.
void compare_paid(Inspection& inspection, Year year, const std::vector<FixedShareCase>& cases) {
  for (const auto& [paid_for, payments] : assistance(inspection, AssistanceKind::dialysis)) {
    if (paid_for != year) continue;
    auto due = Rounded::exactly({});
    std::optional<Undetermined> rounding;
    Backing backing;
    for (const auto& one : cases) {
      if (const auto& open = one.assistance_share.undetermined) {
        // Told with the settlement, unless no rule speaks of it.
        if (one.steps.empty()) inspection.undecided({*open, {one.settlement}});
        return;
      }
      if (one.assistance_share.value) add_up(due, *one.assistance_share.value);
      if (one.assistance.undetermined) rounding = one.assistance.undetermined;
      backing.add(one.assistance_share.backing);
    }
    const auto paid = sum_of(payments);
    if (paid <= due.down) continue;
    auto facts = sequences_of(payments);
    for (const auto& one : cases) facts.push_back(one.settlement);
    if (paid <= due.up) {
      inspection.undecided({*rounding, std::move(facts)});
      continue;
    }
    inspection.report({.rule = cases.front().steps.front().rule,
                       .facts = std::move(facts),
                       .backing = std::move(backing),
                       .cells = {{act_date(*payments.back())},
                                 {overpaid},
                                 rounding ? Value{*rounding} : Value{due.down},
                                 {paid}}});
  }
}

void fixed_share_settlements(Inspection& inspection) {
  auto settlements = inspection.acts(EventType::medical_settlement_recorded);
  std::erase_if(settlements, [&](const Fact* fact) { return !has_fixed_share(inspection, *fact); });
  std::set<Year> years;
  for (const auto* fact : settlements) years.insert(settlement_year_of(*fact));
  for (const auto year : years) {
    const auto cases =
        fixed_shares(inspection.knowledge(), asked_year(inspection, year, inspection.on()));
    for (const auto& one : cases) {
      const auto fact = std::ranges::find(settlements, one.settlement, &Fact::sequence);
      if (fact != settlements.end()) compare_case(inspection, one, **fact);
    }
    if (!cases.empty()) compare_paid(inspection, year, cases);
  }
}

// ---------------------------------------------------------------- above the ceiling, hardship

constexpr Heading assistance_columns[] = {
    {"year", "结算年度", "settlement year", "year"},
    {"reason",
     "情形",
     "reason",
     "code",
     {},
     "not_the_share|wrong_ceiling|below_the_least|below_threshold"},
    {"costs", "范围内费用或个人负担", "costs in scope or own burden", "money"},
    {"limit", "限额或起点", "ceiling or threshold", "money"},
    {"excess", "超过部分", "excess", "money"},
    {"expected", "应支付", "expected", "money"},
    {"paid", "已支付", "paid", "money"},
};

const Word not_the_share{"not_the_share",
                         {"补助不是超过部分的规定比例", "not the share of the excess"}};
const Word wrong_ceiling{"wrong_ceiling",
                         {"使用了其他时期的限额", "by the ceiling of another time"}};
const Word below_the_least{"below_the_least",
                           {"补助低于最低比例", "less than the least share of the excess"}};
const Word below_threshold{"below_threshold",
                           {"未超过起点而支付", "paid though not above the threshold"}};

std::vector<Sequence> with_settlements(const Facts& payments, const Facts& settlements) {
  auto facts = sequences_of(payments);
  const auto more = sequences_of(settlements);
  facts.insert(facts.end(), more.begin(), more.end());
  return facts;
}

/// The sum of the bases that the payments state, where all do.
std::optional<Fen> base_of(const Facts& payments) {
  if (!all_have(payments, Field::base)) return std::nullopt;
  Fen sum;
  for (const auto* fact : payments) add_up(sum, *fact->event.money(Field::base));
  return sum;
}

/// Whether what was paid is what a ceiling for the scheme that held at another time would give.
bool is_by_other_ceiling(Inspection& inspection, const SettlementLayers& layers,
                         const Facts& payments) {
  const auto base = base_of(payments);
  const auto above = std::ranges::find_if(
      layers.steps, [](const Step& step) { return step.rule->kind() == RuleKind::above_ceiling; });
  for (const Rule* rule :
       inspection.rules().rules_of(RuleKind::ceiling, inspection.jurisdiction())) {
    const auto& ceiling = rule->as<Ceiling>();
    if (std::ranges::find(ceiling.schemes, layers.scheme) == ceiling.schemes.end()) continue;
    if (!ceiling.amount.fixed || *ceiling.amount.fixed == *layers.ceiling.value) continue;
    const Fen excess = not_below_zero(difference(layers.in_scope, *ceiling.amount.fixed));
    if (base) {
      if (*base == excess) return true;
      continue;
    }
    const auto ratio =
        above == layers.steps.end() ? std::nullopt : above->rule->as<AboveCeiling>().ratio;
    if (ratio && share_of(excess, *ratio).may_be(sum_of(payments))) return true;
  }
  return false;
}

const Rule* rule_of(const SettlementLayers& layers, RuleKind kind) {
  for (const auto& step : layers.steps)
    if (step.rule->kind() == kind) return step.rule;
  return nullptr;
}

/// The payments of a year up to the last one, against the settlements up to its day: a later
/// settlement is not held against them.
void compare_above(Inspection& inspection, Year year, const Facts& payments) {
  const auto last = act_date(*payments.back());
  const auto settlements = inpatient(inspection, year, last);
  const auto facts = with_settlements(payments, settlements);
  if (settlements.empty() || !all_have(settlements, Field::in_scope)) {
    inspection.undecided(
        {not_recorded("该年度住院结算的范围内费用", "inpatient costs in scope of the year"),
         facts});
    return;
  }
  const auto layers = judge_settlement(inspection.knowledge(), asked_year(inspection, year, last));
  const auto paid = sum_of(payments);
  const auto report = [&](const Word& reason, Value expected, const Backing& backing) {
    inspection.report({.rule = rule_of(layers, &reason == &wrong_ceiling ? RuleKind::ceiling
                                                                         : RuleKind::above_ceiling),
                       .facts = facts,
                       .backing = backing,
                       .cells = {{year},
                                 {reason},
                                 {layers.in_scope},
                                 AnswerWriter::value_of(layers.ceiling),
                                 AnswerWriter::value_of(layers.excess),
                                 std::move(expected),
                                 {paid}}});
  };
  const auto& share = layers.above_share;
  if (share.undetermined) {
    if (layers.above_at_least && paid < layers.above_at_least->down) {
      const auto& open = layers.above_at_least_open;
      report(below_the_least, open ? Value{*open} : Value{layers.above_at_least->down},
             layers.excess.backing);
    } else {
      inspection.undecided({*share.undetermined, facts});
    }
  } else if (!share.value->may_be(paid)) {
    report(is_by_other_ceiling(inspection, layers, payments) ? wrong_ceiling : not_the_share,
           AnswerWriter::value_of(layers.above_payment), share.backing);
  } else if (!share.value->is_whole()) {
    inspection.undecided({*layers.above_payment.undetermined, facts});
  }
}

/// Each payment against the burden up to its day.
void compare_hardship(Inspection& inspection, Year year, const Facts& payments) {
  for (const auto* payment : payments) {
    const auto on = act_date(*payment);
    const auto settlements = inpatient(inspection, year, on);
    const auto facts = with_settlements({payment}, settlements);
    const auto layers = judge_settlement(inspection.knowledge(), asked_year(inspection, year, on));
    const auto& hardship = layers.hardship;
    if (hardship.truth == Truth::yes) continue;
    if (hardship.truth == Truth::unknown) {
      inspection.undecided(hardship, facts);
      continue;
    }
    if (settlements.empty() || !all_have(settlements, Field::personal_in_scope)) {
      inspection.undecided({not_recorded("该年度住院结算的个人负担",
                                         "what the person bore of the inpatient costs of the year"),
                            facts});
      continue;
    }
    inspection.report({.rule = hardship.steps.front().rule,
                       .facts = facts,
                       .backing = hardship.backing,
                       .cells = {{year},
                                 {below_threshold},
                                 {layers.burden},
                                 AnswerWriter::value_of(layers.hardship_threshold),
                                 {Fen{}},
                                 {Fen{}},
                                 {payment->event.money(Field::amount).value_or(Fen{})}}});
  }
}

void assistance_paid(Inspection& inspection) {
  if (inspection.dossier().of(EventType::assistance_paid).empty()) return;
  for (const auto& [year, payments] : assistance(inspection, AssistanceKind::above_ceiling))
    compare_above(inspection, year, payments);
  for (const auto& [year, payments] : assistance(inspection, AssistanceKind::hardship))
    compare_hardship(inspection, year, payments);
}

}  // namespace

std::vector<Check> benefit_checks() {
  return {
      {.id = "CHK-43",
       .zh = "透析等固定负担：个人负担或救助不符，非定点机构，各项之和不符",
       .en = "fixed share of dialysis: share or assistance not as expected, institution not "
             "designated, or sums that do not close",
       .severity = Severity::serious,
       .about = {Kind::person},
       .kinds = {RuleKind::fixed_share},
       .columns = paid_share_columns,
       .judge = fixed_share_settlements},
      {.id = "CHK-44",
       .zh = "限额以上补助不符规定比例或限额，未超过起点而支付困难救助",
       .en = "subsidy above the ceiling not the share of the excess or by the wrong ceiling, or "
             "hardship assistance below its threshold",
       .severity = Severity::serious,
       .about = {Kind::person},
       .kinds = {RuleKind::above_ceiling, RuleKind::hardship},
       .columns = assistance_columns,
       .judge = assistance_paid},
  };
}

}  // namespace kinledger::projections

// The unit medical subsidy (单位医疗补助): CHK-14 and CHK-17 to 21. What was paid back whole is no
// longer looked at.
#include <algorithm>

#include "projections/checks/cells.h"
#include "projections/checks/inspection.h"
#include "projections/checks/topics.h"
#include "projections/judgments/sums.h"
#include "projections/judgments/units.h"
#include "projections/questions/answer_writer.h"

namespace kinledger::projections {
namespace {

using ledger::Date;
using ledger::Fen;
using ledger::Field;
using ledger::Sequence;
using ledger::Year;

using Kind = Subject::Kind;

Fen net_of(const Reimbursement& reimbursement) {
  return difference(reimbursement.amount, reimbursement.paid_back);
}

std::vector<Reimbursement> kept_reimbursements(Inspection& inspection) {
  auto kept = inspection.reimbursements();
  std::erase_if(kept, [](const Reimbursement& one) { return net_of(one).value <= 0; });
  return kept;
}

/// What was reimbursed for one settlement year, and is kept.
struct YearOfSubsidies {
  Year year;
  Fen sum;
  std::vector<ledger::UnitId> units;  ///< each once, in the order of payment
  std::vector<Sequence> facts;
};

std::vector<YearOfSubsidies> paid_by_year(Inspection& inspection) {
  std::vector<YearOfSubsidies> years;
  for (const auto& one : kept_reimbursements(inspection)) {
    auto at = std::ranges::find(years, one.settlement_year, &YearOfSubsidies::year);
    if (at == years.end()) at = years.insert(at, YearOfSubsidies{one.settlement_year, {}, {}, {}});
    add_up(at->sum, net_of(one));
    if (std::ranges::find(at->units, one.unit) == at->units.end()) at->units.push_back(one.unit);
    at->facts.push_back(one.sequence);
    at->facts.insert(at->facts.end(), one.reversals.begin(), one.reversals.end());
  }
  std::ranges::sort(years, {}, &YearOfSubsidies::year);
  return years;
}

/// The rule of a kind that governs a settlement year, or null.
// ---------------------------------------------------------------- units out of scope

constexpr Heading out_of_scope_columns[] = {
    {"act", "事项", "act", "code", {}, "binding|reimbursement"},
    {"actOn", "日期", "on", "date"},
    {"unitType", "单位类型", "type of the unit", "code", {}, "of unitType"},
    {"fullGuarantee", "财政全额保障", "fully guaranteed", "yesNo"},
    {"fiscalLevel", "财政级次", "fiscal level", "code", {}, "of fiscalLevel"},
};

/// What a unit did about the child.
struct UnitAct {
  Word word;
  Sequence fact;
  ledger::UnitId unit;
  Date on;
};

std::vector<UnitAct> acts_of_units(Inspection& inspection) {
  const Word bound{"binding", {"关系绑定", "binding"}};
  const Word reimbursed{"reimbursement", {"报销", "reimbursement"}};
  std::vector<UnitAct> acts;
  for (const auto& binding : inspection.bindings()) {
    if (binding.is_legacy_link || binding.period.from > inspection.on()) continue;
    acts.push_back({bound, binding.sequence, binding.unit, binding.period.from});
  }
  for (const auto& one : kept_reimbursements(inspection))
    acts.push_back({reimbursed, one.sequence, one.unit, one.paid_on});
  return acts;
}

bool is_ruled(Inspection& inspection, RuleKind kind, Date on) {
  return inspection.rules().first_rule(kind, inspection.jurisdiction(), on) != nullptr;
}

void units_out_of_scope(Inspection& inspection) {
  auto& knowledge = inspection.knowledge();
  const auto& rules = inspection.rules();
  for (const auto& act : acts_of_units(inspection)) {
    if (!is_ruled(inspection, RuleKind::unit_scope, act.on)) continue;
    const auto scope = unit_in_scope(knowledge, act.unit, inspection.jurisdiction(), act.on);
    if (scope.truth == Truth::yes) continue;
    if (scope.truth == Truth::unknown) {
      const auto why = undetermined_by(scope, rules, inspection.jurisdiction());
      inspection.undecided({why, {act.fact}, act.unit});
      continue;
    }
    const auto state = unit_state(knowledge.unit_itself(act.unit), act.on).value_or(UnitState{});
    auto facts = scope.steps.front().facts;
    facts.push_back(act.fact);
    const auto& guarantee = state.full_guarantee;
    inspection.report({.rule = scope.steps.front().rule,
                       .facts = std::move(facts),
                       .backing = scope.backing,
                       .cells = {{act.word},
                                 {act.on},
                                 {word_of_code(rules, "unitType", state.type)},
                                 cell_or_none(guarantee),
                                 {word_of_code(rules, "fiscalLevel", state.fiscal_level)}},
                       .unit = act.unit});
  }
}

// ---------------------------------------------------------------- children without the subsidy

constexpr Heading not_eligible_columns[] = {
    {"settlementYear", "结算年度", "settlement year", "year"},
    {"reason", "原因", "reasons", "list"},
    {"because", "说明", "because", "text"},
    {"amount", "金额（净额）", "amount, net", "money"},
};

Word reason_word(const std::string& code) {
  if (code == "eligibility") return {code, {"不符合参保条件", "does not meet the conditions"}};
  if (code == "scheme") return {code, {"参加其他险种或未参保", "in another scheme, or in none"}};
  if (code == "payment") return {code, {"未缴清保费", "premium not paid"}};
  if (code == "unit") return {code, {"单位不在适用范围内", "unit out of scope"}};
  if (code == "late_binding") return {code, {"未按时办理关系绑定", "not bound in time"}};
  return {code, {"不符合其他条件", "fails another condition"}};
}

/// What a unit out of scope did on that day is told of the unit's acts.
bool is_told_of_the_unit(Inspection& inspection, Year year) {
  return std::ranges::any_of(kept_reimbursements(inspection), [&](const Reimbursement& one) {
    if (one.settlement_year != year) return false;
    const auto scope =
        unit_in_scope(inspection.knowledge(), one.unit, inspection.jurisdiction(), one.paid_on);
    return scope.truth == Truth::no;
  });
}

/// Every condition that fails. What rests on the surest of them is said with its certainty.
struct Failed {
  std::vector<Word> reasons;
  std::vector<Cause> causes;
  std::vector<Sequence> facts;
  const Rule* exclusion = nullptr;  ///< the rule that names the other scheme
  bool is_the_unit_alone = true;
};

Failed failed_in(const SubsidyJudgment& subsidy) {
  Failed failed;
  for (const auto& [code, ruling] : subsidy.conditions) {
    if (ruling.truth != Truth::no) continue;
    failed.reasons.push_back(reason_word(code));
    failed.causes.insert(failed.causes.end(), ruling.causes.begin(), ruling.causes.end());
    if (code != "unit") failed.is_the_unit_alone = false;
    add_facts(failed.facts, ruling.steps);
    for (const auto& step : ruling.steps) {
      if (step.rule->kind() == RuleKind::subsidy_exclusion) failed.exclusion = step.rule;
    }
  }
  return failed;
}

void tell_not_eligible(Inspection& inspection, const YearOfSubsidies& paid) {
  const Rule* rule = inspection.rule_of(RuleKind::subsidy, paid.year);
  if (rule == nullptr) return;
  const auto& subsidy = inspection.subsidy(paid.year);
  if (subsidy.ruling.truth == Truth::yes) return;
  if (subsidy.ruling.truth == Truth::unknown) {
    inspection.undecided(subsidy.ruling, paid.facts);
    return;
  }
  auto failed = failed_in(subsidy);
  if (failed.is_the_unit_alone && is_told_of_the_unit(inspection, paid.year)) return;
  failed.facts.insert(failed.facts.end(), paid.facts.begin(), paid.facts.end());
  inspection.report(
      {.rule = failed.exclusion != nullptr ? failed.exclusion : rule,
       .facts = std::move(failed.facts),
       .backing = subsidy.ruling.backing,
       .backing_is_whole = true,
       .cells = {{paid.year}, {std::move(failed.reasons)}, {joined(failed.causes)}, {paid.sum}},
       .unit = paid.units.front()});
}

void not_eligible(Inspection& inspection) {
  for (const auto& paid : paid_by_year(inspection)) tell_not_eligible(inspection, paid);
}

// ---------------------------------------------------------------- paid in another year

constexpr Heading wrong_year_columns[] = {
    {"settlementYear", "结算年度", "settlement year", "year"},
    {"paidOn", "报销日期", "paid on", "date"},
    {"timing", "情形", "timing", "code", {}, "early|late"},
};

void paid_in_wrong_year(Inspection& inspection) {
  const Word early{"early", {"提前", "early"}};
  const Word late{"late", {"逾期", "late"}};
  for (const auto& one : kept_reimbursements(inspection)) {
    Steps steps;
    const auto window = reimbursement_window(inspection.rules(), inspection.jurisdiction(),
                                             one.settlement_year, steps);
    if (!window.value || contains(*window.value, one.paid_on)) continue;
    inspection.report({.rule = steps.front().rule,
                       .facts = {one.sequence},
                       .backing = window.backing,
                       .cells = {{one.settlement_year},
                                 {one.paid_on},
                                 {one.paid_on < window.value->from ? early : late}},
                       .unit = one.unit});
  }
}

// ---------------------------------------------------------------- more than the settlement gives

constexpr Heading above_columns[] = {
    {"settlementYear", "结算年度", "settlement year", "year"},
    {"eligible", "可享受补助金额", "eligible", "money"},
    {"reimbursed", "已报销（净额）", "reimbursed, net", "money"},
    {"excess", "超额", "excess", "money"},
    {"deductiblePart", "其中起付标准（至多）", "of it deductible, at the most", "money"},
};

/// What the settlement information that was received for a year says.
struct Stated {
  Sequence fact;
  Fen eligible;
  std::optional<Fen> deductible;
};

std::optional<Stated> stated_for(Inspection& inspection, Year year) {
  const Fact* annual =
      annual_settlement(inspection.dossier(), inspection.jurisdiction(), year, inspection.on());
  if (annual == nullptr) return std::nullopt;
  return Stated{annual->sequence,
                annual->event.money(Field::subsidy_eligible_amount).value_or(Fen{}),
                annual->event.money(Field::deductible_total)};
}

void above_eligible(Inspection& inspection) {
  for (const auto& paid : paid_by_year(inspection)) {
    const Rule* base = inspection.rule_of(RuleKind::reimbursable_base, paid.year);
    const Rule* window = inspection.rule_of(RuleKind::reimbursement_window, paid.year);
    const auto stated = stated_for(inspection, paid.year);
    if (!stated || (base == nullptr && window == nullptr)) continue;
    const Fen excess = difference(paid.sum, stated->eligible);
    if (excess.value <= 0) continue;
    const Fen of_deductible = std::min(excess, stated->deductible.value_or(Fen{}));
    auto facts = paid.facts;
    facts.push_back(stated->fact);
    const bool by_base = window == nullptr || (base != nullptr && of_deductible.value > 0);
    Backing backing;
    backing.weaken(ledger::Certainty::derived);
    inspection.report(
        {.rule = by_base ? base : window,
         .facts = std::move(facts),
         .backing = std::move(backing),
         .cells = {{paid.year}, {stated->eligible}, {paid.sum}, {excess}, {of_deductible}},
         .unit = paid.units.front()});
  }
}

// ---------------------------------------------------------------- reimbursed twice

constexpr Heading twice_columns[] = {
    {"settlementYear", "结算年度", "settlement year", "year"},
    {"units", "报销单位数", "units", "count"},
    {"otherUnit", "另一单位", "the other unit", "unit"},
    {"reimbursed", "已报销（净额）", "reimbursed, net", "money"},
    {"excess", "超额", "excess", "money"},
};

void reimbursed_twice(Inspection& inspection) {
  for (const auto& paid : paid_by_year(inspection)) {
    const Rule* rule = inspection.rule_of(RuleKind::reimbursement_window, paid.year);
    if (rule == nullptr) continue;
    auto facts = paid.facts;
    std::optional<Fen> excess;
    if (const auto stated = stated_for(inspection, paid.year)) {
      excess = not_below_zero(difference(paid.sum, stated->eligible));
      facts.push_back(stated->fact);
    }
    const bool is_above = excess && excess->value > 0;
    const bool by_several = paid.units.size() > 1;
    if (!is_above && !by_several) continue;
    Backing backing;
    backing.weaken(ledger::Certainty::derived);
    if (by_several) {
      // The documents do not say that one unit alone may pay.
      backing.rely_on(inspection.rules()
                          .reading(Convention::reimbursing_unit, inspection.jurisdiction(),
                                   ledger::first_day(paid.year))
                          .point);
    }
    inspection.report({.rule = rule,
                       .facts = std::move(facts),
                       .backing = std::move(backing),
                       .cells = {{paid.year},
                                 count_cell(static_cast<std::int64_t>(paid.units.size())),
                                 by_several ? Value{paid.units[1]} : none(),
                                 {paid.sum},
                                 cell_or_none(excess)},
                       .unit = paid.units.front()});
  }
}

// ---------------------------------------------------------------- without settlement information

constexpr Heading without_settlement_columns[] = {
    {"missing", "缺少", "missing", "code", {}, "annual_settlement"},
    {"settlementYear", "结算年度", "settlement year", "year"},
    {"paidOn", "报销日期", "paid on", "date"},
    {"amount", "金额（净额）", "amount, net", "money"},
};

void without_settlement(Inspection& inspection) {
  const Word missing{"annual_settlement", {"年度结算信息", "annual settlement information"}};
  for (const auto& one : kept_reimbursements(inspection)) {
    const Rule* rule = inspection.rule_of(RuleKind::reimbursement_window, one.settlement_year);
    if (rule == nullptr || stated_for(inspection, one.settlement_year)) continue;
    inspection.report({.rule = rule,
                       .facts = {one.sequence},
                       .cells = {{missing}, {one.settlement_year}, {one.paid_on}, {net_of(one)}},
                       .unit = one.unit});
  }
}

}  // namespace

std::vector<Check> subsidy_checks() {
  return {
      {.id = "CHK-14",
       .zh = "不在适用范围的单位办理关系绑定或报销",
       .en = "binding to a unit, or reimbursement by one, that was out of scope on the day",
       .severity = Severity::serious,
       .about = {Kind::person},
       .kinds = {RuleKind::unit_scope},
       .columns = out_of_scope_columns,
       .judge = units_out_of_scope},
      {.id = "CHK-17",
       .zh = "为该年度不符合条件的子女报销单位医疗补助",
       .en = "reimbursement for a child without the subsidy in that year",
       .severity = Severity::serious,
       .about = {Kind::person},
       .kinds = {RuleKind::subsidy},
       .columns = not_eligible_columns,
       .judge = not_eligible},
      {.id = "CHK-18",
       .zh = "报销不在规定年份",
       .en = "reimbursed in another year than the rules say",
       .severity = Severity::warning,
       .about = {Kind::person},
       .kinds = {RuleKind::reimbursement_window},
       .columns = wrong_year_columns,
       .judge = paid_in_wrong_year},
      {.id = "CHK-19",
       .zh = "报销超出可享受补助金额，或含起付标准",
       .en = "more reimbursed than is eligible, or the deductible with it",
       .severity = Severity::serious,
       .about = {Kind::person},
       .kinds = {RuleKind::reimbursable_base, RuleKind::reimbursement_window},
       .columns = above_columns,
       .judge = above_eligible},
      {.id = "CHK-20",
       .zh = "同一子女同一年度由多个单位报销，或合计超出可享受补助金额",
       .en = "a child's year reimbursed by several units, or above what is eligible in all",
       .severity = Severity::serious,
       .about = {Kind::person},
       .kinds = {RuleKind::reimbursement_window},
       .columns = twice_columns,
       .judge = reimbursed_twice},
      {.id = "CHK-21",
       .zh = "没有年度结算信息即报销",
       .en = "reimbursed without the annual settlement information",
       .severity = Severity::warning,
       .about = {Kind::person},
       .kinds = {RuleKind::reimbursement_window},
       .columns = without_settlement_columns,
       .judge = without_settlement},
  };
}

}  // namespace kinledger::projections

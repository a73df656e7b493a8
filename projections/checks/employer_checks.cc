// Employers: contribution bases (CHK-40), and arrears with what they lead to (CHK-41).
//
// Nobody records a suspension or a restoration: they follow by rule. What the records show is who
// paid for care on the days that they cover, and the limits that were ordered.
#include <algorithm>
#include <set>

#include "projections/checks/acts.h"
#include "projections/checks/cells.h"
#include "projections/checks/inspection.h"
#include "projections/checks/topics.h"
#include "projections/checks/visits.h"
#include "projections/judgments/employers.h"
#include "projections/judgments/not_recorded.h"
#include "projections/judgments/settlement.h"
#include "projections/judgments/units.h"
#include "projections/questions/answer_writer.h"

namespace kinledger::projections {
namespace {

using ledger::Date;
using ledger::EventType;
using ledger::Fen;
using ledger::Field;
using ledger::Month;
using ledger::Sequence;
using ledger::UnitId;

using Kind = Subject::Kind;

// ---------------------------------------------------------------- contribution bases

constexpr Heading low_base_columns[] = {
    {"month", "费款所属月", "month", "month"},
    {"reason", "情形", "reason", "code", {}, "base|total"},
    {"expectedBase", "应有基数或合计", "expected base or total", "money"},
    {"recorded", "登记金额", "recorded", "money"},
};

const Word wrong_base{"base", {"缴费基数不符", "a base is not the expected one"}};
const Word wrong_total{"total", {"工资总额不符", "the wage total is not the sum of the bases"}};

/// Months that a contribution or a base was assessed for.
std::set<Month> assessed_months(Inspection& inspection) {
  std::set<Month> months;
  for (const auto type :
       {EventType::employer_contribution_assessed, EventType::employer_contribution_base_assessed})
    for (const auto* fact : inspection.acts(type))
      if (const auto month = fact->event.month(Field::month)) months.insert(*month);
  return months;
}

/// Whether the rounding of a bound alone says if a base that is recorded, or the total, is right.
bool bases_hang_on_rounding(const WageBases& bases) {
  const auto& total = *bases.total_share.value;
  return (bases.recorded_total && total.is_open_whether(*bases.recorded_total)) ||
         std::ranges::any_of(bases.employees, [](const EmployeeBase& employee) {
           return employee.expected_share.value->is_open_whether(employee.recorded);
         });
}

void compare_total(Inspection& inspection, Month month, WageBases bases) {
  const auto& step = bases.steps.front();
  if (bases.employees.empty()) {
    inspection.undecided(bases.conform, step.facts);
  } else if (bases.total_share.undetermined) {
    inspection.undecided({*bases.total_share.undetermined, step.facts});
  } else if (bases.recorded_total && !bases.total_share.value->may_be(*bases.recorded_total)) {
    inspection.report({.rule = rule_saying(inspection.rules(), step.rule->as<WageBase>().total_rule,
                                           *step.rule, ledger::first_day(month)),
                       .facts = step.facts,
                       .backing = bases.total_share.backing,
                       .cells = {{month},
                                 {wrong_total},
                                 AnswerWriter::value_of(bases.total),
                                 {*bases.recorded_total}}});
  } else if (bases_hang_on_rounding(bases)) {
    inspection.undecided({*bases.total.undetermined, step.facts});
  }
}

void contribution_bases(Inspection& inspection) {
  for (const auto month : assessed_months(inspection)) {
    // Of a month before the rule the documents say nothing.
    if (inspection.rules()
            .rules_of(RuleKind::wage_base, inspection.jurisdiction(), ledger::first_day(month))
            .empty())
      continue;
    auto bases =
        judge_wage_bases(inspection.knowledge(), {.unit = inspection.unit(),
                                                  .jurisdiction = inspection.jurisdiction(),
                                                  .month = month,
                                                  .on = inspection.on()});
    for (const auto& employee : bases.employees) {
      const auto& expected = employee.expected_share;
      if (!expected.value || expected.value->may_be(employee.recorded)) continue;
      inspection.report({.rule = bases.steps.front().rule,
                         .facts = {employee.sequence},
                         .backing = expected.backing,
                         .cells = {{month},
                                   {wrong_base},
                                   AnswerWriter::value_of(employee.expected),
                                   {employee.recorded}},
                         .person = employee.person});
    }
    compare_total(inspection, month, std::move(bases));
  }
}

// ---------------------------------------------------------------- arrears

constexpr Heading arrears_check_columns[] = {
    {"month", "欠费月", "month in arrears", "month"},
    {"reason",
     "情形",
     "reason",
     "code",
     {},
     "limit_too_long|not_suspended|restored_early|employer_liable|not_restored"},
    {"expected", "按规定的日期", "date by the rule", "date"},
    {"recorded", "登记的日期", "date recorded", "date"},
    {"paid", "已支付", "paid", "money"},
};

const Word limit_too_long{"limit_too_long",
                          {"责令期限超过一般期限", "the limit is longer than in general"}};
const Word not_suspended{"not_suspended", {"应暂停而由基金支付", "the fund paid though suspended"}};
const Word restored_early{"restored_early",
                          {"恢复之前由基金支付", "the fund paid before the restoration"}};
const Word employer_liable{"employer_liable",
                           {"应由单位承担而由基金支付", "the fund paid what the employer owes"}};
const Word not_restored{"not_restored",
                        {"应恢复而由单位承担", "the employer bears care after the restoration"}};

void ordered_limits(Inspection& inspection) {
  for (const auto* order : inspection.acts(EventType::arrears_order_issued)) {
    const auto limit = judge_order_limit(inspection.rules(), inspection.jurisdiction(), *order);
    if (limit.rule == nullptr || limit.ok.truth != Truth::no) continue;
    // The documents say "in general" (一般), so that it is a warning.
    inspection.report({.rule = rule_saying(inspection.rules(), limit.rule->as<Arrears>().limit_rule,
                                           *limit.rule, act_date(*order)),
                       .facts = {order->sequence},
                       .backing = limit.ok.backing,
                       .cells = {cell_or_none(order->event.month(Field::first_month)),
                                 {limit_too_long},
                                 {ledger::add_days(act_date(*order), limit.days_max)},
                                 cell_or_none(order->event.date(Field::limit_to)),
                                 none()},
                       .severity = Severity::warning});
  }
}

/// One month of an employer that has consequences for its members.
struct ArrearsMonth {
  UnitId unit;
  Month month;
  ArrearsJudgment judged;

  const Rule* rule() const { return judged.steps.front().rule; }
  const std::vector<Sequence>& facts() const { return judged.steps.front().facts; }
  bool suspends(Date day) const { return *judged.suspended_from.value <= day; }
  /// The first day after the suspension, where there is one.
  std::optional<Date> restored_from() const { return judged.restored_from.value; }
};

/// A member's care or the payment of it, on a day that a suspension may cover.
struct CareGiven {
  const Fact* fact = nullptr;
  Date on;       ///< of the service
  Date paid_on;  ///< of the payment, as far as it is recorded
  Fen by_fund;
  Fen by_employer;
  bool is_known_as_paid = false;  ///< that the payment was made by `paid_on`
};

/// The settlements of one person against the arrears of its employers.
class MemberCare {
 public:
  explicit MemberCare(Inspection& inspection) : inspection_(inspection) {}

  void judge() {
    const auto settlements = inspection_.acts(EventType::medical_settlement_recorded);
    const auto retroactive = inspection_.acts(EventType::retroactive_settlement_recorded);
    if (settlements.empty() && retroactive.empty()) return;
    find_arrears();
    if (arrears_.empty()) return;
    for (const auto* fact : settlements) {
      CareGiven care{.fact = fact,
                     .on = act_date(*fact),
                     .paid_on = act_date(*fact),
                     .by_fund = insurance_paid(fact->event).value_or(Fen{}),
                     .by_employer = fact->event.money(Field::employer_paid).value_or(Fen{}),
                     .is_known_as_paid = fact->event.flag(Field::direct) == true};
      if (!is_own_insurance(*fact)) compare(care, std::nullopt);
    }
    for (const auto* fact : retroactive) compare_retroactive(*fact);
  }

 private:
  void find_arrears() {
    std::set<UnitId> employers;
    for (const auto type :
         {EventType::employment_recorded, EventType::employer_contribution_base_assessed})
      for (const auto* fact : inspection_.acts(type))
        if (const auto unit = fact->event.unit(Field::unit)) employers.insert(*unit);
    for (const auto& unit : employers) find_arrears_of(unit);
    std::ranges::stable_sort(arrears_, {}, &ArrearsMonth::month);
  }

  void find_arrears_of(const UnitId& unit) {
    auto& knowledge = inspection_.knowledge();
    const auto jurisdiction = jurisdiction_of_unit(knowledge, unit);
    for (const auto month : contribution_months(knowledge.unit_itself(unit))) {
      auto judged = judge_arrears(
          knowledge,
          {.unit = unit, .jurisdiction = jurisdiction, .month = month, .on = inspection_.on()});
      // Without a date no rule speaks of the month, or it is not known whether it was paid in time.
      if (judged.state_open)
        inspection_.undecided(
            {*judged.state_open,
             judged.steps.empty() ? std::vector<Sequence>() : judged.steps.front().facts, unit});
      if (judged.suspended_from.value && !judged.suspends_nobody())
        arrears_.push_back({unit, month, std::move(judged)});
    }
  }

  /// A scheme that the person paid for on its own is not the employer's.
  bool is_own_insurance(const Fact& settlement) {
    const auto scheme = settlement.event.text(Field::scheme);
    const auto year = settlement_year_of(settlement);
    return !scheme.empty() &&
           std::ranges::any_of(payments_made(inspection_), [&](const Payment* payment) {
             return payment->year == year && payment->scheme == scheme &&
                    payment->payer != ledger::PayerKind::unit;
           });
  }

  /// Whether the person was a member through the employer: employed on the day, or with a base
  /// assessed for its month. Unknown where only the month in arrears is known of.
  Truth is_member(const ArrearsMonth& arrears, Date day) {
    bool has_employment = false;
    for (const auto* fact : inspection_.acts(EventType::employment_recorded)) {
      if (fact->event.unit(Field::unit) != arrears.unit) continue;
      has_employment = true;
      const auto until = fact->event.date(Field::until);
      if (act_date(*fact) <= day && (!until || day < *until)) return Truth::yes;
    }
    bool was_assessed = false;
    bool is_elsewhere = false;
    for (const auto* fact : inspection_.acts(EventType::employer_contribution_base_assessed)) {
      const bool is_same_unit = fact->event.unit(Field::unit) == arrears.unit;
      const auto month = fact->event.month(Field::month);
      if (month == ledger::month_of(day)) {
        if (is_same_unit) return Truth::yes;
        is_elsewhere = true;
      }
      was_assessed = was_assessed || (is_same_unit && month == arrears.month);
    }
    if (was_assessed && !has_employment && !is_elsewhere) return Truth::unknown;
    return Truth::no;
  }

  void compare_retroactive(const Fact& fact) {
    const auto settlement = fact.event.fact(Field::settlement);
    const auto* original = settlement ? inspection_.dossier().find(*settlement) : nullptr;
    if (original == nullptr) {
      inspection_.undecided(
          {not_recorded("补结算所对应的原结算", "the settlement that was settled again"),
           {fact.sequence}});
      return;
    }
    compare({.fact = &fact,
             .on = act_date(*original),
             .paid_on = act_date(fact),
             .by_fund = fact.event.money(Field::amount).value_or(Fen{}),
             .by_employer = {},
             .is_known_as_paid = true},
            fact.event.unit(Field::unit));
  }

  /// What is wrong with who paid, or why that cannot be told; neither where nothing is wrong.
  struct Verdict {
    const Word* reason = nullptr;
    std::optional<Undetermined> open = {};
  };

  /// Against each month in arrears: what is certain comes before what is open.
  void compare(const CareGiven& care, const std::optional<UnitId>& unit) {
    std::optional<Undecided> open;
    const ArrearsMonth* restored = nullptr;
    bool may_be_employers = false;
    for (const auto& arrears : arrears_) {
      if ((unit && *unit != arrears.unit) || !arrears.suspends(care.on)) continue;
      const auto membership = is_member(arrears, care.on);
      if (membership == Truth::no) continue;
      const auto payer = payer_on(arrears.judged, care.on);
      auto verdict = verdict_on(care, arrears, payer);
      if (verdict.reason != nullptr && membership == Truth::yes) {
        report(care, arrears, *verdict.reason, payer.backing);
        return;
      }
      if (verdict.reason != nullptr)
        verdict.open = not_recorded("就医当日的任职或当月缴费基数",
                                    "employment on the day of care, or a base of its month");
      if (verdict.open) open = {*std::move(verdict.open), facts_of(care, arrears), arrears.unit};
      const auto from = arrears.restored_from();
      const bool is_over = from && *from <= care.on;
      if (is_over && membership == Truth::yes) restored = &arrears;
      may_be_employers = may_be_employers || !is_over;
    }
    if (open) {
      inspection_.undecided(*std::move(open));
    } else if (restored != nullptr && !may_be_employers && care.by_fund.value == 0 &&
               care.by_employer.value > 0) {
      report(care, *restored, not_restored, restored->judged.restored_from.backing);
    }
  }

  static Verdict verdict_on(const CareGiven& care, const ArrearsMonth& arrears,
                            const Judged<Word>& payer) {
    using enum ArrearsJudgment::State;
    if (care.by_fund.value <= 0) return {};
    if (payer.undetermined) return {nullptr, *payer.undetermined};
    const auto& judged = arrears.judged;
    if (judged.state == overdue) return {&employer_liable};
    const bool was_paid_before =
        care.is_known_as_paid && judged.paid_in_full_on && care.paid_on < *judged.paid_in_full_on;
    if (judged.state == paid_late && !was_paid_before)
      return {nullptr, judged.restored_from.undetermined};
    const auto from = arrears.restored_from();
    if (!from) return {care.on == care.paid_on ? &not_suspended : &restored_early};
    // In the end the fund bears the care of the suspension: only a payment that is known to have
    // been made before the restoration was too early.
    if (care.on >= *from || care.paid_on >= *from || !care.is_known_as_paid) return {};
    return {was_paid_before ? &not_suspended : &restored_early};
  }

  static std::vector<Sequence> facts_of(const CareGiven& care, const ArrearsMonth& arrears) {
    auto facts = arrears.facts();
    facts.push_back(care.fact->sequence);
    return facts;
  }

  const Rule* rule_of(const ArrearsMonth& arrears, const Word& reason) const {
    const auto& rules = arrears.rule()->as<Arrears>();
    const auto& id = &reason == &employer_liable ? rules.employer_rule
                     : &reason == &not_suspended ? arrears.rule()->id
                                                 : rules.restored_rule;
    return rule_saying(inspection_.rules(), id, *arrears.rule(), ledger::first_day(arrears.month));
  }

  void report(const CareGiven& care, const ArrearsMonth& arrears, const Word& reason,
              const Backing& backing) {
    const bool is_restoration = &reason == &restored_early || &reason == &not_restored;
    const auto& expected =
        is_restoration ? arrears.judged.restored_from : arrears.judged.suspended_from;
    auto whole = arrears.judged.backing;
    whole.add(expected.backing);
    whole.add(backing);
    inspection_.report({.rule = rule_of(arrears, reason),
                        .facts = facts_of(care, arrears),
                        .backing = std::move(whole),
                        .cells = {{arrears.month},
                                  {reason},
                                  AnswerWriter::value_of(expected),
                                  {care.paid_on},
                                  {&reason == &not_restored ? care.by_employer : care.by_fund}},
                        .unit = arrears.unit});
  }

  Inspection& inspection_;
  std::vector<ArrearsMonth> arrears_;  ///< by month
};

void arrears_consequences(Inspection& inspection) {
  if (inspection.subject().kind == Kind::unit) {
    ordered_limits(inspection);
  } else {
    MemberCare(inspection).judge();
  }
}

}  // namespace

std::vector<Check> employer_checks() {
  return {
      {.id = "CHK-40",
       .zh = "缴费基数超出上下限或与应有基数不符，单位工资总额与各基数之和不符",
       .en = "contribution base outside of its bounds or not as expected, or a wage total that is "
             "not the sum",
       .severity = Severity::serious,
       .about = {Kind::unit},
       .kinds = {RuleKind::wage_base},
       .columns = low_base_columns,
       .judge = contribution_bases},
      {.id = "CHK-41",
       .zh = "单位欠费：责令期限过长，暂停期内由基金支付，提前恢复或未恢复",
       .en = "arrears of an employer: limit too long, paid by the fund though suspended, restored "
             "early or not",
       .severity = Severity::serious,
       .about = {Kind::unit, Kind::person},
       .kinds = {RuleKind::arrears},
       .columns = arrears_check_columns,
       .judge = arrears_consequences},
  };
}

}  // namespace kinledger::projections

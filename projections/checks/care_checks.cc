// Care elsewhere (异地就医): refused where no filing is needed, or paid as at home where one is
// (CHK-46).
//
// A settlement does not say by which rates it was paid, nor why nothing was: what shows is a fund
// that pays nothing of covered costs above the deductible, and one that pays the share at home.
#include "projections/checks/inspection.h"
#include "projections/checks/topics.h"
#include "projections/judgments/care.h"
#include "projections/judgments/not_recorded.h"
#include "projections/judgments/settlement.h"
#include "projections/judgments/sums.h"
#include "projections/questions/answer_writer.h"

namespace kinledger::projections {
namespace {

using ledger::CareClass;
using ledger::EventType;
using ledger::Fen;
using ledger::Field;

using Kind = Subject::Kind;

constexpr Heading care_columns[] = {
    {"serviceOn", "就医日期", "day of care", "date"},
    {"area", "就医地", "area of the care", "text"},
    {"filing", "已备案", "a filing is in force", "yesNo"},
    {"reason", "情形", "reason", "code", {}, "refused|urban_rate"},
    {"treatment", "应按待遇", "treatment by the rule", "code", {}, "of treatment"},
    {"inScope", "范围内费用", "costs in scope", "money"},
    {"paid", "基金支付", "paid by the fund", "money"},
};

const Word refused_payment{"refused",
                           {"免备案而未予支付", "nothing was paid though no filing is needed"}};
const Word urban_rate{"urban_rate",
                      {"未备案而按市区比例支付", "paid at the urban rate without a filing"}};

/// A settlement of care elsewhere, with what it says of the money.
struct CareElsewhere {
  const Fact& fact;
  ledger::Area area;
  CareJudgment judged;
  Fen in_scope;
  Fen deductible;
  Fen paid;
};

void report_care(Inspection& inspection, const CareElsewhere& care, const Word& reason,
                 Backing backing) {
  inspection.report(
      {.rule = care.judged.rule,
       .facts = {care.fact.sequence},
       .backing = std::move(backing),
       .cells = {{act_date(care.fact)},
                 {std::to_string(care.area.code)},
                 {care.judged.filing != nullptr},
                 {reason},
                 {word_of_code(inspection.rules(), "treatment", care.judged.treatment())},
                 {care.in_scope},
                 {care.paid}}});
}

/// Where no filing is needed: the fund pays as at home, so that nothing above the deductible left
/// unpaid on a covered day is a refusal.
void compare_without_filing(Inspection& inspection, const CareElsewhere& care) {
  if (care.judged.filing != nullptr || care.paid.value > 0) return;
  if (!care.fact.event.money(Field::basic_paid) || care.in_scope.value == 0) return;
  const auto* span = inspection.timeline().on(act_date(care.fact));
  if (span == nullptr) return;
  if (span->open) {
    inspection.undecided({*span->open, {care.fact.sequence}});
    return;
  }
  if (span->state != CoverageState::covered) return;
  if (!care.fact.event.money(Field::deductible)) {
    inspection.undecided({not_recorded("起付标准", "the deductible"), {care.fact.sequence}});
  } else if (care.in_scope <= care.deductible) {
    return;
  } else if (care.fact.event.flag(Field::direct) == false) {
    inspection.undecided({not_recorded("垫付后在经办机构的结算",
                                       "the settlement at the agency after the payment in full"),
                          {care.fact.sequence}});
  } else {
    report_care(inspection, care, refused_payment, span->backing);
  }
}

/// What the rules at home would pay of the settlement: where every band has the same share.
Judged<Rounded> urban_payment(Inspection& inspection, const CareElsewhere& care) {
  const auto unknown = no_rule("没有已采用的规则规定该类医疗在市区的支付比例",
                               "no adopted rule says what the fund pays of such care at home");
  if (care.fact.event.as<CareClass>(Field::care_class) != CareClass::inpatient)
    return Judged<Rounded>::open(unknown);
  const auto layers =
      judge_settlement(inspection.knowledge(), {.person = inspection.person(),
                                                .jurisdiction = inspection.jurisdiction(),
                                                .year = settlement_year_of(care.fact),
                                                .scheme = care.fact.event.text(Field::scheme),
                                                .on = inspection.on()});
  if (layers.bands.empty())
    return Judged<Rounded>::open(layers.fund_payment.undetermined.value_or(unknown));
  const auto& first = layers.bands.front();
  for (const auto& band : layers.bands) {
    if (band.open) return Judged<Rounded>::open(*band.open);
    if (band.ratio != first.ratio) return Judged<Rounded>::open(unknown);
  }
  const auto base = not_below_zero(difference(care.in_scope, care.deductible));
  return Judged<Rounded>::of(share_of(base, *first.ratio), layers.bands_backing);
}

/// Where a filing is needed and there is none: the rates of temporary care are not those at home.
void compare_unfiled(Inspection& inspection, const CareElsewhere& care) {
  if (care.judged.filing != nullptr || care.paid.value <= 0) return;
  if (care.fact.event.flag(Field::referral) == true) {
    inspection.undecided(
        {not_recorded("转诊备案", "the filing of the transfer"), {care.fact.sequence}});
    return;
  }
  const auto urban = urban_payment(inspection, care);
  if (urban.undetermined) {
    inspection.undecided({*urban.undetermined, {care.fact.sequence}});
  } else if (urban.value->up.value > 0 && care.paid >= urban.value->up) {
    report_care(inspection, care, urban_rate, urban.backing);
  } else if (urban.value->is_open_whether(care.paid)) {
    inspection.undecided(
        {no_whole_fen("分段金额不是整分，取整方式未规定",
                      "the share is no whole fen and no rule says how it is rounded",
                      inspection.rules(), inspection.jurisdiction()),
         {care.fact.sequence}});
  }
}

void care_elsewhere(Inspection& inspection) {
  for (const auto* fact : inspection.acts(EventType::medical_settlement_recorded)) {
    const auto area = fact->event.area(Field::area);
    if (!area || area->code == 0 || lies_in(*area, inspection.jurisdiction())) continue;
    const auto money = [&](Field field) { return fact->event.money(field).value_or(Fen{}); };
    CareElsewhere care{
        .fact = *fact,
        .area = *area,
        .judged = judge_care(inspection.rules(), inspection.dossier(), inspection.jurisdiction(),
                             {.area = *area,
                              .care_class = fact->event.as<CareClass>(Field::care_class),
                              .direct = fact->event.flag(Field::direct),
                              .on = act_date(*fact)}),
        .in_scope = money(Field::in_scope),
        .deductible = money(Field::deductible),
        .paid = money(Field::basic_paid)};
    add_up(care.paid, money(Field::serious_illness_paid));
    if (care.judged.rule == nullptr) continue;
    if (care.judged.entry->filing_needed) {
      compare_unfiled(inspection, care);
    } else {
      compare_without_filing(inspection, care);
    }
  }
}

}  // namespace

std::vector<Check> care_checks() {
  return {
      {.id = "CHK-46",
       .zh = "异地就医：免备案而未予支付，或未备案而按市区比例支付",
       .en = "care elsewhere: nothing paid though no filing is needed, or paid at the urban rate "
             "without a filing",
       .severity = Severity::warning,
       .about = {Kind::person},
       .kinds = {RuleKind::out_of_area_care},
       .columns = care_columns,
       .judge = care_elsewhere},
  };
}

}  // namespace kinledger::projections

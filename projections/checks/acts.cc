#include "projections/checks/acts.h"

#include <algorithm>

#include "projections/judgments/membership.h"
#include "projections/judgments/newborns.h"
#include "projections/judgments/not_recorded.h"
#include "projections/judgments/sums.h"

namespace kinledger::projections {
namespace {

using ledger::Date;
using ledger::EventType;
using ledger::Fen;
using ledger::Field;
using ledger::Year;

bool is_for(const EnrollmentAct& enrollment, const ActFor& act) {
  return (act.scheme.empty() || enrollment.scheme == act.scheme) &&
         (!act.year || enrollment.insurance_year() == *act.year);
}

/// Whether somebody whose last day to apply this is applied by then; `act` itself stands for an
/// application of which there is no record.
Truth applied_by(Date last, Date born, const std::vector<EnrollmentAct>& enrollments,
                 const ActFor& act) {
  bool may_have_applied = last > act.closes;
  bool has_enrollment = false;
  for (const auto& enrollment : enrollments) {
    if (!is_for(enrollment, act)) continue;
    has_enrollment = true;
    const Date applied_on = enrollment.applied_on.value_or(enrollment.handled_on);
    if (born <= applied_on && applied_on <= last) return Truth::yes;
    if (enrollment.applied_on) may_have_applied = false;
  }
  if (!has_enrollment && born <= act.on && act.on <= last) return Truth::yes;
  return may_have_applied ? Truth::unknown : Truth::no;
}

}  // namespace

std::vector<EnrollmentAct> enrollment_acts(Inspection& inspection) {
  std::vector<EnrollmentAct> acts;
  for (const auto* fact : inspection.acts(EventType::enrollment_registered)) {
    const auto& event = fact->event;
    const auto id = event.envelope().fact;
    if (was_rejected(inspection.dossier(), id, inspection.on())) continue;
    acts.push_back({.sequence = fact->sequence,
                    .fact = id,
                    .scheme = std::string(event.text(Field::scheme)),
                    .category = std::string(event.text(Field::category)),
                    .channel = std::string(event.text(Field::channel)),
                    .year = event.year(Field::insurance_year),
                    .kind = event.as<ledger::EnrollmentKind>(Field::kind),
                    .handled_on = act_date(*fact),
                    .applied_on = event.date(Field::applied_on),
                    .agent = event.unit(Field::agent_unit)});
  }
  return acts;
}

Fen paid_by_then(Inspection& inspection, const Payment& payment) {
  if (payment.reversals.empty()) return payment.amount;
  Fen paid_back{};
  for (const auto* reversal : inspection.acts(EventType::payment_reversed)) {
    if (std::ranges::find(payment.reversals, reversal->sequence) != payment.reversals.end())
      add_up(paid_back, reversal->event.money(Field::amount).value_or(Fen{}));
  }
  // A reversal without a payment of its own can be taken from several.
  return {payment.amount.value - std::min(paid_back.value, payment.paid_back.value)};
}

std::vector<const Payment*> payments_made(Inspection& inspection) {
  std::vector<const Payment*> made;
  for (const auto& payment : inspection.payments()) {
    if (payment.paid_on > inspection.on()) continue;
    if (paid_by_then(inspection, payment).value > 0) made.push_back(&payment);
  }
  return made;
}

Truth speaks_of(const Rule& rule, std::optional<Year> year, const Rulebook& rules) {
  bool is_for_certain_years = false;
  for (const Rule* other : rules.rules_of(RuleKind::premium, rule.jurisdiction)) {
    const auto& of_year = other->as<Premium>().insurance_year;
    if (!of_year || other->pack != rule.pack || other->document != rule.document) continue;
    if (of_year == year) return Truth::yes;
    is_for_certain_years = true;
  }
  if (!is_for_certain_years) return Truth::yes;
  return year ? Truth::no : Truth::unknown;
}

Undetermined not_recorded(Inspection& inspection, std::string_view zh, std::string_view en) {
  const auto said = not_recorded(std::string(zh), std::string(en)).why;
  return missing({"record", said.zh, said.en}, inspection.rules(), inspection.jurisdiction());
}

Truth is_newborns_act(Inspection& inspection, const ActFor& act) {
  const auto year = act.year.value_or(ledger::year_of(act.on));
  const auto enrollments = enrollment_acts(inspection);
  Truth is_newborns = Truth::no;
  for (const Rule* rule :
       newborn_rules(inspection.rules(), inspection.jurisdiction(), year, act.on)) {
    const auto& schemes = rule->as<Coverage>().schemes;
    if (!act.scheme.empty() && std::ranges::find(schemes, act.scheme) == schemes.end()) continue;
    const auto enrolled_as_newborn = [&](const EnrollmentAct& enrollment) {
      return enrollment.kind == ledger::EnrollmentKind::newborn && is_for(enrollment, act);
    };
    if (std::ranges::any_of(enrollments, enrolled_as_newborn)) return Truth::yes;
    const auto born = birth_date_of(inspection.dossier());
    if (!born) {
      is_newborns = any_of(is_newborns, Truth::unknown);
      continue;
    }
    const auto last = last_day_to_apply(*rule, *born, inspection.rules());
    if (last.value)
      is_newborns = any_of(is_newborns, applied_by(*last.value, *born, enrollments, act));
  }
  return is_newborns;
}

}  // namespace kinledger::projections

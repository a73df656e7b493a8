#include "projections/judgments/membership.h"

#include <algorithm>
#include <utility>

namespace kinledger::projections {
namespace {

using ledger::Area;
using ledger::Date;
using ledger::EventType;
using ledger::Field;
using ledger::Year;

using Memberships = std::vector<Membership>;

/// The rule that ends the pooling which its members are converted from, or null.
const Rule* end_of_legacy(const Rulebook& rules, Area jurisdiction) {
  const auto conversions = rules.rules_of(RuleKind::conversion, jurisdiction);
  for (const Rule* end : rules.rules_of(RuleKind::scheme_end, jurisdiction)) {
    const auto ends_it = [&](const Rule* conversion) {
      return conversion->as<Conversion>().from_scheme == end->as<SchemeEnd>().scheme;
    };
    if (conversions.empty() || std::ranges::any_of(conversions, ends_it)) return end;
  }
  return nullptr;
}

void add_enrollments(const Dossier& person, Area jurisdiction, Memberships& memberships) {
  for (const auto& fact : person.of(EventType::enrollment_registered)) {
    if (!is_about(fact, person, jurisdiction)) continue;
    const auto& event = fact.event;
    if (was_rejected(person, event.envelope().fact, ledger::date_max)) continue;
    Membership membership;
    membership.scheme = event.text(Field::scheme);
    membership.category = event.text(Field::category);
    membership.handled_on = act_date(fact);
    membership.year =
        event.year(Field::insurance_year).value_or(ledger::year_of(membership.handled_on));
    membership.kind = event.as<ledger::EnrollmentKind>(Field::kind);
    membership.fact = event.envelope().fact;
    membership.facts = {fact.sequence};
    membership.applied_on = event.date(Field::applied_on);
    membership.within_prescribed_time = event.flag(Field::within_prescribed_time);
    membership.waiting_required = event.flag(Field::waiting_required);
    memberships.push_back(std::move(membership));
  }
}

const Rule* converting_rule(const Rulebook& rules, Area jurisdiction, const ledger::EventView& act,
                            Date effective_on) {
  for (const Rule* rule : rules.rules_of(RuleKind::conversion, jurisdiction)) {
    const auto& conversion = rule->as<Conversion>();
    if (conversion.from_scheme == act.text(Field::from_scheme) &&
        conversion.scheme == act.text(Field::scheme) && conversion.effective_on == effective_on) {
      return rule;
    }
  }
  return nullptr;
}

/// An enrollment of kind conversion restates the conversion that is recorded for the same year.
void add_recorded_conversions(const Dossier& person, const Rulebook& rules, Area jurisdiction,
                              Memberships& memberships) {
  for (const auto& fact : person.of(EventType::legacy_member_converted)) {
    if (!is_about(fact, person, jurisdiction)) continue;
    Membership membership;
    membership.origin = Membership::Origin::conversion;
    membership.scheme = fact.event.text(Field::scheme);
    membership.handled_on = act_date(fact);
    membership.year = ledger::year_of(membership.handled_on);
    membership.kind = ledger::EnrollmentKind::conversion;
    membership.fact = fact.event.envelope().fact;
    membership.facts = {fact.sequence};
    membership.conversion = converting_rule(rules, jurisdiction, fact.event, membership.handled_on);
    std::erase_if(memberships, [&](const Membership& other) {
      return other.kind == ledger::EnrollmentKind::conversion &&
             other.scheme == membership.scheme && other.year == membership.year;
    });
    memberships.push_back(std::move(membership));
  }
}

/// Enrolled for the year without ever paying for the scheme of the conversion.
bool chose_otherwise(const Conversion& conversion, Year year, const Memberships& memberships,
                     const std::vector<Payment>& payments) {
  const bool has_paid = std::ranges::any_of(payments, [&](const Payment& payment) {
    return payment.year == year && payment.scheme == conversion.scheme;
  });
  return !has_paid && std::ranges::find(memberships, year, &Membership::year) != memberships.end();
}

/// The rule converts by itself: what the agency has not recorded yet is no reason to call the
/// person uninsured.
void add_due_conversion(ConversionRuling due, const std::vector<Payment>& payments,
                        Memberships& memberships) {
  if (due.rule == nullptr || due.ruling.truth != Truth::yes) return;
  const auto& conversion = due.rule->as<Conversion>();
  const Year year = ledger::year_of(conversion.effective_on);
  const bool is_member = std::ranges::any_of(memberships, [&](const Membership& held) {
    return held.year == year && held.scheme == conversion.scheme;
  });
  if (is_member || chose_otherwise(conversion, year, memberships, payments)) return;
  Membership membership;
  membership.origin = Membership::Origin::conversion_due;
  membership.scheme = conversion.scheme;
  membership.handled_on = conversion.effective_on;
  membership.year = year;
  membership.kind = ledger::EnrollmentKind::conversion;
  membership.conversion = due.rule;
  membership.backing = std::move(due.ruling.backing);
  add_facts(membership.facts, due.ruling.steps);
  memberships.push_back(std::move(membership));
}

/// An end that names no enrollment ends the latest one of its scheme.
Membership* ended_by(Memberships& memberships, const Fact& end, Date ended_on) {
  const auto enrollment = end.event.fact(Field::enrollment);
  Membership* latest = nullptr;
  for (auto& membership : memberships) {
    if (enrollment && membership.fact == enrollment) return &membership;
    const bool is_candidate = !enrollment && membership.scheme == end.event.text(Field::scheme) &&
                              membership.handled_on <= ended_on;
    if (is_candidate && (latest == nullptr || membership.handled_on >= latest->handled_on)) {
      latest = &membership;
    }
  }
  return latest;
}

void apply_ends(const Dossier& person, Area jurisdiction, Memberships& memberships) {
  for (const auto& fact : person.of(EventType::enrollment_ended)) {
    if (!is_about(fact, person, jurisdiction)) continue;
    const Date ended_on = act_date(fact);
    Membership* membership = ended_by(memberships, fact, ended_on);
    if (membership == nullptr) continue;
    if (membership->ended_on && *membership->ended_on <= ended_on) continue;
    membership->ended_on = ended_on;
    membership->end_cause = fact.event.as<ledger::EndCause>(Field::cause);
    membership->facts.push_back(fact.sequence);
  }
}

void add_renewals(const std::vector<Payment>& payments, Memberships& memberships) {
  for (const auto& payment : payments) {
    if (payment.net().value <= 0) continue;
    const Membership* earlier = nullptr;
    bool is_member = false;
    for (const auto& membership : memberships) {
      if (!payment.scheme.empty() && membership.scheme != payment.scheme) continue;
      if (membership.year == payment.year) is_member = true;
      const bool goes_on =
          membership.year < payment.year &&
          (!membership.ended_on || *membership.ended_on > ledger::first_day(payment.year));
      if (goes_on && (earlier == nullptr || membership.year >= earlier->year)) {
        earlier = &membership;
      }
    }
    if (is_member || earlier == nullptr) continue;
    Membership renewal = *earlier;
    renewal.origin = Membership::Origin::renewal;
    renewal.kind = ledger::EnrollmentKind::renewal;
    renewal.year = payment.year;
    renewal.handled_on = ledger::first_day(payment.year);
    // What the agency stated of the earlier year says nothing about this one.
    renewal.applied_on.reset();
    renewal.within_prescribed_time.reset();
    renewal.waiting_required.reset();
    memberships.push_back(std::move(renewal));
  }
}

}  // namespace

bool was_rejected(const Dossier& person, const ledger::FactId& enrollment, Date by) {
  bool rejected = false;
  for (const auto& fact : person.of(EventType::enrollment_reviewed)) {
    if (fact.event.fact(Field::enrollment) != enrollment || act_date(fact) > by) continue;
    rejected = fact.event.as<ledger::YesNo>(Field::approved) == ledger::YesNo::no;
  }
  return rejected;
}

std::vector<LegacyMembership> legacy_memberships(const Dossier& person, const Rulebook& rules,
                                                 Area jurisdiction) {
  std::vector<LegacyMembership> memberships;
  for (const auto& fact : person.of(EventType::legacy_membership_recorded)) {
    if (!is_about(fact, person, jurisdiction)) continue;
    const auto& event = fact.event;
    memberships.push_back({.sequence = fact.sequence,
                           .period = {act_date(fact), event.date(Field::until)},
                           .parent = event.person(Field::parent),
                           .unit = event.unit(Field::unit),
                           .fiscal_level = std::string(event.text(Field::fiscal_level))});
  }
  std::ranges::stable_sort(memberships, {}, [](const auto& held) { return held.period.from; });
  if (memberships.empty()) return memberships;
  if (const Rule* end = end_of_legacy(rules, jurisdiction)) {
    const Date first_day_without = ledger::add_days(end->as<SchemeEnd>().last_day, 1);
    for (auto& membership : memberships) {
      const auto until = membership.period.until;
      if (until && *until < first_day_without) continue;
      membership.period.until = first_day_without;
      membership.ended_by = end;
    }
  }
  return memberships;
}

ConversionRuling conversion_of(Knowledge& knowledge, const ledger::PersonId& person,
                               Area jurisdiction) {
  ConversionRuling result;
  for (const Rule* rule : knowledge.rules().rules_of(RuleKind::conversion, jurisdiction)) {
    const auto& conversion = rule->as<Conversion>();
    auto verdict = evaluate(conversion.condition, person, conversion.effective_on, knowledge);
    // Nothing moves a tested day: no later date changes the outcome.
    verdict.may_change_on.reset();
    const bool decides = result.rule == nullptr || verdict.truth > result.ruling.truth;
    if (!decides) continue;
    result.rule = rule;
    result.ruling = ruling_of(*rule, std::move(verdict), knowledge.rules());
  }
  if (result.rule == nullptr) return result;
  if (const auto birth = birth_date_of(knowledge.person(person))) {
    const Date tested_on = result.rule->as<Conversion>().effective_on;
    result.age_years = ledger::completed_years(*birth, tested_on,
                                               knowledge.rules().age_day(jurisdiction, tested_on));
  }
  return result;
}

std::vector<Membership> memberships_of(Knowledge& knowledge, const ledger::PersonId& person,
                                       Area jurisdiction, const std::vector<Payment>& payments) {
  const auto& dossier = knowledge.person(person);
  Memberships memberships;
  add_enrollments(dossier, jurisdiction, memberships);
  add_recorded_conversions(dossier, knowledge.rules(), jurisdiction, memberships);
  if (!dossier.of(EventType::legacy_membership_recorded).empty()) {
    add_due_conversion(conversion_of(knowledge, person, jurisdiction), payments, memberships);
  }
  apply_ends(dossier, jurisdiction, memberships);
  add_renewals(payments, memberships);
  std::ranges::stable_sort(memberships, {}, [](const Membership& membership) {
    return std::pair(membership.year, membership.handled_on);
  });
  return memberships;
}

}  // namespace kinledger::projections

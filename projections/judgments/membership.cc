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

/// What the agency stated of an enrollment says nothing about what goes on from it.
void forget_statements(Membership& membership) {
  membership.applied_on.reset();
  membership.within_prescribed_time.reset();
  membership.waiting_required.reset();
}

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

/// The membership that an end names, in its latest form by then; without a name the latest one of
/// its scheme. Null if there is none.
Membership* ended_by(Memberships& memberships, const Fact& end, Date ended_on) {
  const auto enrollment = end.event.fact(Field::enrollment);
  const auto scheme = end.event.text(Field::scheme);
  Membership* latest = nullptr;
  for (auto& membership : memberships) {
    const bool is_meant = enrollment
                              ? membership.fact == enrollment
                              : membership.scheme == scheme && membership.handled_on <= ended_on;
    if (!is_meant) continue;
    const bool is_later = latest == nullptr || membership.handled_on >= latest->handled_on;
    if (is_later && (latest == nullptr || membership.handled_on <= ended_on)) latest = &membership;
  }
  return latest;
}

bool is_resumed_by_payment(const Rulebook& rules, Area jurisdiction, const std::string& scheme,
                           Date paid_on) {
  return std::ranges::any_of(
      rules.rules_of(RuleKind::coverage, jurisdiction, paid_on), [&](const Rule* rule) {
        const auto& coverage = rule->as<Coverage>();
        return coverage.resumed_by_payment &&
               std::ranges::find(coverage.schemes, scheme) != coverage.schemes.end();
      });
}

/// Whether a payment after an interruption is for something else: by what it names, or because
/// somebody enrolled since then, again in the scheme or in one that the payment does not exclude.
bool is_for_another(const Payment& payment, const Membership& interrupted,
                    const Memberships& memberships) {
  if (payment.enrollment && payment.enrollment != interrupted.fact) return true;
  if (!payment.scheme.empty() && payment.scheme != interrupted.scheme) return true;
  const bool names_nothing = !payment.enrollment && payment.scheme.empty();
  return std::ranges::any_of(memberships, [&](const Membership& other) {
    const bool began_since =
        other.handled_on >= *interrupted.ended_on && other.handled_on <= payment.paid_on;
    const bool is_again = other.scheme == interrupted.scheme && other.year <= payment.year;
    return began_since && (is_again || (names_nothing && other.year == payment.year));
  });
}

/// The first regular payment for it after an interruption, or null.
const Payment* resuming_payment(const Rulebook& rules, Area jurisdiction,
                                const Memberships& memberships, const Membership& interrupted,
                                const std::vector<Payment>& payments) {
  const Date ended_on = *interrupted.ended_on;
  const auto resumes = [&](const Payment& payment) {
    return payment.is_regular && payment.net().value > 0 && payment.paid_on >= ended_on &&
           payment.year >= ledger::year_of(ended_on) &&
           is_resumed_by_payment(rules, jurisdiction, interrupted.scheme, payment.paid_on) &&
           !is_for_another(payment, interrupted, memberships);
  };
  const auto payment = std::ranges::find_if(payments, resumes);
  return payment == payments.end() ? nullptr : &*payment;
}

void resume(const Membership& interrupted, const Payment& payment, Memberships& memberships) {
  Membership resumed = interrupted;
  resumed.origin = Membership::Origin::resumption;
  resumed.kind = ledger::EnrollmentKind::resumption;
  resumed.year = payment.year;
  resumed.handled_on = payment.paid_on;
  resumed.facts.push_back(payment.sequence);
  resumed.ended_on.reset();
  forget_statements(resumed);
  memberships.push_back(std::move(resumed));
}

/// In the order of their days: what was resumed may end again.
void apply_ends(const Dossier& person, const Rulebook& rules, Area jurisdiction,
                const std::vector<Payment>& payments, Memberships& memberships) {
  std::vector<const Fact*> ends;
  for (const auto& fact : person.of(EventType::enrollment_ended))
    if (is_about(fact, person, jurisdiction)) ends.push_back(&fact);
  std::ranges::stable_sort(ends, {}, [](const Fact* fact) { return act_date(*fact); });
  for (const auto* fact : ends) {
    const Date ended_on = act_date(*fact);
    Membership* membership = ended_by(memberships, *fact, ended_on);
    if (membership == nullptr) continue;
    if (membership->ended_on && *membership->ended_on <= ended_on) continue;
    membership->ended_on = ended_on;
    membership->end_cause = fact->event.as<ledger::EndCause>(Field::cause);
    membership->facts.push_back(fact->sequence);
    if (membership->end_cause != ledger::EndCause::interrupted) continue;
    const auto* payment = resuming_payment(rules, jurisdiction, memberships, *membership, payments);
    if (payment != nullptr) resume(*membership, *payment, memberships);
  }
}

/// Whether the rules of the region, of whatever time, tell who resumes the scheme from others.
bool is_ruled_of_resumptions(const Rulebook& rules, Area jurisdiction, const std::string& scheme) {
  return std::ranges::any_of(
      rules.rules_of(RuleKind::coverage, jurisdiction), [&](const Rule* rule) {
        const auto& coverage = rule->as<Coverage>();
        return std::ranges::find(coverage.kinds, ledger::EnrollmentKind::resumption) !=
                   coverage.kinds.end() &&
               std::ranges::find(coverage.schemes, scheme) != coverage.schemes.end();
      });
}

/// Whoever enrolls again in a scheme in which he was interrupted resumes it, and is no new member.
/// Where no rule speaks of resuming the scheme what is recorded stands.
void find_resumptions(const Rulebook& rules, Area jurisdiction, Memberships& memberships) {
  for (auto& membership : memberships) {
    const bool is_stated_otherwise = membership.kind != ledger::EnrollmentKind::unspecified &&
                                     membership.kind != ledger::EnrollmentKind::new_member;
    if (membership.origin != Membership::Origin::enrollment || is_stated_otherwise) continue;
    const bool was_interrupted = std::ranges::any_of(memberships, [&](const Membership& earlier) {
      return earlier.scheme == membership.scheme && earlier.ended_on &&
             earlier.end_cause == ledger::EndCause::interrupted &&
             *earlier.ended_on <= membership.handled_on;
    });
    if (was_interrupted && is_ruled_of_resumptions(rules, jurisdiction, membership.scheme))
      membership.kind = ledger::EnrollmentKind::resumption;
  }
}

void add_renewals(const std::vector<Payment>& payments, Memberships& memberships) {
  for (const auto& payment : payments) {
    if (payment.net().value <= 0) continue;
    const Membership* earlier = nullptr;
    bool is_member = false;
    for (const auto& membership : memberships) {
      if (!payment.scheme.empty() && membership.scheme != payment.scheme) continue;
      // What a later payment resumed is not what this one was for.
      const bool begins_later = membership.origin == Membership::Origin::resumption &&
                                membership.handled_on > payment.paid_on;
      if (membership.year == payment.year && !begins_later) is_member = true;
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
    forget_statements(renewal);
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
  apply_ends(dossier, knowledge.rules(), jurisdiction, payments, memberships);
  find_resumptions(knowledge.rules(), jurisdiction, memberships);
  add_renewals(payments, memberships);
  std::ranges::stable_sort(memberships, {}, [](const Membership& membership) {
    return std::pair(membership.year, membership.handled_on);
  });
  return memberships;
}

}  // namespace kinledger::projections

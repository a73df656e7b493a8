#include "projections/judgments/premium_year.h"

#include <algorithm>
#include <span>
#include <utility>

#include "projections/each_once.h"

namespace kinledger::projections {
namespace {

using ledger::Area;
using ledger::Date;
using ledger::EventType;

/// Everything that the steps of one judgment share.
struct PremiumYearCase {
  Knowledge& knowledge;
  const ledger::PersonId& person;
  Area jurisdiction;
  CoverageYear& year;
};

/// Days on which it may turn out that nothing is due from the person: that of the act, and those of
/// the evidence that comes while there is time to pay.
std::vector<Date> days_of_evidence(const PremiumYearCase& asked) {
  const auto& rules = asked.knowledge.rules();
  if (rules.rules_of(RuleKind::exemption, asked.jurisdiction).empty()) return {};
  const Date first = asked.year.membership.handled_on;
  const Date last = asked.year.pay_by.value_or(ledger::last_day(asked.year.year));
  std::vector<Date> days{first};
  const auto add = [&](std::span<const Fact> facts) {
    for (const auto& fact : facts)
      if (first < act_date(fact) && act_date(fact) <= last) days.push_back(act_date(fact));
  };
  const auto& person = asked.knowledge.person(asked.person);
  add(person.of(EventType::certificate_recorded));
  add(person.of(EventType::person_status_recorded));
  const auto entries = person.of(EventType::exemption_list_entry_received);
  add(entries);
  if (!entries.empty()) add(rules.region().of(EventType::exemption_list_received));
  keep_each_once(days);
  return days;
}

/// Takes the payments into account, and finds out what was due on the day, unless it is settled.
void settle_on(const PremiumYearCase& asked, Date day, bool is_paid) {
  auto& year = asked.year;
  if (year.paid_on) return;
  auto due = due_if_paid(asked.knowledge, asked.person, asked.jurisdiction, asked.year, day);
  const bool is_enough = is_paid && (!due.personal.value || year.paid >= *due.personal.value);
  if (!is_enough && due.exempt.truth != Truth::yes) return;
  year.paid_on = day;
  year.due = std::move(due);
}

}  // namespace

PremiumDue due_if_paid(Knowledge& knowledge, const ledger::PersonId& person, Area jurisdiction,
                       const CoverageYear& year, Date paid_on) {
  return premium_due(knowledge, {.person = person,
                                 .jurisdiction = jurisdiction,
                                 .scheme = year.membership.scheme,
                                 .category = year.membership.category,
                                 .enrolled_on = year.membership.handled_on,
                                 .year = year.year,
                                 .paid_on = paid_on});
}

void settle_premium(Knowledge& knowledge, const ledger::PersonId& person, Area jurisdiction,
                    CoverageYear& year) {
  const PremiumYearCase asked{knowledge, person, jurisdiction, year};
  auto evidence = days_of_evidence(asked);
  auto next = evidence.begin();
  // Of one day the evidence comes first: the enrollment itself settles it.
  const auto settle_until = [&](Date day) {
    for (; next != evidence.end() && *next <= day; ++next) settle_on(asked, *next, false);
  };
  for (const auto& payment : year.payments) {
    if (payment.net().value <= 0) continue;
    settle_until(payment.paid_on);
    year.paid.value += payment.net().value;
    settle_on(asked, payment.paid_on, true);
  }
  settle_until(ledger::date_max);
  if (!year.paid_on) {
    year.due = due_if_paid(knowledge, person, jurisdiction, year,
                           year.pay_by.value_or(year.membership.handled_on));
  }
}

PremiumDue due_on(Knowledge& knowledge, const ledger::PersonId& person, Area jurisdiction,
                  const CoverageYear& year, Date on) {
  const bool is_paid = year.paid_on && *year.paid_on <= on;
  const bool is_late = !is_paid && year.pay_by && on > *year.pay_by;
  return is_late ? due_if_paid(knowledge, person, jurisdiction, year, on) : year.due;
}

}  // namespace kinledger::projections

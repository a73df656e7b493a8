#include "projections/retention.h"

#include <algorithm>
#include <utility>

namespace kinledger::projections {
namespace {

using ledger::Date;
using ledger::Field;
using ledger::FieldKind;

/// More is for ever, and dates end.
constexpr std::int64_t retention_years_max = 1'000;

/// The last day that a field speaks of.
std::optional<Date> last_day_in(const ledger::EventView& event, const ledger::FieldInfo& field) {
  if (field.id == Field::birth_date) return std::nullopt;
  if (field.kind == FieldKind::date) return event.date(field.id);
  if (field.kind == FieldKind::month) {
    const auto month = event.month(field.id);
    if (month && ledger::is_in_range(*month)) return ledger::last_day(*month);
  }
  if (field.kind == FieldKind::year) {
    const auto year = event.year(field.id);
    if (year) return ledger::last_day(*year);
  }
  return std::nullopt;
}

void take(std::optional<Date> day, std::optional<Date>& last) {
  if (day && ledger::is_in_range(*day)) last = last ? std::max(*last, *day) : *day;
}

}  // namespace

std::int32_t retention_years(const Dossier& region, Date on) {
  std::int64_t years = retention_years_min;
  for (const auto& fact : region.of(ledger::EventType::parameter_announced)) {
    const auto& event = fact.event;
    const auto year = event.year(Field::year);
    if (event.text(Field::name) != retention_parameter || (year && *year > ledger::year_of(on)))
      continue;
    years = std::max(years, event.integer(Field::number).value_or(0));
  }
  return static_cast<std::int32_t>(std::min<std::int64_t>(years, retention_years_max));
}

std::optional<Date> last_day_of(const Dossier& person) {
  std::optional<Date> last;
  for (const auto& facts : {person.facts(), person.replaced(), person.voided()})
    for (const auto& fact : facts) {
      const auto& type = ledger::type_info(fact.event.type());
      if (type.family == "ledger") continue;
      take(ledger::civil_date_of(fact.event.envelope().recorded_at), last);
      take(fact.event.envelope().valid_on, last);
      for (const auto& field : type.fields) take(last_day_in(fact.event, field), last);
    }
  return last;
}

Date retained_until(Date last_day, std::int32_t years) {
  return ledger::first_day(ledger::Year{ledger::year_of(last_day).value + 1 + years});
}

}  // namespace kinledger::projections

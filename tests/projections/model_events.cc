#include "tests/projections/model_events.h"

namespace kinledger::projections {
namespace {

using ledger::EventType;
using ledger::Fen;
using ledger::Field;
using ledger::SubmittedEvent;
using Kind = Act::Kind;

constexpr std::string_view readings[] = {"same_day", "next_day", "next_month"};

ledger::IdentityNumber number_of(int child) { return ledger::resident("20120615", 100 + child); }
ledger::IdentityNumber parent_number(int parent) {
  return ledger::resident("19850401", 11 + 2 * parent);
}

SubmittedEvent about(EventType type, std::string_view on, int child) {
  auto event = ledger::event(type, on);
  event.persons.emplace_back(Field::person, ledger::person(number_of(child)));
  return event;
}

void name_unit(SubmittedEvent& event, int unit) {
  event.units.emplace_back(Field::unit, ledger::UnitReference(unit_number(unit)));
}

void name_parent(SubmittedEvent& event, int parent) {
  event.persons.emplace_back(Field::parent, ledger::person(parent_number(parent)));
}

SubmittedEvent state(int child, std::string_view kind, std::string_view value) {
  auto event = about(EventType::person_status_recorded, "2020-09-01", child);
  event.draft.set(Field::kind, kind);
  if (!value.empty()) event.draft.set(Field::value, value);
  event.draft.set(Field::area, ledger::Area{330106});
  return event;
}

SubmittedEvent membership(const Act& act) {
  auto event = about(EventType::legacy_membership_recorded, text_of(act.on), act.child);
  name_parent(event, act.parent);
  name_unit(event, act.unit);
  event.draft.set(Field::fiscal_level, "municipal");
  event.draft.set(Field::until, ledger::date("2021-01-01"));
  return event;
}

SubmittedEvent premium(const Act& act) {
  auto event = about(EventType::premium_paid, text_of(act.on), act.child);
  event.draft.set(Field::scheme, "children");
  event.draft.set(Field::insurance_year, ledger::Year{2021});
  event.draft.set(Field::amount, Fen{act.fen});
  return event;
}

SubmittedEvent settlement(const Act& act) {
  auto event = about(EventType::annual_settlement_received, text_of(act.on), act.child);
  name_unit(event, act.unit);
  event.draft.set(Field::settlement_year, ledger::Year{2021});
  event.draft.set(Field::subsidy_eligible_amount, Fen{act.fen});
  return event;
}

SubmittedEvent reimbursement(const Act& act) {
  auto event = about(EventType::subsidy_reimbursed, text_of(act.on), act.child);
  name_unit(event, act.unit);
  event.draft.set(Field::settlement_year, ledger::Year{2021});
  event.draft.set(Field::fund_year, ledger::Year{2022});
  event.draft.set(Field::amount, Fen{act.fen});
  return event;
}

SubmittedEvent allocation(const Act& act) {
  auto event = ledger::event(EventType::channel_fund_allocated, text_of(act.on));
  name_unit(event, act.unit);
  event.draft.set(Field::fund_year, ledger::Year{2022});
  event.draft.set(Field::amount, Fen{act.fen});
  return event;
}

SubmittedEvent binding(const Act& act) {
  auto event = about(EventType::binding_registered, text_of(act.on), act.child);
  name_parent(event, act.parent);
  name_unit(event, act.unit);
  return event;
}

SubmittedEvent binding_end(const Act& act) {
  auto event = about(EventType::binding_ended, text_of(act.on), act.child);
  name_unit(event, act.unit);
  event.draft.set(Field::cause,
                  static_cast<std::int64_t>(ledger::BindingEndCause::parent_left_unit));
  return event;
}

SubmittedEvent announcement(const Act& act) {
  auto event = ledger::event(EventType::parameter_announced, text_of(act.on));
  event.draft.set(Field::name, "latePremiumChildren");
  event.draft.set(Field::year, ledger::Year{2021});
  event.draft.set(Field::amount, Fen{act.fen});
  return event;
}

SubmittedEvent reading(const Act& act) {
  auto event = ledger::event(EventType::interpretation_adopted, text_of(act.on));
  event.draft.set(Field::point, "I-06");
  event.draft.set(Field::choice, readings[static_cast<std::size_t>(act.full_months)]);
  return event;
}

}  // namespace

ledger::Date civil(Day day) {
  const std::chrono::year_month_day date(day);
  char text[11];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return ledger::date(text);
}
std::string text_of(Day day) { return ledger::to_text(civil(day)); }

std::string unit_number(int unit) { return std::to_string(330199001 + unit); }

SubmittedEvent unit_recorded(int unit) {
  auto event = ledger::event(EventType::unit_recorded, "2020-01-01");
  name_unit(event, unit);
  const bool is_in_scope = unit == unit_in_scope;
  event.draft.set(Field::unit_number, unit_number(unit));
  event.draft.set(Field::unit_type, is_in_scope ? "administrativeOrgan" : "enterprise");
  event.draft.set(Field::fiscal_level, "municipal");
  event.draft.set(Field::full_guarantee,
                  static_cast<std::int64_t>(is_in_scope ? ledger::YesNo::yes : ledger::YesNo::no));
  event.draft.set(Field::area, ledger::Area{330106});
  return event;
}

SubmittedEvent parent_registered(int parent) {
  return ledger::person_registered(parent_number(parent), "家长");
}

std::vector<SubmittedEvent> child_registered(int child) {
  return {ledger::person_registered(number_of(child), "孩子"), state(child, "hukou", {}),
          state(child, "school", "primary")};
}

SubmittedEvent event_of(const Act& act) {
  switch (act.kind) {
    case Kind::membership:
      return membership(act);
    case Kind::premium:
      return premium(act);
    case Kind::settlement:
      return settlement(act);
    case Kind::reimbursement:
      return reimbursement(act);
    case Kind::allocation:
      return allocation(act);
    case Kind::binding:
      return binding(act);
    case Kind::binding_end:
      return binding_end(act);
    case Kind::announcement:
      return announcement(act);
    case Kind::reading:
      return reading(act);
    case Kind::terms:
      break;
  }
  invariant(false);
}

}  // namespace kinledger::projections

// Acts outside the time in which they are handled: CHK-26, CHK-32 and CHK-37.
#include <algorithm>

#include "projections/checks/acts.h"
#include "projections/checks/cells.h"
#include "projections/checks/topics.h"
#include "projections/judgments/handling.h"
#include "projections/questions/answer_writer.h"

namespace kinledger::projections {
namespace {

using ledger::Date;
using ledger::EventType;
using ledger::Field;

using Kind = Subject::Kind;

const Word enrollment_act{"enrollment", {"参保登记", "enrollment"}};
const Word payment_act{"payment", {"缴费", "payment"}};
const Word declaration_act{"declaration", {"申报", "declaration"}};
const Word adjustment_act{"adjustment", {"参保变更", "adjustment"}};

struct HandledAct {
  Window::Act act{};
  Word word;
  ledger::Sequence sequence;
  std::string_view scheme;  ///< empty: not stated
  std::optional<ledger::Year> year;
  Date on;
  std::optional<Date> posted_on;  ///< of a payment
  std::optional<ledger::UnitId> unit;
};

// How a day can break a window.

/// Not among the days of each month.
bool is_on_closed_day(const Rule& rule, Date on) {
  const auto& window = rule.as<Window>();
  const auto day = ledger::day_of_month(on);
  return rule.governs(on) &&
         ((window.day_from && day < *window.day_from) || (window.day_to && *window.day_to < day));
}
bool is_after_period(const Rule& rule, Date on) {
  const auto& window = rule.as<Window>();
  return window.to && *window.to < on;
}
bool is_outside_period(const Rule& rule, Date on) {
  const auto& window = rule.as<Window>();
  return (window.from && on < *window.from) || is_after_period(rule, on);
}
using Breaks = bool (*)(const Rule& rule, Date on);

bool is_about_act(const Window& window, const HandledAct& act) {
  return std::ranges::find(window.acts, act.act) != window.acts.end();
}

/// An adjustment that names no year is one of the period that ended last, as long as the next one
/// cannot have begun: a year after its beginning.
bool is_soon_after(const Rule& rule, const HandledAct& act) {
  const auto& window = rule.as<Window>();
  return act.act == Window::Act::adjustment && window.from && window.to && *window.to < act.on &&
         act.on < ledger::add_months_clipped(*window.from, 12);
}

/// An act on whose day no window for it was open.
struct Breach {
  const Rule* rule = nullptr;
  Backing backing;
  std::optional<Date> next_open;
};

/// Nothing where the act was in time, in another way than `breaks` out of time, or it cannot be
/// told; then that is said.
std::optional<Breach> breach_of(Inspection& inspection, const HandledAct& act, Breaks breaks) {
  const auto& rules = inspection.rules();
  const auto may_break = [&](const Rule* rule) {
    return is_about_act(rule->as<Window>(), act) && breaks(*rule, act.on) &&
           speaks_of(*rule, act.year, rules) != Truth::no;
  };
  if (std::ranges::none_of(rules.rules_of(RuleKind::window, inspection.jurisdiction()), may_break))
    return std::nullopt;
  const bool is_persons = inspection.subject().kind == Kind::person;
  auto judged = window_of(inspection.knowledge(),
                          {.act = act.act,
                           .jurisdiction = inspection.jurisdiction(),
                           .scheme = act.scheme,
                           .person = is_persons ? std::optional(inspection.person()) : std::nullopt,
                           .on = act.on});
  if (judged.accepted.truth == Truth::unknown) {
    inspection.undecided(judged.accepted, {act.sequence});
    return std::nullopt;
  }
  if (judged.accepted.truth == Truth::yes) return std::nullopt;
  for (const auto& step : judged.accepted.steps) {
    if (!may_break(step.rule)) continue;
    const bool is_other_period =
        speaks_of(*step.rule, act.year, rules) == Truth::unknown && !is_soon_after(*step.rule, act);
    if (is_other_period) {
      inspection.undecided(
          {.why = not_recorded(inspection, "该事项的医保年度", "insurance year of the act"),
           .facts = {act.sequence},
           .unit = act.unit});
      return std::nullopt;
    }
    Breach breach{step.rule, std::move(judged.accepted.backing), judged.opens};
    if (!act.year) breach.backing.weaken(ledger::Certainty::derived);
    // The payer's day counts: what arrived on an open day was paid on a closed one.
    if (act.posted_on && !breaks(*step.rule, *act.posted_on))
      rely_on_declared(breach.backing, point_transaction_date, rules, inspection.jurisdiction());
    return breach;
  }
  return std::nullopt;
}

std::vector<HandledAct> enrollments_and_payments(Inspection& inspection,
                                                 const std::vector<EnrollmentAct>& enrollments) {
  std::vector<HandledAct> acts;
  acts.reserve(enrollments.size());
  for (const auto& enrollment : enrollments) {
    acts.push_back({.act = Window::Act::enrollment,
                    .word = enrollment_act,
                    .sequence = enrollment.sequence,
                    .scheme = enrollment.scheme,
                    .year = enrollment.year,
                    .on = enrollment.handled_on,
                    .posted_on = {},
                    .unit = enrollment.agent});
  }
  for (const auto* payment : payments_made(inspection)) {
    acts.push_back({.act = Window::Act::payment,
                    .word = payment_act,
                    .sequence = payment->sequence,
                    .scheme = payment->scheme,
                    .year = payment->year,
                    .on = payment->paid_on,
                    .posted_on = payment->posted_on,
                    .unit = {}});
  }
  return acts;
}

// ---------------------------------------------------------------- days of the month

constexpr Heading closed_day_columns[] = {
    {"act", "办理事项", "act", "code", {}, "enrollment|payment"},
    {"day", "办理日期", "handled on", "date"},
    {"nextOpen", "下次可办理日期", "next opening", "date"},
};

void handled_on_closed_day(Inspection& inspection) {
  const auto enrollments = enrollment_acts(inspection);
  for (const auto& act : enrollments_and_payments(inspection, enrollments)) {
    auto breach = breach_of(inspection, act, is_on_closed_day);
    if (!breach) continue;
    inspection.report({.rule = breach->rule,
                       .facts = {act.sequence},
                       .backing = std::move(breach->backing),
                       .cells = {{act.word}, {act.on}, cell_or_none(breach->next_open)},
                       .unit = act.unit});
  }
}

// ---------------------------------------------------------------- the period of a year

/// Whether the act is a newborn's, who has a time of his own; what cannot be told is said.
bool may_be_newborns(Inspection& inspection, const HandledAct& act, const Rule& rule) {
  const auto newborns =
      is_newborns_act(inspection, {.scheme = act.scheme,
                                   .year = act.year,
                                   .on = act.on,
                                   .closes = rule.as<Window>().to.value_or(act.on)});
  if (newborns == Truth::unknown) {
    inspection.undecided(
        {.why = not_recorded(inspection, "出生日期，或新生儿的申请日期",
                             "date of birth, or the day on which the newborn was applied for"),
         .facts = {act.sequence},
         .unit = act.unit});
  }
  return newborns != Truth::no;
}

constexpr Heading outside_period_columns[] = {
    {"act", "办理事项", "act", "code", {}, "enrollment|payment|declaration"},
    {"on", "办理日期", "handled on", "date"},
    {"periodFrom", "办理期自（含）", "period from (inclusive)", "date"},
    {"periodTo", "办理期至（含）", "period to (inclusive)", "date"},
};

std::vector<HandledAct> declarations(Inspection& inspection) {
  std::vector<HandledAct> acts;
  for (const auto* fact : inspection.acts(EventType::agent_declaration_filed)) {
    acts.push_back({.act = Window::Act::declaration,
                    .word = declaration_act,
                    .sequence = fact->sequence,
                    .scheme = {},
                    .year = fact->event.year(Field::insurance_year),
                    .on = act_date(*fact),
                    .posted_on = {},
                    .unit = inspection.unit()});
  }
  return acts;
}

void handled_outside_period(Inspection& inspection) {
  const bool is_unit = inspection.subject().kind == Kind::unit;
  const auto enrollments = is_unit ? std::vector<EnrollmentAct>{} : enrollment_acts(inspection);
  for (const auto& act :
       is_unit ? declarations(inspection) : enrollments_and_payments(inspection, enrollments)) {
    auto breach = breach_of(inspection, act, is_outside_period);
    if (!breach || (!is_unit && may_be_newborns(inspection, act, *breach->rule))) continue;
    const auto& window = breach->rule->as<Window>();
    inspection.report(
        {.rule = breach->rule,
         .facts = {act.sequence},
         .backing = std::move(breach->backing),
         .cells = {{act.word}, {act.on}, cell_or_none(window.from), cell_or_none(window.to)},
         .unit = act.unit});
  }
}

// ---------------------------------------------------------------- adjustments after the period

constexpr Heading late_adjustment_columns[] = {
    {"act", "办理事项", "act", "code", {}, "adjustment|payment"},
    {"change", "变更内容", "change", "code", {}, "of adjustment"},
    {"on", "办理日期", "handled on", "date"},
    {"periodTo", "办理期至（含）", "period to (inclusive)", "date"},
};

void report_late(Inspection& inspection, const HandledAct& act, const Word& change) {
  auto breach = breach_of(inspection, act, is_after_period);
  if (!breach || may_be_newborns(inspection, act, *breach->rule)) return;
  inspection.report(
      {.rule = breach->rule,
       .facts = {act.sequence},
       .backing = std::move(breach->backing),
       .cells = {{act.word}, {change}, {act.on}, cell_or_none(breach->rule->as<Window>().to)},
       .unit = act.unit});
}

/// What was refused is in order; of what has no outcome it is not known.
void late_adjustments(Inspection& inspection) {
  for (const auto* fact : inspection.acts(EventType::enrollment_adjustment_requested)) {
    const auto& event = fact->event;
    const auto accepted = event.flag(Field::accepted);
    if (accepted == false) continue;
    const HandledAct act{.act = Window::Act::adjustment,
                         .word = adjustment_act,
                         .sequence = fact->sequence,
                         .scheme = {},
                         .year = event.year(Field::insurance_year),
                         .on = act_date(*fact),
                         .posted_on = {},
                         .unit = event.unit(Field::agent_unit)};
    if (accepted) {
      report_late(inspection, act,
                  word_of_code(inspection.rules(), "adjustment", event.text(Field::change)));
    } else if (breach_of(inspection, act, is_after_period)) {
      inspection.undecided(
          {.why = not_recorded(inspection, "变更申请是否受理", "whether it was accepted"),
           .facts = {fact->sequence},
           .unit = act.unit});
    }
  }
}

void late_back_payments(Inspection& inspection) {
  const auto recorded = inspection.acts(EventType::premium_paid);
  for (const auto* payment : payments_made(inspection)) {
    const auto at = std::ranges::find(recorded, payment->sequence, &Fact::sequence);
    if (at == recorded.end() ||
        (*at)->event.as<ledger::PremiumKind>(Field::kind) != ledger::PremiumKind::back_payment)
      continue;
    report_late(inspection,
                {.act = Window::Act::adjustment,
                 .word = payment_act,
                 .sequence = payment->sequence,
                 .scheme = payment->scheme,
                 .year = payment->year,
                 .on = payment->paid_on,
                 .posted_on = payment->posted_on,
                 .unit = {}},
                std::get<Word>(none().held));
  }
}

void adjusted_after_period(Inspection& inspection) {
  late_adjustments(inspection);
  late_back_payments(inspection);
}

}  // namespace

std::vector<Check> window_checks() {
  return {
      {.id = "CHK-26",
       .zh = "在每月不受理的日期参保或缴费",
       .en = "enrollment or payment on a day of the month on which none is taken",
       .severity = Severity::notice,
       .about = {Kind::person},
       .kinds = {RuleKind::window},
       .columns = closed_day_columns,
       .judge = handled_on_closed_day},
      {.id = "CHK-32",
       .zh = "在申报缴费期外参保、缴费或申报（新生儿除外）",
       .en = "enrollment, payment or declaration outside the period, newborns excepted",
       .severity = Severity::warning,
       .about = {Kind::person, Kind::unit},
       .kinds = {RuleKind::window},
       .columns = outside_period_columns,
       .judge = handled_outside_period},
      {.id = "CHK-37",
       .zh = "申报缴费期结束后受理的参保变更或补缴",
       .en = "adjustment or back-payment taken after the period",
       .severity = Severity::warning,
       .about = {Kind::person},
       .kinds = {RuleKind::window},
       .columns = late_adjustment_columns,
       .judge = adjusted_after_period},
  };
}

}  // namespace kinledger::projections

// How members were enrolled: in which category (CHK-27), on which route (CHK-30), and newborns
// (CHK-38).
#include <algorithm>

#include "projections/checks/acts.h"
#include "projections/checks/cells.h"
#include "projections/checks/topics.h"
#include "projections/checks/visits.h"
#include "projections/judgments/handling.h"
#include "projections/judgments/newborns.h"
#include "projections/questions/answer_writer.h"

namespace kinledger::projections {
namespace {

using ledger::Date;
using ledger::EventType;
using ledger::Field;
using ledger::Sequence;

using Kind = Subject::Kind;

// ---------------------------------------------------------------- categories

constexpr Heading category_columns[] = {
    {"age", "参保时周岁", "age when enrolled", "count"},
    {"recorded", "登记类别", "category recorded", "code", {}, "of category"},
    {"expected", "应属类别", "category expected", "list"},
};

bool is_among(const Codes& codes, std::string_view code) {
  return std::ranges::find(codes, code) != codes.end();
}

std::vector<Sequence> facts_of(const EnrollmentAct& act, const Steps& steps) {
  std::vector<Sequence> facts{act.sequence};
  add_facts(facts, steps);
  return facts;
}

/// Where the documents leave open which of several it is, each of them is in order.
void judge_category(Inspection& inspection, const EnrollmentAct& act) {
  const auto judged =
      category_of(inspection.knowledge(), {.person = inspection.person(),
                                           .jurisdiction = inspection.jurisdiction(),
                                           .scheme = act.scheme,
                                           .year = act.insurance_year(),
                                           .enrolled_on = act.handled_on});
  const auto& category = judged.category;
  if (!category.value && judged.candidates.empty()) {
    if (category.undetermined)
      inspection.undecided({*category.undetermined, facts_of(act, judged.steps), act.agent});
    return;
  }
  const Codes expected = category.value ? Codes{*category.value} : judged.candidates;
  if (is_among(expected, act.category)) return;
  std::vector<Word> words;
  for (const auto& code : expected)
    words.push_back(word_of_code(inspection.rules(), "category", code));
  const Rule* rule = judged.steps.front().rule;
  const auto age =
      age_of(inspection.dossier(), inspection.rules(), inspection.jurisdiction(), act.handled_on);
  inspection.report({.rule = rule,
                     .facts = facts_of(act, judged.steps),
                     .backing = category.value ? category.backing : Backing::of(*rule),
                     .cells = {age ? count_cell(*age) : none(),
                               {word_of_code(inspection.rules(), "category", act.category)},
                               {std::move(words)}},
                     .unit = act.agent});
}

void wrong_category(Inspection& inspection) {
  for (const auto& act : enrollment_acts(inspection))
    if (!act.category.empty()) judge_category(inspection, act);
}

// ---------------------------------------------------------------- routes that end in a review

constexpr Heading route_columns[] = {
    {"route", "应走途径", "route due", "code", {}, "of enrollmentRoute"},
    {"channel", "办理渠道", "channel", "code", {}, "of channel"},
    {"reviewed", "审核通过", "review passed", "yesNo"},
};

/// Approved by a review of the enrollment, or of the person where it names no enrollment.
const Fact* approval_of(Inspection& inspection, const EnrollmentAct& act) {
  for (const auto* fact : inspection.acts(EventType::enrollment_reviewed)) {
    const auto enrollment = fact->event.fact(Field::enrollment);
    const bool is_for_it = !enrollment || *enrollment == act.fact;
    if (is_for_it && fact->event.flag(Field::approved) == true) return fact;
  }
  return nullptr;
}

/// Whether the channels that the same rule names hold the one of the enrollment; unknown where the
/// record states none.
Truth is_on_channel(const Rulebook& rules, const Rule& route, const EnrollmentAct& act) {
  const Rule* named = rules.rule(route.id, RuleKind::enrollment_channel, act.handled_on);
  if (named == nullptr) return Truth::yes;
  if (act.channel.empty()) return Truth::unknown;
  const auto& entries = named->as<EnrollmentChannel>().entries;
  return truth_of(std::ranges::any_of(
      entries, [&](const auto& entry) { return is_among(entry.channels, act.channel); }));
}

/// The route for the scheme that everybody of the rule's population must take, or null.
const EnrollmentRoute::Route* obligatory_route(const Rule& rule, std::string_view scheme) {
  const auto& routes = rule.as<EnrollmentRoute>().routes;
  const auto at = std::ranges::find_if(routes, [&](const auto& route) {
    return route.obligatory && !route.condition && is_among(route.schemes, scheme);
  });
  return at == routes.end() ? nullptr : &*at;
}

void judge_route(Inspection& inspection, const Rule& rule, const EnrollmentAct& act) {
  const auto& definition = rule.as<EnrollmentRoute>();
  const auto* route = obligatory_route(rule, act.scheme);
  const auto speaks = speaks_of(rule, act.year, inspection.rules());
  if (definition.registers || route == nullptr || speaks == Truth::no) return;
  const auto population = population_ruling(rule, definition.population, inspection.person(),
                                            act.handled_on, inspection.knowledge());
  if (population.truth == Truth::no) return;
  const auto* approval = approval_of(inspection, act);
  const auto on_channel = is_on_channel(inspection.rules(), rule, act);
  if (approval != nullptr && on_channel == Truth::yes) return;
  if (population.truth == Truth::unknown) {
    inspection.undecided(population, facts_of(act, population.steps));
    return;
  }
  const bool hangs_on_channel = approval != nullptr && on_channel == Truth::unknown;
  if (hangs_on_channel || speaks == Truth::unknown) {
    inspection.undecided({.why = not_recorded(inspection, "参保办理渠道或医保年度",
                                              "channel or insurance year of the enrollment"),
                          .facts = {act.sequence},
                          .unit = act.agent});
    return;
  }
  auto facts = facts_of(act, population.steps);
  if (approval != nullptr) facts.push_back(approval->sequence);
  inspection.report({.rule = &rule,
                     .facts = std::move(facts),
                     .backing = population.backing,
                     .cells = {{word_of_code(inspection.rules(), "enrollmentRoute", route->route)},
                               {word_of_code(inspection.rules(), "channel", act.channel)},
                               {approval != nullptr}},
                     .unit = act.agent});
}

/// A route that goes through an office, as its rule has an office part, is complete when the office
/// has reviewed the enrollment.
void without_route_or_review(Inspection& inspection) {
  const auto& rules = inspection.rules();
  for (const auto& act : enrollment_acts(inspection)) {
    for (const Rule* rule :
         rules.rules_of(RuleKind::enrollment_route, inspection.jurisdiction(), act.handled_on)) {
      if (rules.rule(rule->id, RuleKind::office, act.handled_on) != nullptr)
        judge_route(inspection, *rule, act);
    }
  }
}

// ---------------------------------------------------------------- newborns

constexpr Heading newborn_columns[] = {
    {"reason", "情形", "reason", "code", {}, "late_application|not_local|settled_before_start"},
    {"lastDay", "申请最后一日（含）", "last day to apply (inclusive)", "date"},
    {"appliedOn", "申请日期", "applied on", "date"},
    {"expectedStart", "应享受待遇日", "coverage start expected", "date"},
    {"servedOn", "提前结算的就医日期", "service settled before it", "date"},
};

const Word late_application{"late_application", {"逾期申请", "applied too late"}};
const Word not_local{"not_local", {"不属于可申请的新生儿", "not of the newborns it is for"}};
const Word settled_early{"settled_before_start", {"待遇开始前结算", "settled before the start"}};

/// An enrollment that only newborns can have at that time.
struct NewbornCase {
  const Rule* rule = nullptr;
  const EnrollmentAct* act = nullptr;
  Date last_day;
  Backing backing;

  std::optional<Date> applied_on() const { return act->applied_on; }
};

bool is_accepted(Inspection& inspection, Window::Act what, std::string_view scheme, Date on) {
  return window_of(inspection.knowledge(), {.act = what,
                                            .jurisdiction = inspection.jurisdiction(),
                                            .scheme = scheme,
                                            .person = {},  // in the time of everybody
                                            .on = on})
             .accepted.truth == Truth::yes;
}

/// Enrolled and paid when everybody could: nothing asks for the newborn's time.
bool is_in_common_time(Inspection& inspection, const EnrollmentAct& act) {
  if (!is_accepted(inspection, Window::Act::enrollment, act.scheme, act.handled_on)) return false;
  return std::ranges::all_of(payments_made(inspection), [&](const Payment* payment) {
    const bool is_for_it = payment->year == act.insurance_year() &&
                           (payment->scheme.empty() || payment->scheme == act.scheme);
    return !is_for_it ||
           is_accepted(inspection, Window::Act::payment, act.scheme, payment->paid_on);
  });
}

void report_newborn(Inspection& inspection, const NewbornCase& newborn, const Word& reason,
                    std::vector<Sequence> facts, std::optional<Date> start = {},
                    std::optional<Date> served_on = {}) {
  facts.push_back(newborn.act->sequence);
  inspection.report(
      {.rule = newborn.rule,
       .facts = std::move(facts),
       .backing = newborn.backing,
       .cells = {{reason},
                 {newborn.last_day},
                 cell_or_none(newborn.act->applied_on ? newborn.act->applied_on
                                                      : std::optional(newborn.act->handled_on)),
                 cell_or_none(start),
                 cell_or_none(served_on)},
       .unit = newborn.act->agent});
}

void judge_application(Inspection& inspection, const NewbornCase& newborn) {
  const auto& act = *newborn.act;
  if (act.applied_on.value_or(act.handled_on) <= newborn.last_day) return;
  if (act.applied_on) {
    report_newborn(inspection, newborn, late_application, {});
  } else {
    inspection.undecided({.why = not_recorded(inspection, "新生儿的申请日期",
                                              "day on which the newborn was applied for"),
                          .facts = {act.sequence},
                          .unit = act.agent});
  }
}

void judge_newborn_population(Inspection& inspection, const NewbornCase& newborn) {
  const auto population =
      population_ruling(*newborn.rule, newborn.rule->as<Coverage>().population, inspection.person(),
                        newborn.act->handled_on, inspection.knowledge());
  if (population.truth == Truth::yes) return;
  const auto facts = facts_of(*newborn.act, population.steps);
  if (population.truth == Truth::unknown) {
    inspection.undecided(population, facts);
  } else {
    auto whose = newborn;
    whose.backing = population.backing;
    report_newborn(inspection, whose, not_local, facts);
  }
}

/// Day from which the enrollment gives benefits, also past its year.
std::optional<Date> start_of(Inspection& inspection, const EnrollmentAct& act, Backing& backing) {
  for (const auto& year : inspection.timeline().years) {
    if (year.membership.fact != act.fact) continue;
    const auto& start = year.covered_from.value ? year.covered_from : year.waiting_until;
    backing = start.backing;
    return start.value;
  }
  return std::nullopt;
}

void judge_start(Inspection& inspection, const NewbornCase& newborn) {
  const auto settlements = inspection.acts(EventType::medical_settlement_recorded);
  if (settlements.empty()) return;
  auto whose = newborn;
  const auto start = start_of(inspection, *newborn.act, whose.backing);
  if (!start) return;
  for (const auto* settlement : settlements) {
    const auto& event = settlement->event;
    const auto scheme = event.text(Field::scheme);
    const Date served_on = act_date(*settlement);
    const auto* span = inspection.timeline().on(served_on);
    const bool is_covered = span != nullptr && span->state == CoverageState::covered;
    const bool is_early = served_on < *start && !is_covered &&
                          (insurance_paid(event).value_or(ledger::Fen{}).value > 0) &&
                          (scheme.empty() || scheme == newborn.act->scheme);
    if (is_early) {
      report_newborn(inspection, whose, settled_early, {settlement->sequence}, start, served_on);
    }
  }
}

void judge_newborn(Inspection& inspection, const Rule& rule, const EnrollmentAct& act) {
  const auto born = birth_date_of(inspection.dossier());
  if (!born) {
    inspection.undecided({.why = not_recorded(inspection, "出生日期", "date of birth"),
                          .facts = {act.sequence},
                          .unit = act.agent});
    return;
  }
  auto last = last_day_to_apply(rule, *born, inspection.rules());
  const NewbornCase newborn{&rule, &act, *last.value, std::move(last.backing)};
  judge_application(inspection, newborn);
  judge_newborn_population(inspection, newborn);
  judge_start(inspection, newborn);
}

/// What only the rules for newborns let happen: not what anybody could have done on that day.
void newborns(Inspection& inspection) {
  for (const auto& act : enrollment_acts(inspection)) {
    const auto rules = newborn_rules(inspection.rules(), inspection.jurisdiction(),
                                     act.insurance_year(), act.handled_on);
    for (const Rule* rule : rules) {
      const auto& coverage = rule->as<Coverage>();
      if (!coverage.applied_within_months_of_birth || !is_among(coverage.schemes, act.scheme))
        continue;
      const ActFor what{.scheme = act.scheme,
                        .year = act.insurance_year(),
                        .on = act.handled_on,
                        .closes = act.handled_on};
      if (is_newborns_act(inspection, what) != Truth::yes || is_in_common_time(inspection, act))
        continue;
      judge_newborn(inspection, *rule, act);
    }
  }
}

}  // namespace

std::vector<Check> joining_checks() {
  return {
      {.id = "CHK-27",
       .zh = "参保类别与年龄、户籍不符",
       .en = "enrolled in another category than age and registration give",
       .severity = Severity::warning,
       .about = {Kind::person},
       .kinds = {RuleKind::category},
       .columns = category_columns,
       .judge = wrong_category},
      {.id = "CHK-30",
       .zh = "须经单位汇总并审核的参保，未经该途径或未经审核",
       .en = "enrolled without the route and the review that the rules ask for",
       .severity = Severity::warning,
       .about = {Kind::person},
       .kinds = {RuleKind::enrollment_route},
       .columns = route_columns,
       .judge = without_route_or_review},
      {.id = "CHK-38",
       .zh = "新生儿逾期申请、不符合户籍条件或提前享受待遇",
       .en = "newborn applied for too late, not one whom it is for, or with benefits too early",
       .severity = Severity::warning,
       .about = {Kind::person},
       .kinds = {RuleKind::coverage},
       .columns = newborn_columns,
       .judge = newborns},
  };
}

}  // namespace kinledger::projections

// Steps that were not done by their day: CHK-28 and CHK-29. The rules for those born in a certain
// year are told from those for everybody else by their population.
#include <algorithm>
#include <iterator>
#include <utility>

#include "projections/checks/acts.h"
#include "projections/checks/cells.h"
#include "projections/checks/condition_parts.h"
#include "projections/checks/legacy_records.h"
#include "projections/checks/topics.h"
#include "projections/judgments/steps.h"

namespace kinledger::projections {
namespace {

using ledger::Date;
using ledger::EventType;
using ledger::Field;
using ledger::Sequence;

using Kind = Subject::Kind;
using Milestone = Milestones::Step;

/// Births on a certain day or later that a rule is for. Empty: it is not for those of a certain
/// time.
std::vector<const BirthTest*> births_of(const Rule& rule) {
  const auto& population = rule.as<Milestones>().population;
  if (!population) return {};
  auto births = tests_of<BirthTest>(*population);
  std::erase_if(births, [](const BirthTest* test) { return !test->from; });
  return births;
}

/// The milestones that the documents oblige to, for the births of a certain time or for others.
std::vector<const Rule*> duties(Inspection& inspection, bool for_births) {
  std::vector<const Rule*> duties;
  std::ranges::copy_if(inspection.rules().rules_of(RuleKind::milestones, inspection.jurisdiction()),
                       std::back_inserter(duties), [&](const Rule* rule) {
                         return rule->as<Milestones>().obligatory &&
                                births_of(*rule).empty() != for_births;
                       });
  return duties;
}

bool is_missed(const DueStep& step) { return step.obligatory && step.met == false; }

std::vector<Sequence> records_of(const DueStep& step) {
  return step.sequence ? std::vector{*step.sequence} : std::vector<Sequence>{};
}

/// The membership of the legacy pooling that holds on a date, or null.
const LegacyMembership* legacy_on(Inspection& inspection, Date date) {
  const auto& memberships = inspection.legacy();
  const auto at = std::ranges::find_if(memberships, [&](const LegacyMembership& membership) {
    return contains(membership.period, date);
  });
  return at == memberships.end() ? nullptr : &*at;
}

std::vector<EnrollmentAct> enrollments_for(Inspection& inspection, ledger::Year year) {
  auto acts = enrollment_acts(inspection);
  std::erase_if(acts, [&](const EnrollmentAct& act) { return act.insurance_year() != year; });
  return acts;
}

/// What shows that somebody takes part, and through which unit.
struct Participation {
  Truth truth = Truth::no;
  std::vector<Sequence> facts = {};
  std::optional<ledger::UnitId> unit = {};
};

/// One step that was missed, or why that cannot be told.
struct Missed {
  const Rule* rule = nullptr;
  const RuleSteps* by_rule = nullptr;
  const DueStep* step = nullptr;
  Participation participation;
};

/// Calls `report` for each obligatory step of the rules that was not done in time by somebody who
/// takes part. What cannot be told is said once a rule.
template <class TakesPart, class Report>
void for_each_missed(Inspection& inspection, const std::vector<const Rule*>& rules,
                     const TakesPart& takes_part, const Report& report) {
  for (const Rule* rule : rules) {
    const auto by_rule =
        steps_by(*rule, inspection.knowledge(), inspection.person(), inspection.on());
    bool is_said = false;
    for (const auto& step : by_rule.steps) {
      if (!is_missed(step)) continue;
      auto participation = takes_part(*rule, step);
      if (participation.truth == Truth::no) continue;
      if (by_rule.population.truth == Truth::yes && participation.truth == Truth::yes) {
        report(Missed{rule, &by_rule, &step, std::move(participation)});
        continue;
      }
      if (std::exchange(is_said, true)) continue;
      if (by_rule.population.truth == Truth::unknown) {
        inspection.undecided(by_rule.population, participation.facts);
      } else {
        inspection.undecided({.why = not_recorded(inspection, "当时是否参加子女统筹",
                                                  "whether a legacy member at that time"),
                              .facts = std::move(participation.facts),
                              .unit = participation.unit});
      }
    }
  }
}

// ---------------------------------------------------------------- milestones

/// Milestones are for the members of the legacy pooling. Whoever is in a unit's card batch takes
/// part too; of others that are enrolled for the year it is not known, but of new members.
Participation is_old_member(Inspection& inspection, const Rule& rule, const DueStep& step) {
  if (const auto* legacy = legacy_on(inspection, step.to))
    return {Truth::yes, {legacy->sequence}, legacy->unit};
  for (const auto type : {EventType::card_batch_entry_sent, EventType::card_material_submitted}) {
    for (const auto* fact : inspection.acts(type)) {
      const auto unit = fact->event.unit(Field::unit);
      if (unit && act_date(*fact) <= step.to) return {Truth::yes, {fact->sequence}, unit};
    }
  }
  for (const auto& act : enrollments_for(inspection, rule.as<Milestones>().insurance_year)) {
    using enum ledger::EnrollmentKind;
    if (act.kind == conversion) return {Truth::yes, {act.sequence}, act.agent};
    if (act.kind != new_member && act.kind != newborn)
      return {Truth::unknown, {act.sequence}, act.agent};
  }
  return {};
}

constexpr Heading milestone_columns[] = {
    {"milestone",
     "时间节点事项",
     "milestone",
     "code",
     {},
     "enrollment|payment|card_materials|card|card_at_unit|card_activated|debit_agreement"},
    {"dueBy", "期限（含）", "due by (inclusive)", "date"},
    {"doneOn", "完成日期", "done on", "date"},
    {"daysLate", "逾期天数", "days late", "count"},
};

void missed_milestones(Inspection& inspection) {
  for_each_missed(
      inspection, duties(inspection, false),
      [&](const Rule& rule, const DueStep& step) { return is_old_member(inspection, rule, step); },
      [&](const Missed& missed) {
        const auto& step = *missed.step;
        const auto until = step.done_on.value_or(inspection.on());
        auto facts = missed.participation.facts;
        for (const auto sequence : records_of(step)) facts.push_back(sequence);
        inspection.report({.rule = missed.rule,
                           .facts = std::move(facts),
                           .backing = missed.by_rule->population.backing,
                           .cells = {{word_of(step.step)},
                                     {step.to},
                                     cell_or_none(step.done_on),
                                     count_cell(ledger::days_between(step.to, until))},
                           .unit = missed.participation.unit});
      });
}

// ---------------------------------------------------------------- born in the year

const Word legacy_beyond{"legacy_beyond", {"子女统筹超期", "legacy pooling beyond its end"}};

/// Whoever was known in the year: registered, in the legacy pooling, or with a step done. Of who
/// is enrolled later it is not known.
Participation is_of_the_year(Inspection& inspection, const Rule& rule, const DueStep& step) {
  if (const auto* legacy = legacy_on(inspection, step.to))
    return {Truth::yes, {legacy->sequence}, legacy->unit};
  for (const auto type :
       {EventType::person_registered, EventType::enrollment_registered, EventType::premium_paid,
        EventType::card_material_submitted, EventType::legacy_membership_recorded}) {
    for (const auto* fact : inspection.acts(type))
      if (act_date(*fact) <= step.to) return {Truth::yes, {fact->sequence}, {}};
  }
  for (const auto& act : enrollments_for(inspection, rule.as<Milestones>().insurance_year))
    return {Truth::unknown, {act.sequence}, act.agent};
  return {};
}

constexpr Heading missing_step_columns[] = {
    {"missingStep",
     "未办事项",
     "missing step",
     "code",
     {},
     "enrollment|payment|card_materials|card|card_at_unit|card_activated|debit_agreement|legacy_"
     "beyond"},
    {"dueBy", "期限（含）", "due by (inclusive)", "date"},
    {"doneOn", "完成日期", "done on", "date"},
};

bool is_born_in(const std::vector<const BirthTest*>& births, Date born) {
  return std::ranges::any_of(births, [&](const BirthTest* test) {
    return *test->from <= born && (!test->until || born < *test->until);
  });
}

void report_legacy_beyond(Inspection& inspection, const Rule& rule) {
  const auto born = birth_date_of(inspection.dossier());
  if (!born || !is_born_in(births_of(rule), *born)) return;
  for (const auto& beyond : legacy_beyond_end(inspection)) {
    inspection.report({.rule = beyond.end,
                       .facts = {beyond.record->sequence},
                       .cells = {{legacy_beyond},
                                 {beyond.end->as<SchemeEnd>().last_day},
                                 cell_or_none(beyond.last)},
                       .unit = beyond.record->event.unit(Field::unit)});
  }
}

void missing_steps_of_births(Inspection& inspection) {
  const auto rules = duties(inspection, true);
  for_each_missed(
      inspection, rules,
      [&](const Rule& rule, const DueStep& step) { return is_of_the_year(inspection, rule, step); },
      [&](const Missed& missed) {
        auto facts = missed.participation.facts;
        for (const auto sequence : records_of(*missed.step)) facts.push_back(sequence);
        inspection.report({.rule = missed.rule,
                           .facts = std::move(facts),
                           .backing = missed.by_rule->population.backing,
                           .cells = {{word_of(missed.step->step)},
                                     {missed.step->to},
                                     cell_or_none(missed.step->done_on)},
                           .unit = missed.participation.unit});
      });
  for (const Rule* rule : rules) report_legacy_beyond(inspection, *rule);
}

}  // namespace

std::vector<Check> step_checks() {
  return {
      {.id = "CHK-28",
       .zh = "未按时间节点办理",
       .en = "a milestone that was missed",
       .severity = Severity::notice,
       .about = {Kind::person},
       .kinds = {RuleKind::milestones},
       .columns = milestone_columns,
       .judge = missed_milestones},
      {.id = "CHK-29",
       .zh = "当年出生者未在年内完成参保、缴费和社保卡，或子女统筹超期",
       .en =
           "born in the year: enrollment, payment or card not done within it, or legacy beyond it",
       .severity = Severity::warning,
       .about = {Kind::person},
       .kinds = {RuleKind::milestones},
       .columns = missing_step_columns,
       .judge = missing_steps_of_births},
  };
}

}  // namespace kinledger::projections

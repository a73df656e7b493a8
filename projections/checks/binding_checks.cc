// Bindings (关系绑定) of children to parent and unit: CHK-12, 13, 15 and 16.
#include <algorithm>
#include <utility>

#include "projections/checks/cells.h"
#include "projections/checks/inspection.h"
#include "projections/checks/topics.h"
#include "projections/judgments/employment.h"
#include "projections/judgments/units.h"

namespace kinledger::projections {
namespace {

using ledger::Date;
using ledger::EventType;
using ledger::Sequence;

using Kind = Subject::Kind;

std::vector<BindingDemand> demands_on(Inspection& inspection) {
  if (inspection.dossier().of(EventType::enrollment_registered).empty()) return {};
  return binding_demands(inspection.knowledge(), inspection.person(), inspection.jurisdiction(),
                         inspection.on());
}

BindingJudgment judge_on(Inspection& inspection, const BindingDemand& demand) {
  return judge_binding(inspection.knowledge(),
                       {inspection.person(), inspection.jurisdiction(), inspection.on()}, &demand);
}

// ---------------------------------------------------------------- no binding by the deadline

constexpr Heading unbound_columns[] = {
    {"enrolledOn", "参保办理日期", "enrolled on", "date"},
    {"deadline", "绑定期限（含）", "deadline (inclusive)", "date"},
    {"daysOverdue", "逾期天数", "days overdue", "count"},
};

/// Paid for, and a member until the deadline. On which day benefits began is another matter, which
/// the documents may leave open.
bool is_insured(Inspection& inspection, const BindingDemand& demand, Date deadline) {
  const auto* year = inspection.timeline().of(demand.insurance_year, demand.scheme);
  if (year == nullptr || !year->paid_on || *year->paid_on > inspection.on()) return false;
  if (!year->covered_from.value && !year->covered_from.undetermined) return false;
  return !year->membership.ended_on || *year->membership.ended_on > deadline;
}

/// False: this enrollment is not to be reported, but a later one may be.
bool tell_unbound(Inspection& inspection, const BindingDemand& demand) {
  const auto judged = judge_on(inspection, demand);
  const Date deadline = *judged.deadline.value;
  if (judged.registration || inspection.on() <= deadline) return false;
  if (!is_insured(inspection, demand, deadline)) return false;
  auto scope = parents_scope(inspection.knowledge(), inspection.person(), inspection.jurisdiction(),
                             deadline);
  if (scope.ruling.truth == Truth::no) return false;
  scope.facts.push_back(demand.enrollment);
  for (const Ruling* ruling : {&demand.population, &std::as_const(scope.ruling)}) {
    if (ruling->truth != Truth::unknown) continue;
    const auto why = undetermined_by(*ruling, inspection.rules(), inspection.jurisdiction());
    inspection.undecided(Undecided{why, std::move(scope.facts), scope.unit});
    return true;
  }
  auto backing = judged.timing_backing;
  backing.add(scope.ruling.backing);
  inspection.report({.rule = demand.rule,
                     .facts = std::move(scope.facts),
                     .backing = std::move(backing),
                     .cells = {{demand.handled_on}, {deadline}, count_cell(judged.days_late)},
                     .unit = scope.unit});
  return true;
}

void unbound(Inspection& inspection) {
  for (const auto& demand : demands_on(inspection))
    if (tell_unbound(inspection, demand)) return;
}

// ---------------------------------------------------------------- bound after the deadline

constexpr Heading late_binding_columns[] = {
    {"deadline", "绑定期限（含）", "deadline (inclusive)", "date"},
    {"handledOn", "办理日期", "handled on", "date"},
    {"daysLate", "逾期天数", "days late", "count"},
};

void bound_late(Inspection& inspection) {
  if (inspection.dossier().of(EventType::binding_registered).empty()) return;
  std::optional<std::size_t> told;
  for (const auto& demand : demands_on(inspection)) {
    const auto judged = judge_on(inspection, demand);
    if (!judged.registration || judged.registration == told) continue;
    const auto& binding = judged.bindings[*judged.registration];
    if (binding.period.from <= *judged.deadline.value) continue;
    const std::vector<Sequence> facts{demand.enrollment, binding.sequence};
    told = judged.registration;
    if (demand.population.truth == Truth::unknown) {
      inspection.undecided(demand.population, facts);
      continue;
    }
    inspection.report(
        {.rule = demand.rule,
         .facts = facts,
         .backing = judged.timing_backing,
         .cells = {{*judged.deadline.value}, {binding.period.from}, count_cell(judged.days_late)},
         .unit = binding.unit});
  }
}

// ---------------------------------------------------------------- forms

constexpr Heading form_columns[] = {
    {"defect", "登记表缺项", "defects of the form", "list"},
    {"handledOn", "办理日期", "handled on", "date"},
};

/// The links that the pooling left behind were taken over without a form.
bool is_on_a_form(const Binding& binding) {
  return !binding.is_legacy_link && binding.origin != ledger::BindingOrigin::legacy;
}

void defective_forms(Inspection& inspection) {
  for (const auto& binding : inspection.bindings()) {
    if (!is_on_a_form(binding) || binding.period.from > inspection.on()) continue;
    const auto form = judge_form(inspection.rules(), inspection.jurisdiction(), binding);
    if (form.unknown) inspection.undecided({*form.unknown, binding.facts});
    auto defects = words_of(form);
    if (defects.empty()) continue;
    inspection.report({.rule = form.steps.front().rule,
                       .facts = {binding.sequence},
                       .backing = form.backing,
                       .backing_is_whole = true,
                       .cells = {{std::move(defects)}, {binding.period.from}},
                       .unit = binding.unit});
  }
}

// ---------------------------------------------------------------- two bindings at once

constexpr Heading simultaneous_columns[] = {
    {"unitA", "在先绑定单位", "unit bound first", "unit"},
    {"unitB", "在后绑定单位", "unit bound later", "unit"},
    {"overlapFrom", "重叠自", "overlap from", "date"},
    {"overlapTo", "重叠至（含）", "overlap to (inclusive)", "date"},
    {"overlap", "重叠天数", "days of overlap", "count"},
};

/// The last day on which both held, as far as it has come.
Date last_in_common(const Binding& first, const Binding& second, Date on) {
  Date last = on;
  for (const auto& until : {first.period.until, second.period.until})
    if (until) last = std::min(last, ledger::add_days(*until, -1));
  return last;
}

/// A registration with the same unit took the place of the link that the pooling left.
bool is_taken_over(const std::vector<Binding>& bindings, const Binding& link, Date on) {
  return link.is_legacy_link && std::ranges::any_of(bindings, [&](const Binding& binding) {
           return !binding.is_legacy_link && binding.unit == link.unit && binding.period.from <= on;
         });
}

/// An earlier binding to another unit that still held when `later` began, up to the date.
const Binding* still_held(const std::vector<Binding>& bindings, const Binding& later, Date on) {
  for (const auto& earlier : bindings) {
    if (&earlier == &later) break;
    if (earlier.unit == later.unit || is_taken_over(bindings, earlier, later.period.from)) continue;
    if (later.period.from <= last_in_common(earlier, later, on)) return &earlier;
  }
  return nullptr;
}

void bound_twice(Inspection& inspection) {
  const auto& bindings = inspection.bindings();
  const auto jurisdiction = inspection.jurisdiction();
  for (const auto& later : bindings) {
    const Binding* earlier = still_held(bindings, later, inspection.on());
    if (earlier == nullptr) continue;
    const Date last = last_in_common(*earlier, later, inspection.on());
    const auto rules = inspection.rules().rules_of(RuleKind::binding_deadline, jurisdiction, last);
    if (rules.empty()) continue;
    // That a child has one unit at a time is a reading: both parents may qualify.
    Backing backing;
    backing.rely_on(
        inspection.rules().reading(Convention::reimbursing_unit, jurisdiction, last).point);
    auto facts = earlier->facts;
    facts.insert(facts.end(), later.facts.begin(), later.facts.end());
    const bool goes_on = last == inspection.on();
    inspection.report({.rule = rules.front(),
                       .facts = std::move(facts),
                       .backing = std::move(backing),
                       .cells = {{earlier->unit},
                                 {later.unit},
                                 {later.period.from},
                                 goes_on ? none() : Value{last},
                                 count_cell(ledger::days_between(later.period.from, last) + 1)},
                       .unit = later.unit});
  }
}

}  // namespace

std::vector<Check> binding_checks() {
  return {
      {.id = "CHK-12",
       .zh = "新增参保子女，父母所在单位在适用范围内，期限届满未办理关系绑定",
       .en = "newly added child of an employee of a unit in scope, not bound by the deadline",
       .severity = Severity::warning,
       .about = {Kind::person},
       .kinds = {RuleKind::binding_deadline},
       .columns = unbound_columns,
       .judge = unbound},
      {.id = "CHK-13",
       .zh = "关系绑定晚于参保办理当年年底",
       .en = "binding handled after the end of the year of the enrollment",
       .severity = Severity::notice,
       .about = {Kind::person},
       .kinds = {RuleKind::binding_deadline},
       .columns = late_binding_columns,
       .judge = bound_late},
      {.id = "CHK-15",
       .zh = "关系绑定登记表缺盖章、编号等项，或填写未参保",
       .en = "form of a binding without seal, number or other parts, or for a child not enrolled",
       .severity = Severity::warning,
       .about = {Kind::person},
       .kinds = {RuleKind::required_form},
       .columns = form_columns,
       .judge = defective_forms},
      {.id = "CHK-16",
       .zh = "子女同时绑定两个单位",
       .en = "child bound to two units at once",
       .severity = Severity::warning,
       .about = {Kind::person},
       .kinds = {RuleKind::binding_deadline},
       .columns = simultaneous_columns,
       .judge = bound_twice},
  };
}

}  // namespace kinledger::projections

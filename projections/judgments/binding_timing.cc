// Whether the binding that a new member needs was registered in time and on a complete form.
#include <algorithm>
#include <utility>

#include "projections/judgments/bindings.h"
#include "projections/judgments/membership.h"
#include "projections/judgments/units.h"

namespace kinledger::projections {
namespace {

using ledger::Area;
using ledger::Date;
using ledger::EventType;
using ledger::Field;

bool makes_a_new_member(const Fact& fact) {
  const auto kind = fact.event.as<ledger::EnrollmentKind>(Field::kind);
  return kind != ledger::EnrollmentKind::renewal && kind != ledger::EnrollmentKind::conversion;
}

/// The rule that asks for a binding after this enrollment, if one does.
std::optional<BindingDemand> demand_of(Knowledge& knowledge, const ledger::PersonId& child,
                                       Area jurisdiction, const Fact& enrollment) {
  const Date handled_on = act_date(enrollment);
  const auto scheme = enrollment.event.text(Field::scheme);
  for (const Rule* rule :
       knowledge.rules().rules_of(RuleKind::binding_deadline, jurisdiction, handled_on)) {
    const auto& deadline = rule->as<BindingDeadline>();
    if (std::ranges::find(deadline.schemes, scheme) == deadline.schemes.end()) continue;
    auto population = population_ruling(*rule, deadline.population, child, handled_on, knowledge);
    if (population.truth == Truth::no) continue;
    return BindingDemand{
        .rule = rule,
        .population = std::move(population),
        .enrollment = enrollment.sequence,
        .scheme = std::string(scheme),
        .handled_on = handled_on,
        .insurance_year =
            enrollment.event.year(Field::insurance_year).value_or(ledger::year_of(handled_on))};
  }
  return std::nullopt;
}

void judge_deadline(const Knowledge& knowledge, Area jurisdiction, const BindingDemand& demand,
                    BindingJudgment& result) {
  const auto& rules = knowledge.rules();
  Backing backing = demand.population.backing;
  const auto reading = rules.reading(Convention::binding_year, jurisdiction, demand.handled_on);
  backing.rely_on(reading);
  rely_on_declared(backing, point_calendar_year, rules, jurisdiction);
  const Date by_act = ledger::last_day(ledger::year_of(demand.handled_on));
  const Date by_insurance_year = ledger::last_day(demand.insurance_year);
  const bool by_year = reading.choice == "insurance_year";
  result.deadline = Judged<Date>::of(by_year ? by_insurance_year : by_act, std::move(backing));
  if (by_act != by_insurance_year) {
    result.deadline_alternatives.emplace_back(by_year ? "year_of_enrollment" : "insurance_year",
                                              by_year ? by_act : by_insurance_year);
  }
}

void judge_consequence(const Knowledge& knowledge, Area jurisdiction, Date on,
                       BindingJudgment& result) {
  for (const Rule* rule : knowledge.rules().rules_of(RuleKind::late_binding, jurisdiction, on)) {
    const auto& late = rule->as<LateBinding>();
    result.steps.push_back({.rule = rule, .open_point = late.open_point});
    if (late.denies_subsidy || late.open_point.empty()) continue;
    result.consequence = open_point(late.open_point, knowledge.rules(), jurisdiction);
    return;
  }
}

/// The first registration after the pooling's links, on or before the date, that had not ended
/// when it was asked for.
const Binding* registration_on(const std::vector<Binding>& bindings, const BindingDemand* demand,
                               Date on) {
  const auto at = std::ranges::find_if(bindings, [&](const Binding& binding) {
    const bool is_over =
        demand != nullptr && binding.period.until && *binding.period.until <= demand->handled_on;
    return !binding.is_legacy_link && binding.period.from <= on && !is_over;
  });
  return at == bindings.end() ? nullptr : &*at;
}

/// Whether the programme is for the child, so that the timing matters.
bool is_meant(const Ruling& ruling, const Rulebook& rules, Area jurisdiction,
              BindingJudgment& result) {
  if (ruling.truth == Truth::yes) return true;
  if (ruling.truth == Truth::no) {
    result.timing = BindingTiming::not_required;
    result.timing_backing = ruling.backing;
    return false;
  }
  result.timing_backing.add(ruling.backing);
  result.timing_backing.weaken(ledger::Certainty::open);
  result.timing_open = undetermined_by(ruling, rules, jurisdiction);
  return false;
}

void judge_timing(Knowledge& knowledge, const BindingCase& asked, const BindingDemand& demand,
                  BindingJudgment& result) {
  const auto& [child, jurisdiction, on] = asked;
  const auto* registration = result.registration ? &result.bindings[*result.registration] : nullptr;
  Step step{.rule = demand.rule, .facts = {demand.enrollment}};
  if (registration != nullptr) {
    step.facts.push_back(registration->sequence);
  }
  result.steps.push_back(std::move(step));
  result.timing_backing = result.deadline.backing;
  const auto& rules = knowledge.rules();
  if (!is_meant(demand.population, rules, jurisdiction, result)) return;
  // Who was bound was bound as the child of an employee.
  if (registration == nullptr) {
    const auto scope =
        parents_scope(knowledge, child, jurisdiction, std::min(on, *result.deadline.value));
    append(result.steps, scope.ruling.steps);
    if (!is_meant(scope.ruling, rules, jurisdiction, result)) return;
    result.timing_backing.add(scope.ruling.backing);
  }
  const Date deadline = *result.deadline.value;
  const Date handled_or_asked = registration != nullptr ? *result.handled_on : on;
  const bool is_past = handled_or_asked > deadline;
  if (registration != nullptr) {
    result.timing = is_past ? BindingTiming::late : BindingTiming::in_time;
  } else {
    result.timing = is_past ? BindingTiming::missing : BindingTiming::pending;
  }
  if (is_past) result.days_late = ledger::days_between(deadline, handled_or_asked);
}

}  // namespace

std::vector<BindingDemand> binding_demands(Knowledge& knowledge, const ledger::PersonId& child,
                                           Area jurisdiction, Date on) {
  const auto& dossier = knowledge.person(child);
  std::vector<BindingDemand> demands;
  for (const auto& fact : dossier.of(EventType::enrollment_registered)) {
    if (act_date(fact) > on || !is_about(fact, dossier, jurisdiction)) continue;
    if (!makes_a_new_member(fact)) continue;
    if (auto demand = demand_of(knowledge, child, jurisdiction, fact))
      demands.push_back(*std::move(demand));
  }
  std::ranges::stable_sort(demands, {}, &BindingDemand::handled_on);
  return demands;
}

/// What the rule asks of the form and the record does not say. The names and numbers are known
/// without it: a binding is recorded with both persons and the unit.
void find_unknown(const RequiredForm& required, const Binding& binding, const Rulebook& rules,
                  Area jurisdiction, BindingForm& form) {
  if (!form.defects.empty() || form.enrolled_flag_is_no) {
    form.unknown.reset();
    return;
  }
  Ruling unknown;
  const auto has_part = [&](ledger::FormPart part) {
    return std::ranges::find(required.parts, part) != required.parts.end();
  };
  if (has_part(ledger::FormPart::unit_seal) && !binding.sealed)
    unknown.causes.push_back(
        {"sealed", "未登记：登记表是否盖章", "not recorded: whether the form is sealed"});
  if (required.enrolled_required && !binding.enrolled)
    unknown.causes.push_back({"enrolled", "未登记：登记表所填是否参保",
                              "not recorded: whether the form says that the child is enrolled"});
  if (!unknown.causes.empty()) form.unknown = undetermined_by(unknown, rules, jurisdiction);
}

BindingForm judge_form(const Rulebook& rules, Area jurisdiction, const Binding& binding) {
  BindingForm form;
  const Date handled_on = binding.period.from;
  for (const Rule* rule : rules.rules_of(RuleKind::required_form, jurisdiction, handled_on)) {
    const auto& required = rule->as<RequiredForm>();
    form.backing.weaken(rule->certainty);
    for (const auto part : required.parts) {
      const bool is_missing =
          std::ranges::find(binding.missing_parts, part) != binding.missing_parts.end() ||
          (part == ledger::FormPart::unit_seal && binding.sealed == false);
      if (is_missing) form.defects.push_back(part);
    }
    // The form shows its fields; that it is not complete without them follows from that.
    if (!form.defects.empty()) form.backing.weaken(ledger::Certainty::derived);
    if (required.enrolled_required && binding.enrolled == false) {
      form.enrolled_flag_is_no = true;
      for (const auto& point : rule->interpretations) form.backing.rely_on(point);
    }
    find_unknown(required, binding, rules, jurisdiction, form);
    form.steps.push_back({.rule = rule, .facts = {binding.sequence}});
  }
  return form;
}

BindingJudgment judge_binding(Knowledge& knowledge, const BindingCase& asked) {
  const auto demands = binding_demands(knowledge, asked.child, asked.jurisdiction, asked.on);
  return judge_binding(knowledge, asked, demands.empty() ? nullptr : &demands.back());
}

BindingJudgment judge_binding(Knowledge& knowledge, const BindingCase& asked,
                              const BindingDemand* demand) {
  const auto& [child, jurisdiction, on] = asked;
  BindingJudgment result;
  result.bindings = bindings_of(knowledge.person(child), knowledge.rules(), jurisdiction);
  if (const Binding* current = binding_on(result.bindings, on)) {
    result.current = static_cast<std::size_t>(current - result.bindings.data());
  }
  const Binding* registration = registration_on(result.bindings, demand, on);
  if (registration != nullptr) {
    result.registration = static_cast<std::size_t>(registration - result.bindings.data());
    result.handled_on = registration->period.from;
    // What the pooling left behind was taken over without a form.
    if (registration->origin != ledger::BindingOrigin::legacy)
      result.form = judge_form(knowledge.rules(), jurisdiction, *registration);
    append(result.steps, result.form.steps);
  }
  if (demand == nullptr) {
    result.timing = BindingTiming::not_required;
    return result;
  }
  judge_deadline(knowledge, jurisdiction, *demand, result);
  judge_timing(knowledge, asked, *demand, result);
  if (result.days_late > 0) judge_consequence(knowledge, jurisdiction, on, result);
  return result;
}

}  // namespace kinledger::projections

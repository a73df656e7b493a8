#include "projections/judgments/bindings.h"

#include <algorithm>
#include <utility>

#include "projections/judgments/membership.h"

namespace kinledger::projections {
namespace {

using ledger::Area;
using ledger::Date;
using ledger::EventType;
using ledger::Field;

Binding registered(const Fact& fact, const ledger::UnitId& unit) {
  const auto& event = fact.event;
  Binding binding;
  binding.sequence = fact.sequence;
  binding.facts = {fact.sequence};
  binding.parent = event.person(Field::parent);
  binding.unit = unit;
  binding.period = {act_date(fact), event.date(Field::until)};
  binding.origin = event.as<ledger::BindingOrigin>(Field::origin);
  binding.sealed = event.flag(Field::sealed);
  binding.enrolled = event.flag(Field::enrolled_in_scheme);
  for (const auto part : event.enumerants(Field::missing_parts)) {
    binding.missing_parts.push_back(static_cast<ledger::FormPart>(part));
  }
  return binding;
}

/// An end that names no binding ends the latest one to its unit.
Binding* ended_by(std::vector<Binding>& bindings, const std::vector<ledger::FactId>& facts,
                  const Fact& end) {
  const auto named = end.event.fact(Field::binding);
  const auto unit = end.event.unit(Field::unit);
  Binding* latest = nullptr;
  for (std::size_t i = 0; i < bindings.size(); ++i) {
    if (named && facts[i] == *named) return &bindings[i];
    const bool is_candidate =
        !named && unit == bindings[i].unit && bindings[i].period.from <= act_date(end);
    if (is_candidate && (latest == nullptr || bindings[i].period.from >= latest->period.from)) {
      latest = &bindings[i];
    }
  }
  return latest;
}

void apply_ends(const Dossier& child, Area jurisdiction, const std::vector<ledger::FactId>& facts,
                std::vector<Binding>& bindings) {
  for (const auto& fact : child.of(EventType::binding_ended)) {
    if (!is_about(fact, child, jurisdiction)) continue;
    Binding* binding = ended_by(bindings, facts, fact);
    if (binding == nullptr) continue;
    const Date ended_on = act_date(fact);
    if (binding->period.until && *binding->period.until <= ended_on) continue;
    binding->period.until = ended_on;
    binding->facts.push_back(fact.sequence);
  }
}

}  // namespace

std::vector<Binding> bindings_of(const Dossier& child, const Rulebook& rules, Area jurisdiction) {
  std::vector<Binding> bindings;
  std::vector<ledger::FactId> facts;
  for (const auto& fact : child.of(EventType::binding_registered)) {
    const auto unit = fact.event.unit(Field::unit);
    if (!unit || !is_about(fact, child, jurisdiction)) continue;
    bindings.push_back(registered(fact, *unit));
    facts.push_back(fact.event.envelope().fact);
  }
  for (const auto& legacy : legacy_memberships(child, rules, jurisdiction)) {
    if (!legacy.unit) continue;
    Binding link;
    link.sequence = legacy.sequence;
    link.facts = {legacy.sequence};
    link.parent = legacy.parent;
    link.unit = *legacy.unit;
    link.period = legacy.period;
    // What the end of the pooling cuts off is the membership; the link goes on.
    if (legacy.ended_by != nullptr) link.period.until.reset();
    link.origin = ledger::BindingOrigin::legacy;
    link.is_legacy_link = true;
    bindings.push_back(std::move(link));
    facts.emplace_back();
  }
  apply_ends(child, jurisdiction, facts, bindings);
  std::ranges::sort(bindings, {}, [](const Binding& binding) {
    return std::pair(binding.period.from, binding.sequence);
  });
  return bindings;
}

const Binding* binding_on(const std::vector<Binding>& bindings, Date on) {
  const Binding* found = nullptr;
  for (const auto& binding : bindings) {
    if (contains(binding.period, on)) found = &binding;
  }
  return found;
}

std::string_view to_text(BindingTiming timing) {
  switch (timing) {
    case BindingTiming::in_time:
      return "in_time";
    case BindingTiming::late:
      return "late";
    case BindingTiming::missing:
      return "missing";
    case BindingTiming::pending:
      return "pending";
    case BindingTiming::not_required:
      return "not_required";
    case BindingTiming::undetermined:
      return "undetermined";
  }
  invariant(false);
}

Word word_of(BindingTiming timing) {
  const auto label = [timing]() -> Label {
    switch (timing) {
      case BindingTiming::in_time:
        return {"按时", "in time"};
      case BindingTiming::late:
        return {"逾期", "late"};
      case BindingTiming::missing:
        return {"逾期未办", "missing"};
      case BindingTiming::pending:
        return {"未办", "not yet"};
      case BindingTiming::not_required:
        return {"无需办理", "not required"};
      case BindingTiming::undetermined:
        return {"未确定", "undetermined"};
    }
    invariant(false);
  };
  return {std::string(to_text(timing)), label()};
}

std::vector<Word> words_of(const BindingForm& form) {
  const auto& parts =
      ledger::type_info(EventType::binding_registered).find(Field::missing_parts)->enumerants;
  std::vector<Word> words;
  for (const auto part : form.defects) {
    const auto& named = parts[static_cast<std::size_t>(part)];
    words.push_back({std::string(named.name), {std::string(named.zh), std::string(named.name)}});
  }
  if (form.enrolled_flag_is_no) {
    words.push_back({"enrolledFlagNo", {"是否参保填“否”", "the form says not enrolled"}});
  }
  return words;
}

}  // namespace kinledger::projections

#include "projections/judgments/findings.h"

#include <algorithm>
#include <utility>

namespace kinledger::projections {
namespace {

using ledger::Date;
using ledger::EventType;
using ledger::Field;

void judge_due(const Rulebook& rules, const Fact& opened, AuditFinding& finding) {
  const auto jurisdiction = opened.event.envelope().jurisdiction;
  for (const Rule* rule : rules.rules_of(RuleKind::rectification_deadline, jurisdiction)) {
    const auto& deadline = rule->as<RectificationDeadline>();
    const bool is_for_it =
        deadline.statement == finding.statement || rule->id == opened.event.text(Field::rule);
    if (!is_for_it) continue;
    Backing backing;
    backing.apply(*rule);
    finding.due_to = Judged<Date>::of(deadline.due_to, std::move(backing));
    finding.reasons.push_back({.rule = rule, .facts = {opened.sequence}});
    return;
  }
  // What the audit itself set is a recorded fact.
  if (const auto due_by = opened.event.date(Field::due_by)) {
    finding.due_to = Judged<Date>::of(*due_by, {});
    return;
  }
  finding.due_to = Judged<Date>::open(
      no_rule("整改期限未登记，也没有规则规定", "no deadline is recorded and no rule sets one"));
}

void judge_met(Date on, AuditFinding& finding) {
  if (!finding.due_to.value) return;
  finding.met_backing = finding.due_to.backing;
  const Date due_to = *finding.due_to.value;
  const Date closed_or_asked = finding.closed_on.value_or(on);
  if (finding.closed_on || closed_or_asked > due_to) {
    finding.met = finding.closed_on && closed_or_asked <= due_to;
  }
  if (closed_or_asked > due_to) finding.days_late = ledger::days_between(due_to, closed_or_asked);
}

std::vector<ledger::Hash> evidence_of(const Fact& fact) {
  std::vector<ledger::Hash> digests;
  for (const auto digest : fact.event.texts(Field::evidence))
    std::ranges::copy(ledger::as_bytes(digest), digests.emplace_back().bytes.begin());
  return digests;
}

AuditFinding opened_by(const Dossier& dossier, const Fact& fact) {
  AuditFinding finding;
  finding.number = fact.event.text(Field::finding);
  finding.opened = first_record_of(dossier, fact);
  finding.authority = fact.event.text(Field::authority);
  finding.statement = fact.event.text(Field::statement);
  finding.check = fact.event.text(Field::check);
  finding.unit = fact.event.unit(Field::unit);
  finding.area = fact.event.area(Field::area);
  finding.opened_on = act_date(fact);
  finding.evidence = evidence_of(fact);
  return finding;
}

}  // namespace

ledger::Sequence first_record_of(const Dossier& dossier, const Fact& fact) {
  auto first = fact.sequence;
  for (const auto& version : dossier.replaced())
    if (version.event.envelope().fact == fact.event.envelope().fact)
      first = std::min(first, version.sequence);
  return first;
}

void add_steps(const Dossier& dossier, Date on, AuditFinding& finding) {
  for (const auto& fact : dossier.of(EventType::rectification_step_recorded)) {
    if (fact.event.text(Field::finding) != finding.number || act_date(fact) > on) continue;
    const auto known =
        std::ranges::find(finding.steps, fact.sequence, &RectificationStep::sequence);
    if (known != finding.steps.end()) continue;
    finding.steps.push_back({.sequence = fact.sequence,
                             .on = act_date(fact),
                             .by = fact.event.envelope().actor,
                             .unit = fact.event.unit(Field::unit),
                             .action = std::string(fact.event.text(Field::action)),
                             .done = fact.event.flag(Field::done),
                             .corrected = fact.event.fact(Field::corrected),
                             .evidence = evidence_of(fact)});
  }
  std::ranges::stable_sort(finding.steps, {}, &RectificationStep::on);
}

std::vector<AuditFinding> audit_findings(const Rulebook& rules, const Dossier& dossier, Date on) {
  std::vector<AuditFinding> findings;
  for (const auto& fact : dossier.of(EventType::finding_opened)) {
    if (act_date(fact) > on) continue;
    AuditFinding finding = opened_by(dossier, fact);
    judge_due(rules, fact, finding);
    add_steps(dossier, on, finding);
    add_steps(rules.region(), on, finding);
    // Closings name neither unit nor person, so they are the region's.
    for (const auto& closed : rules.region().of(EventType::finding_closed)) {
      if (closed.event.text(Field::finding) != finding.number || act_date(closed) > on) continue;
      const auto* result = rules.code("findingResult", closed.event.text(Field::result));
      if (result == nullptr || !result->partial) finding.closed_on = act_date(closed);
      finding.result = closed.event.text(Field::result);
      if (!finding.reasons.empty()) finding.reasons.front().facts.push_back(closed.sequence);
    }
    judge_met(on, finding);
    findings.push_back(std::move(finding));
  }
  std::ranges::stable_sort(findings, {}, &AuditFinding::number);
  return findings;
}

}  // namespace kinledger::projections

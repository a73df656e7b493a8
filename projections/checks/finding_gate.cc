#include "projections/checks/finding_gate.h"

#include <algorithm>
#include <string>

namespace kinledger::projections {
namespace {

using ledger::EventType;
using ledger::Field;
using ledger::Reason;
using ledger::Refusal;
using ledger::Result;
using ledger::SubmittedEvent;

std::string_view text_of(const SubmittedEvent& event, Field field) {
  const auto* value = event.draft.find(field);
  const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(value);
  return text == nullptr ? std::string_view() : std::string_view(*text);
}

std::optional<LinkedCheck> linked_by(const Dossier& dossier, std::string_view finding) {
  std::optional<LinkedCheck> linked;
  for (const auto& fact : dossier.of(EventType::finding_opened)) {
    if (fact.event.text(Field::finding) != finding) continue;
    const auto* check = find_check(fact.event.text(Field::check));
    if (check == nullptr) continue;
    linked.emplace();
    linked->check = check;
    linked->scope.unit = fact.event.unit(Field::unit);
    linked->scope.area = fact.event.area(Field::area);
    linked->opened = fact.sequence;
    linked->opened_on = act_date(fact);
  }
  return linked;
}

Reason still_reported(const Check& check, std::uint64_t found) {
  const auto id = std::string(check.id);
  const auto count = std::to_string(found);
  return {"FINDING_STILL_REPORTED",
          "检查 " + id + " 仍有 " + count + " 条疑点，不能销号；先更正，再另行申报销号",
          "check " + id + " still reports " + count +
              ": correct that first, then close the finding in a submission of its own"};
}

Result<std::optional<Reason>> closing_refused(Archive& archive, const SubmittedEvent& event) {
  auto view = archive.view(archive.ledger().durable().size);
  if (!view) return view.error();
  auto asking = archive.asking(*view);
  const auto linked = linked_check(asking, text_of(event, Field::finding));
  if (!linked) return linked.error();
  if (!*linked) return std::optional<Reason>();
  CheckRun run;
  run.checks = {(*linked)->check};
  run.scope = (*linked)->scope;
  run.on = event.draft.envelope.valid_on.value_or(ledger::civil_date_of(archive.ledger().now()));
  run.keep_rows = false;
  const auto results = run_checks(asking, run);
  if (!results) return results.error();
  const auto found = results->front().found;
  return found == 0 ? std::optional<Reason>() : still_reported(*(*linked)->check, found);
}

Result<std::optional<Reason>> refusal_of(Archive& archive, const SubmittedEvent& event) {
  if (event.draft.type == EventType::finding_closed) return closing_refused(archive, event);
  const auto check = text_of(event, Field::check);
  const bool is_unknown = event.draft.type == EventType::finding_opened && !check.empty() &&
                          find_check(check) == nullptr;
  if (!is_unknown) return std::optional<Reason>();
  return std::optional(Reason("CHECK_UNKNOWN", "没有这项检查；全部检查：kinledger check --list",
                              "there is no such check; all checks: kinledger check --list"));
}

bool is_about_finding(const SubmittedEvent& event) {
  return event.draft.type == EventType::finding_opened ||
         event.draft.type == EventType::finding_closed;
}

}  // namespace

/// A finding stands in the region's dossier or in that of its unit.
Result<std::optional<LinkedCheck>> linked_check(Asking& asking, std::string_view finding) {
  auto linked = linked_by(asking.knowledge.region(), finding);
  if (linked) return linked;
  const auto listed = asking.subjects(Subject::Kind::unit, [&](const Subject& subject) {
    asking.knowledge.stay_small();
    linked = linked_by(asking.knowledge.unit_itself(ledger::UnitId{subject.id}), finding);
    return !linked;
  });
  if (!listed) return listed.error();
  return linked;
}

bool is_about_findings(const ledger::Submission& submission) {
  return std::ranges::any_of(submission.events, is_about_finding);
}

Result<std::vector<Refusal>> refused_findings(Archive& archive,
                                              const ledger::Submission& submission) {
  std::vector<Refusal> refusals;
  for (const auto& event : submission.events) {
    // A correction of what was said of a finding is a correction, whatever the check says.
    if (!is_about_finding(event) || event.correction) continue;
    auto refused = refusal_of(archive, event);
    if (!refused) return refused.error();
    if (!*refused) continue;
    const auto* field = event.draft.type == EventType::finding_closed ? "finding" : "check";
    refusals.push_back({event.draft.envelope.source_row, field, std::move(**refused)});
  }
  return refusals;
}

}  // namespace kinledger::projections

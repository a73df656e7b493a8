#include "projections/checks/finding_gate.h"

#include <algorithm>
#include <string>

namespace kinledger::projections {
namespace {

using ledger::Date;
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
    if (check == nullptr && linked && linked->check != nullptr) continue;
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

/// What the submission says of findings, held against what is recorded.
class Gate {
 public:
  Gate(Archive& archive, const ledger::Submission& submission)
      : archive_(archive),
        submission_(submission),
        today_(ledger::civil_date_of(archive.ledger().now())) {}

  Result<std::optional<Reason>> refusal_of(const SubmittedEvent& event) {
    if (event.draft.type == EventType::finding_closed) return closing_refused(event);
    if (event.draft.type == EventType::finding_opened) return opening_refused(event);
    return std::optional<Reason>();
  }

 private:
  Date day_of(const SubmittedEvent& event) const {
    return event.draft.envelope.valid_on.value_or(today_);
  }

  bool is_due_early(const SubmittedEvent& event) const {
    const auto* due_by = event.draft.find(Field::due_by);
    if (due_by == nullptr) return false;
    ledger::EventDraft opened;  // dates are compared as drafts hold them
    opened.set(Field::due_by, day_of(event));
    return *due_by < *opened.find(Field::due_by);
  }

  /// The event of this submission before `until` that opens the finding, or null.
  const SubmittedEvent* opened_here(std::string_view finding, const SubmittedEvent& until) const {
    for (const auto& event : submission_.events) {
      if (&event == &until) return nullptr;
      if (event.draft.type == EventType::finding_opened && !event.correction &&
          text_of(event, Field::finding) == finding)
        return &event;
    }
    return nullptr;
  }

  Result<std::optional<LinkedCheck>> recorded(std::string_view finding) {
    auto view = archive_.view(archive_.ledger().durable().size);
    if (!view) return view.error();
    auto asking = archive_.asking(*view);
    return linked_check(asking, finding);
  }

  Result<std::optional<Reason>> opening_refused(const SubmittedEvent& event) {
    const auto check = text_of(event, Field::check);
    if (!check.empty() && find_check(check) == nullptr)
      return std::optional(Reason("CHECK_UNKNOWN", "没有这项检查；全部检查：kinledger check --list",
                                  "there is no such check; all checks: kinledger check --list"));
    if (is_due_early(event))
      return std::optional(Reason("FINDING_DUE_EARLY", "整改期限早于立项日期",
                                  "the finding is due before the day on which it was opened"));
    const auto finding = text_of(event, Field::finding);
    const auto known = recorded(finding);
    if (!known) return known.error();
    if (!*known && opened_here(finding, event) == nullptr) return std::optional<Reason>();
    return std::optional(
        Reason("FINDING_NUMBER_TAKEN", "此问题编号已有问题；请另编号，或更正原记录",
               "there is a finding of this number: give it another one, or correct that record"));
  }

  Result<std::optional<Reason>> closing_refused(const SubmittedEvent& event) {
    const auto finding = text_of(event, Field::finding);
    const auto known = recorded(finding);
    if (!known) return known.error();
    const auto& linked = *known;
    const auto* here = linked ? nullptr : opened_here(finding, event);
    if (!linked && here == nullptr)
      return std::optional(Reason("FINDING_UNKNOWN", "没有这一编号的问题，请先立项",
                                  "there is no finding of this number: open it first"));
    const Date opened_on = linked ? linked->opened_on : day_of(*here);
    if (day_of(event) < opened_on)
      return std::optional(Reason("FINDING_CLOSED_EARLY",
                                  "销号日期早于立项日期 " + ledger::to_text(opened_on),
                                  "closed before it was opened, " + ledger::to_text(opened_on)));
    if (here != nullptr && !text_of(*here, Field::check).empty())
      return std::optional(
          Reason("FINDING_CLOSED_AT_ONCE", "写明检查编号的问题须在立项之后另行申报销号",
                 "a finding that names a check is closed in a later submission than opens it"));
    if (!linked || linked->check == nullptr) return std::optional<Reason>();
    for (const Date on : {day_of(event), today_}) {
      const auto found = irregularities(*linked, on);
      if (!found) return found.error();
      if (*found > 0) return std::optional(still_reported(*linked->check, *found));
    }
    return std::optional<Reason>();
  }

  Result<std::uint64_t> irregularities(const LinkedCheck& linked, Date on) {
    auto view = archive_.view(archive_.ledger().durable().size);
    if (!view) return view.error();
    auto asking = archive_.asking(*view);
    CheckRun run;
    run.checks = {linked.check};
    run.scope = linked.scope;
    run.on = on;
    run.keep_rows = false;
    const auto results = run_checks(asking, run);
    if (!results) return results.error();
    return results->front().found;
  }

  Archive& archive_;
  const ledger::Submission& submission_;
  const Date today_;
};

/// The field that is wrong.
std::string field_of(std::string_view code) {
  if (code == "CHECK_UNKNOWN") return "check";
  if (code == "FINDING_DUE_EARLY") return "dueBy";
  if (code == "FINDING_CLOSED_EARLY") return "validOn";
  return "finding";
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
  Gate gate(archive, submission);
  for (const auto& event : submission.events) {
    // A correction of what was said of a finding is a correction, whatever the check says.
    if (!is_about_finding(event) || event.correction) continue;
    auto refused = gate.refusal_of(event);
    if (!refused) return refused.error();
    if (!*refused) continue;
    auto field = field_of((*refused)->code);
    refusals.push_back({event.draft.envelope.source_row, std::move(field), std::move(**refused)});
  }
  return refusals;
}

}  // namespace kinledger::projections

#include "projections/checks/finding_gate.h"

#include <algorithm>
#include <string>
#include <utility>

#include "projections/judgments/findings.h"

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

LinkedCheck linked_by(const Dossier& dossier, const Fact& opened) {
  LinkedCheck linked;
  linked.check = find_check(opened.event.text(Field::check));
  linked.scope.unit = opened.event.unit(Field::unit);
  linked.scope.area = opened.event.area(Field::area);
  linked.opened = first_record_of(dossier, opened);
  linked.opened_on = act_date(opened);
  return linked;
}

/// Adds the findings that the dossier records.
void add_linked(const Dossier& dossier, const FindingNumbers& numbers, LinkedChecks& linked) {
  const auto rank = [](const LinkedCheck& one) {
    return std::pair(one.check != nullptr, one.opened);
  };
  for (const auto& fact : dossier.of(EventType::finding_opened)) {
    const auto number = numbers.find(fact.event.text(Field::finding));
    if (number == numbers.end()) continue;
    const auto found = linked_by(dossier, fact);
    const auto [at, is_new] = linked.try_emplace(*number, found);
    if (!is_new && rank(found) > rank(at->second)) at->second = found;
  }
}

Reason still_reported(const Check& check, std::uint64_t found) {
  const auto id = std::string(check.id);
  const auto count = std::to_string(found);
  return {"FINDING_STILL_REPORTED",
          "检查 " + id + " 仍有 " + count + " 条疑点，不能销号；先更正，再另行申报销号",
          "check " + id + " still reports " + count +
              ": correct that first, then close the finding in a submission of its own"};
}

/// What the submission says of findings, held against what is known of them.
class Scrutiny {
 public:
  Scrutiny(Asking& asking, const ledger::Submission& submission, const LinkedChecks& known,
           Date today)
      : asking_(asking), submission_(submission), known_(known), today_(today) {}

  Result<std::optional<Reason>> refusal_of(const SubmittedEvent& event) {
    if (event.draft.type == EventType::finding_opened) return opening_refused(event);
    if (auto refused = refused_as_unknown(event)) return refused;
    if (event.draft.type == EventType::finding_closed) return closing_refused(event);
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

  const LinkedCheck* recorded(std::string_view finding) const {
    const auto at = known_.find(finding);
    return at == known_.end() ? nullptr : &at->second;
  }

  std::optional<Reason> opening_refused(const SubmittedEvent& event) const {
    const auto check = text_of(event, Field::check);
    if (!check.empty() && find_check(check) == nullptr)
      return Reason("CHECK_UNKNOWN", "没有这项检查；全部检查：kinledger check --list",
                    "there is no such check; all checks: kinledger check --list");
    if (is_due_early(event))
      return Reason("FINDING_DUE_EARLY", "整改期限早于立项日期",
                    "the finding is due before the day on which it was opened");
    if (refused_as_unknown(event)) return std::nullopt;
    return Reason("FINDING_NUMBER_TAKEN", "此问题编号已有问题；请另编号，或更正原记录",
                  "there is a finding of this number: give it another one, or correct that record");
  }

  std::optional<Reason> refused_as_unknown(const SubmittedEvent& event) const {
    const auto finding = text_of(event, Field::finding);
    if (recorded(finding) != nullptr || opened_here(finding, event) != nullptr) return std::nullopt;
    return Reason("FINDING_UNKNOWN", "没有这一编号的问题，请先立项",
                  "there is no finding of this number: open it first");
  }

  /// Precondition: the finding is known.
  Result<std::optional<Reason>> closing_refused(const SubmittedEvent& event) {
    const auto finding = text_of(event, Field::finding);
    const auto* linked = recorded(finding);
    const auto* here = linked != nullptr ? nullptr : opened_here(finding, event);
    const Date opened_on = linked != nullptr ? linked->opened_on : day_of(*here);
    if (day_of(event) < opened_on)
      return std::optional(Reason("FINDING_CLOSED_EARLY",
                                  "销号日期早于立项日期 " + ledger::to_text(opened_on),
                                  "closed before it was opened, " + ledger::to_text(opened_on)));
    if (here != nullptr && !text_of(*here, Field::check).empty())
      return std::optional(
          Reason("FINDING_CLOSED_AT_ONCE", "写明检查编号的问题须在立项之后另行申报销号",
                 "a finding that names a check is closed in a later submission than opens it"));
    if (linked == nullptr || linked->check == nullptr) return std::optional<Reason>();
    for (const Date on : {day_of(event), today_}) {
      const auto found = irregularities(*linked, on);
      if (!found) return found.error();
      if (*found > 0) return std::optional(still_reported(*linked->check, *found));
      if (on == today_) break;
    }
    return std::optional<Reason>();
  }

  Result<std::uint64_t> irregularities(const LinkedCheck& linked, Date on) {
    CheckRun run;
    run.checks = {linked.check};
    run.scope = linked.scope;
    run.on = on;
    run.keep_rows = false;
    const auto results = run_checks(asking_, run);
    if (!results) return results.error();
    return results->front().found;
  }

  Asking& asking_;
  const ledger::Submission& submission_;
  const LinkedChecks& known_;
  const Date today_;
};

/// The field that is wrong.
std::string field_of(std::string_view code) {
  if (code == "CHECK_UNKNOWN") return "check";
  if (code == "FINDING_DUE_EARLY") return "dueBy";
  if (code == "FINDING_CLOSED_EARLY") return "validOn";
  return "finding";
}

/// A correction of what was said of a finding is a correction, whatever the check says.
bool is_about_finding(const SubmittedEvent& event) {
  return !event.correction && (event.draft.type == EventType::finding_opened ||
                               event.draft.type == EventType::rectification_step_recorded ||
                               event.draft.type == EventType::finding_closed);
}

/// Whether anything recorded in between may say of a finding what was not known before.
Result<bool> tells_of_findings(const ledger::Journal& journal, ledger::TreeSize from,
                               ledger::TreeSize to) {
  bool tells = false;
  std::optional<ledger::Error> fault;
  const auto read = journal.read({from.value}, to, [&](ledger::Sequence at, const auto& page) {
    for (std::size_t i = 0; i < page.count() && !tells; ++i) {
      if (at.value + i < from.value || at.value + i >= to.value) continue;
      const auto event = ledger::EventView::read(page.event(i));
      if (!event) fault = event.error();
      tells = !event || event->type() == EventType::finding_opened ||
              event->type() == EventType::event_voided;
    }
    return !tells;
  });
  if (fault) return *fault;
  if (!read) return read.error();
  return tells;
}

}  // namespace

/// A finding stands in the region's dossier or in that of its unit.
Result<LinkedChecks> linked_checks(Asking& asking, const FindingNumbers& numbers) {
  LinkedChecks linked;
  add_linked(asking.knowledge.region(), numbers, linked);
  const auto listed = asking.subjects(Subject::Kind::unit, [&](const Subject& subject) {
    asking.knowledge.stay_small();
    add_linked(asking.knowledge.unit_itself(ledger::UnitId{subject.id}), numbers, linked);
    return true;
  });
  if (!listed) return listed.error();
  if (const auto& fault = asking.knowledge.fault()) return *fault;
  return linked;
}

bool is_about_findings(const ledger::Submission& submission) {
  return std::ranges::any_of(submission.events, is_about_finding);
}

FindingGate::FindingGate(Archive& archive, const ledger::Submission& submission)
    : archive_(archive),
      submission_(submission),
      today_(ledger::civil_date_of(archive.ledger().now())) {}

Result<void> FindingGate::know(Asking& asking) {
  const auto basis = asking.basis.size;
  const auto before = std::exchange(known_at_, basis);
  if (before.value > 0) {
    const auto tells = tells_of_findings(archive_.ledger().journal(), before, basis);
    if (!tells) return tells.error();
    if (!*tells) return {};
  }
  FindingNumbers numbers;
  for (const auto& event : submission_.events)
    if (is_about_finding(event)) numbers.emplace(text_of(event, Field::finding));
  auto linked = linked_checks(asking, numbers);
  if (!linked) return linked.error();
  known_ = std::move(*linked);
  return {};
}

Result<std::vector<Refusal>> FindingGate::refusals(ledger::TreeSize basis) {
  const auto view = archive_.view(basis);
  if (!view) return view.error();
  auto asking = archive_.asking(*view);
  if (const auto known = know(asking); !known) return known.error();
  Scrutiny scrutiny(asking, submission_, known_, today_);
  std::vector<Refusal> refusals;
  for (const auto& event : submission_.events) {
    if (!is_about_finding(event)) continue;
    auto refused = scrutiny.refusal_of(event);
    if (!refused) return refused.error();
    if (!*refused) continue;
    auto field = field_of((*refused)->code);
    refusals.push_back({event.draft.envelope.source_row, std::move(field), std::move(**refused)});
  }
  return refusals;
}

}  // namespace kinledger::projections

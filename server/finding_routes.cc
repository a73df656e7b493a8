// Findings of audits: the dossier, with the same bytes as `kinledger finding` writes. Lists and
// states of findings are the question `findings`; they are opened, followed and closed by
// submissions.
#include <set>
#include <string>
#include <vector>

#include "projections/checks/finding_dossier.h"
#include "server/long_answer.h"
#include "server/media_types.h"
#include "server/scope_check.h"

namespace kinledger::server {
namespace {

using ledger::Result;
using projections::DossierRequest;

DossierRequest request_of(const Call& call) {
  return {std::string(call.words[0]), *call.inquiry.on, *call.inquiry.basis};
}

/// Whoever may see the unit, and the region's own records with it, may ask for the dossier; without
/// a unit, whoever may see everything.
std::optional<HttpResponse> prepare_dossier(Desk& desk, Call& call) {
  if (auto refused = take_dates(desk, call)) return refused;
  const auto turn = take_turn(desk);  // all units are looked through
  if (!turn) return turn.error();
  const auto linked = projections::find_for_dossier(desk.archive, request_of(call));
  if (!linked) return problem(linked.error(), desk.warn);
  if (!*linked) return problem(404, linked->error());
  call.finding = **linked;
  call.inquiry.unit = call.finding->scope.unit;
  call.inquiry.gives_region = true;
  return std::nullopt;
}

/// Whether the caller may see each person and unit whom the steps of the finding put something
/// right of.
Result<bool> may_see_all(Desk& desk, const Call& call,
                         const std::set<projections::Subject>& subjects) {
  if (call.admission.within.empty()) return true;
  for (const auto& subject : subjects) {
    bool is_seen = false;
    for (const auto& scope : call.admission.within) {
      ScopeCheck check(desk.archive, scope);
      const auto covered = subject.kind == projections::Subject::Kind::person
                               ? check.covers(ledger::PersonId{subject.id})
                               : check.covers(ledger::UnitId{subject.id});
      if (!covered) return covered.error();
      is_seen = is_seen || *covered;
    }
    if (!is_seen) return false;
  }
  return true;
}

/// Whom it is about is found out, and held against the scope and recorded, before anything is
/// proven: a proof may record the root of the subject map.
HttpResponse give_dossier(Desk& desk, const Call& call) {
  const auto turn = take_turn(desk);
  if (!turn) return turn.error();
  auto request = request_of(call);
  request.linked = *call.finding;
  const auto subjects =
      value_or_problem(projections::find_dossier_subjects(desk.archive, request), desk.warn);
  if (!subjects) return subjects.error();
  const auto may_see = may_see_all(desk, call, subjects->put_right);
  if (!may_see) return problem(may_see.error(), desk.warn);
  auto access = access_by(call, "findingDossier");
  access.outcome = *may_see ? AccessOutcome::allowed : AccessOutcome::denied;
  if (const auto recorded = desk.access.log().record_to_each(access, subjects->persons());
      !recorded)
    return problem(recorded.error(), desk.warn);
  if (!*may_see) return not_permitted();
  const auto dossier =
      value_or_problem(projections::make_dossier(desk.archive, request, *subjects), desk.warn);
  if (!dossier) return dossier.error();
  desk.recorded();
  return {200, std::string(lines_type), {{"Cache-Control", "no-store"}}, *dossier};
}

}  // namespace

std::vector<Route> finding_routes() {
  return {
      {.method = "POST",
       .path = "/v1/findings/{finding}/dossier",
       .name = "findingDossier",
       .zh = "审计问题的卷宗：问题及措施、检查前后的结果、相关更正，均可离线校验；账本可能为此"
             "登记人员索引的根",
       .en =
           "the dossier of a finding: itself with its steps, its check before and after, what was "
           "put right, as bundles; the root of the subject map may be recorded for it",
       .words = {{"finding", "问题编号", "number of the finding"}},
       .query = {on_parameter, known_parameter},
       .gives = {lines_type},
       .needs_projections = true,
       .statuses = {404},
       .lane = Lane::records,
       .operation = Operation::ask_unit,
       .denies_late = true,
       .prepare = prepare_dossier,
       .handle = give_dossier},
  };
}

}  // namespace kinledger::server

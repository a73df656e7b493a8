// Checks: the same JSON and the same tables as `check` prints.
#include <string>

#include "ledger/intake/fields.h"
#include "projections/checks/check_report.h"
#include "server/long_answer.h"
#include "server/media_types.h"

namespace kinledger::server {
namespace {

using ledger::Reason;

const RouteParameter check_parameter{"check", "检查编号，逗号分隔；默认全部",
                                     "numbers of checks with commas; by default all"};
const RouteParameter summary_parameter{"summary", "true：只给数目", "true: counts alone",
                                       ParameterForm::flag};

/// The checks that are named with commas; all where there is nothing.
Or<std::vector<const projections::Check*>> checks_named(std::string_view words) {
  std::vector<const projections::Check*> checks;
  for (std::size_t from = 0; from < words.size();) {
    const auto end = std::min(words.find(',', from), words.size());
    const auto* check = projections::find_check(words.substr(from, end - from));
    if (check == nullptr)
      return problem(404, Reason("CHECK_UNKNOWN", "没有这项检查", "there is no such check"));
    checks.push_back(check);
    from = end + 1;
  }
  if (checks.empty())
    for (const auto& check : projections::checks()) checks.push_back(&check);
  return checks;
}

std::optional<HttpResponse> prepare_checks(Desk& desk, Call& call) {
  // Whom a check is about is asked as in its question.
  if (auto refused = prepare_question(desk, call, projections::check_questions().front(), {}))
    return refused;
  call.question = nullptr;  // it is about all of them, and recorded under the route's name
  const auto area = call.arguments.text("area");
  const int subjects =
      call.arguments.person.has_value() + call.arguments.unit.has_value() + (area.empty() ? 0 : 1);
  if (subjects > 1)
    return problem(400, Reason("ARGUMENT_FORMAT", "person、unit、area 只能用一个",
                               "use only one of person, unit and area"));
  if (!area.empty())
    if (const auto read = ledger::intake::parse_area(area); !read)
      return problem(400, read.error());
  const auto named = checks_named(call.arguments.text(check_parameter.name));
  if (!named) return named.error();
  return std::nullopt;
}

HttpResponse give_checks(Desk& desk, const Call& call) {
  const auto tag = entity_tag(desk, call.inquiry);
  if (!tag) return tag.error();
  if (has_answer(call.request, *tag)) return not_changed(json_type, *tag);
  const auto turn = take_turn(desk);
  if (!turn) return turn.error();
  const auto checks = checks_named(call.arguments.text(check_parameter.name));
  if (!checks) return checks.error();
  projections::CheckRun run;
  run.checks = *checks;
  run.scope.person = call.arguments.person;
  run.scope.unit = call.arguments.unit;
  if (const auto area = call.arguments.text("area"); !area.empty())
    run.scope.area = ledger::intake::parse_area(area).value();
  run.on = *call.inquiry.on;
  run.keep_rows = call.arguments.text(summary_parameter.name) != "true";
  const auto view = desk.archive.view(*call.inquiry.basis);
  if (!view) return problem(view.error(), desk.warn);
  auto asking = desk.archive.asking(*view);
  const auto report = projections::report_of(asking, run);
  if (!report) return problem(report.error(), desk.warn);
  return found_answer(
      call.request, *tag, report->found(), [&] { return projections::to_json(*report); },
      [&](projections::Language language) {
        return projections::to_table(*report, language, run.keep_rows);
      });
}

}  // namespace

std::vector<Route> check_routes() {
  return {
      {.method = "GET",
       .path = "/v1/checks",
       .name = "runChecks",
       .zh = "整改检查：某人、某单位及其人员、某区划或全部",
       .en = "rectification checks: one person, one unit with its people, a division, or everyone",
       .query = {on_parameter,
                 known_parameter,
                 check_parameter,
                 {"person", "人员编号", "pseudonym of the person", ParameterForm::person},
                 {"unit", "单位编号", "unit number or id", ParameterForm::unit},
                 {"area", "区划，六位代码", "division, six digits", ParameterForm::area},
                 summary_parameter},
       .gives = {json_type, text_type},
       .needs_projections = true,
       .statuses = {404},
       .request_fields = {"If-None-Match", "Accept-Language"},
       .response_fields = {"ETag", found_field},
       .operation = Operation::ask_rules,
       .becomes = {Operation::ask_person, Operation::ask_unit, Operation::ask_everyone},
       .prepare = prepare_checks,
       .handle = give_checks},
  };
}

}  // namespace kinledger::server

// Checks and differences: the same JSON and the same tables as `check` and `diff` print.
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <functional>
#include <string>

#include "ledger/intake/fields.h"
#include "projections/checks/check_report.h"
#include "projections/difference/difference.h"
#include "server/question_call.h"

namespace kinledger::server {
namespace {

using ledger::Reason;

constexpr std::string_view json_type = "application/json";

const RouteParameter check_parameter{"check", "检查编号，逗号分隔；默认全部",
                                     "numbers of checks with commas; by default all"};
const RouteParameter summary_parameter{"summary", "true：只给数目", "true: counts alone"};

HttpResponse busy() {
  return not_now(Reason("CHECKS_BUSY", "正在为他人检查或对比，请稍后重试",
                        "checks or differences are being made for others: try again later"));
}

/// As JSON or as a table; `found` is how much there is to see.
HttpResponse answer_with(const HttpRequest& request, const std::string& tag, std::uint64_t found,
                         const std::function<boost::json::object()>& json,
                         const std::function<std::string(projections::Language)>& table) {
  HttpResponse response;
  response.fields = {{"Cache-Control", "no-store"},
                     {std::string(found_field), std::to_string(found)}};
  if (asks_for(request, text_type)) {
    // Without a tag, which is of the JSON: tables differ by language.
    response.content_type = "text/plain; charset=utf-8";
    response.body = table(language_of(request));
  } else {
    response.content_type = json_type;
    response.fields.push_back({"ETag", tag});
    response.body = boost::json::serialize(json()) + "\n";
  }
  return response;
}

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
  const auto turn = desk.long_answers->take();
  if (turn == nullptr) return busy();
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
  return answer_with(
      call.request, *tag, report->found(), [&] { return projections::to_json(*report); },
      [&](projections::Language language) {
        return projections::to_table(*report, language, run.keep_rows);
      });
}

/// A date of the query, or that of `on`.
Or<ledger::Date> second_date(const Call& call) {
  const auto text = call.target.find("onTo");
  if (!text) return *call.inquiry.on;
  const auto date = ledger::parse_date(*text);
  if (!date) return problem(400, date.error());
  return *date;
}

/// The earlier basis; without `from` the later one.
Or<ledger::TreeSize> earlier_basis(Desk& desk, const Call& call) {
  const auto text = call.target.find("from");
  if (!text) return *call.inquiry.basis;
  const auto basis = value_or_problem(desk.archive.resolve_basis(*text), desk.warn);
  if (!basis) return basis.error();
  if (*basis > *call.inquiry.basis)
    return problem(400, Reason("ARGUMENT_FORMAT", "from 晚于 known：请交换两者",
                               "from is later than known: exchange them"));
  return *basis;
}

std::optional<HttpResponse> prepare_difference(Desk& desk, Call& call) {
  if (auto refused = take_dates(desk, call)) return refused;
  if (!call.target.find("from") && !call.target.find("onTo"))
    return problem(400, Reason("ARGUMENT_MISSING", "请给出 from（较早的时点）或 onTo（另一个日期）",
                               "give from, the earlier basis, or onTo, another date"));
  if (const auto date = second_date(call); !date) return date.error();
  if (const auto from = earlier_basis(desk, call); !from) return from.error();
  call.operation = Operation::ask_everyone;
  return std::nullopt;
}

HttpResponse give_difference(Desk& desk, const Call& call) {
  const auto tag = entity_tag(desk, call.inquiry);
  if (!tag) return tag.error();
  if (has_answer(call.request, *tag)) return not_changed(json_type, *tag);
  const auto turn = desk.long_answers->take();
  if (turn == nullptr) return busy();
  const auto earlier = earlier_basis(desk, call);
  if (!earlier) return earlier.error();
  const auto from = projections::Side::of(desk.archive, *earlier, *call.inquiry.on);
  if (!from) return problem(from.error(), desk.warn);
  const auto on_to = second_date(call);
  if (!on_to) return on_to.error();
  const auto to = projections::Side::of(desk.archive, *call.inquiry.basis, *on_to);
  if (!to) return problem(to.error(), desk.warn);
  projections::DifferenceRun run;
  run.with_checks = call.target.find("checks") == "true";
  const auto difference = projections::difference_between(desk.archive, *from, *to, run);
  if (!difference) return problem(difference.error(), desk.warn);
  return answer_with(
      call.request, *tag, difference->found(), [&] { return projections::to_json(*difference); },
      [&](projections::Language language) { return projections::to_table(*difference, language); });
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
       .operation = Operation::ask_everyone,
       .prepare = prepare_checks,
       .handle = give_checks},
      {.method = "GET",
       .path = "/v1/diff",
       .name = "compareBases",
       .zh = "两个时点或两个日期之间有变动的答复",
       .en = "whose answers differ between two bases or two dates",
       .query = {{"from", "较早的时点；默认同 known", "the earlier basis; by default that of known",
                  ParameterForm::basis},
                 known_parameter,
                 on_parameter,
                 {"onTo", "另一个日期；默认同 on",
                  "the date of the later side; by default that of on", ParameterForm::date},
                 {"checks", "true：同时对比检查结果", "true: compare checks too",
                  ParameterForm::flag}},
       .gives = {json_type, text_type},
       .needs_projections = true,
       .request_fields = {"If-None-Match", "Accept-Language"},
       .response_fields = {"ETag", found_field},
       .operation = Operation::ask_everyone,
       .prepare = prepare_difference,
       .handle = give_difference},
  };
}

}  // namespace kinledger::server

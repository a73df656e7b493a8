// Reports: the same bytes as `report --out NAME.json` writes.
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <string>

#include "projections/reports/report_format.h"
#include "projections/reports/report_lines.h"
#include "server/long_answer.h"
#include "server/media_types.h"
#include "server/report_request.h"

namespace kinledger::server {
namespace {

using ledger::Reason;

/// Longest report over HTTP: it is held in memory while it is sent.
constexpr std::size_t report_bytes_max = std::size_t{256} << 20;

HttpResponse list_reports(Desk&, const Call&) {
  boost::json::array list;
  for (const auto& report : projections::reports()) list.push_back(projections::to_json(report));
  return {200, std::string(json_type), {}, boost::json::serialize(list) + "\n"};
}

/// What the report is about decides who may have it; the access journal is the audit
/// administrator's.
Operation operation_of(const projections::Report& report, const Call& call) {
  if (report.make == nullptr) return Operation::read_access_log;
  return call.arguments.unit ? Operation::ask_unit : Operation::ask_everyone;
}

std::optional<HttpResponse> prepare_report(Desk& desk, Call& call) {
  call.report = projections::find_report(call.words[0]);
  if (call.report == nullptr)
    return problem(404, Reason("REPORT_UNKNOWN", "没有这个报表；全部报表见 /v1/reports",
                               "there is no such report; /v1/reports lists them"));
  if (auto refused = prepare_question(desk, call, call.report->asks, {})) return refused;
  call.operation = operation_of(*call.report, call);
  return std::nullopt;
}

Or<std::string> json_of(const projections::MadeReport& made) {
  std::string body;
  const auto written =
      projections::write_report_json(made, [&body](std::string_view piece) -> ledger::Result<void> {
        if (body.size() + piece.size() > report_bytes_max)
          return ledger::Error{ledger::Failure::invalid, "the report is too large for an answer"};
        body += piece;
        return {};
      });
  if (written) return body;
  return problem(400, Reason("REPORT_TOO_LARGE", "报表超过 256 MiB，请缩小范围，或在账本目录上生成",
                             "the report is larger than 256 MiB: narrow it, or make it at the "
                             "ledger's directory"));
}

/// Nothing for a report of the access journal: whoever asks for it adds to it.
Or<std::optional<std::string>> tag_of(Desk& desk, const Call& call) {
  if (call.report->make == nullptr) return std::optional<std::string>();
  auto tag = entity_tag(desk, call.inquiry);
  if (!tag) return tag.error();
  return std::optional(std::move(*tag));
}

HttpResponse give_report(Desk& desk, const Call& call) {
  const auto tag = tag_of(desk, call);
  if (!tag) return tag.error();
  if (*tag && has_answer(call.request, **tag)) return not_changed(json_type, **tag);
  const auto turn = take_turn(desk);
  if (!turn) return turn.error();
  const auto made =
      value_or_problem(make_report({call.report, call.arguments, *call.inquiry.basis, std::nullopt},
                                   desk.archive, desk.access.log()),
                       desk.warn);
  if (!made) return made.error();
  auto body = json_of(*made);
  if (!body) return body.error();
  HttpResponse response{
      200, std::string(json_type), {{"Cache-Control", "no-store"}}, std::move(*body)};
  if (*tag) response.fields.push_back({"ETag", **tag});
  return response;
}

}  // namespace

std::vector<Route> report_routes() {
  return {
      {.method = "GET",
       .path = "/v1/reports",
       .name = "listReports",
       .zh = "全部报表及其参数和栏目",
       .en = "all reports with their arguments and columns",
       .gives = {json_type},
       .lane = Lane::service,
       .operation = Operation::see_service,
       .handle = list_reports},
      {.method = "GET",
       .path = "/v1/reports/{report}",
       .name = "makeReport",
       .zh = "报表及其清单，不含姓名和证件号码",
       .en = "a report with its manifest, without names and ID numbers",
       .words = {{"report", "报表名称", "name of the report"}},
       .query = {on_parameter,
                 known_parameter,
                 {"year", "年度；默认状态日期所在年度", "the year; by default that of on",
                  ParameterForm::year},
                 {"unit", "单位编号", "unit number or id", ParameterForm::unit},
                 {"area", "区划，六位代码", "division, six digits", ParameterForm::area}},
       .gives = {json_type},
       .needs_projections = true,
       .statuses = {404},
       .request_fields = {"If-None-Match"},
       .response_fields = {"ETag"},
       .operation = Operation::make_reports,
       .becomes = {Operation::ask_unit, Operation::ask_everyone, Operation::read_access_log},
       .prepare = prepare_report,
       .handle = give_report},
  };
}

}  // namespace kinledger::server

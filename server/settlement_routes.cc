// The annual settlement of a unit: what `kinledger settle` proposes and reviews, with the same
// bytes; of a division what it reviews. Nothing is recorded.
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <string>

#include "ledger/intake/fields.h"
#include "projections/question_words.h"
#include "projections/settlement/proposal.h"
#include "projections/settlement/settled_acts.h"
#include "server/long_answer.h"
#include "server/media_types.h"

namespace kinledger::server {
namespace {

using ledger::Reason;

constexpr unsigned refused_status = 422;

std::string line_of(const boost::json::object& object) {
  return boost::json::serialize(object) + "\n";
}

/// The year and the dates.
std::optional<HttpResponse> take_time(Desk& desk, Call& call) {
  const auto text = call.target.find("year");
  if (!text)
    return problem(400, Reason("ARGUMENT_MISSING", "请给出 year（结算年度）",
                               "give year, the settlement year"));
  const auto year = projections::read_year(*text);
  if (!year) return problem(400, year.error());
  call.arguments.year = *year;
  return take_dates(desk, call);
}

std::optional<HttpResponse> prepare_settlement(Desk& desk, Call& call) {
  const auto unit = unit_in_address(desk, call.words[0]);
  if (!unit) return unit.error();
  call.inquiry.unit = *unit;
  if (is_set(call, "review") && is_set(call, "submission"))
    return problem(400, Reason("ARGUMENT_FORMAT", "review 与 submission 不能同时使用",
                               "review and submission exclude each other"));
  return take_time(desk, call);
}

std::optional<HttpResponse> prepare_area(Desk& desk, Call& call) {
  if (const auto area = ledger::intake::parse_area(call.words[0]); !area)
    return problem(400, area.error());
  return take_time(desk, call);
}

/// Of the unit that the call is about, or of a division.
HttpResponse review(Desk& desk, const Call& call, std::optional<ledger::Area> area) {
  const auto& inquiry = call.inquiry;
  const auto acts = projections::review_settlement(
      desk.archive, {inquiry.unit, area, *call.arguments.year, *inquiry.on, *inquiry.basis});
  if (!acts) return problem(acts.error(), desk.warn);
  auto response =
      asks_for(call.request, text_type)
          ? private_answer(utf8_text_type, projections::to_table(*acts, language_of(call.request)))
          : private_answer(json_type, line_of(projections::to_json(*acts)));
  response.fields.push_back({std::string(found_field), acts->is_settled() ? "0" : "1"});
  return response;
}

HttpResponse review_area(Desk& desk, const Call& call) {
  const auto turn = take_turn(desk);  // all units are looked through
  if (!turn) return turn.error();
  return review(desk, call, ledger::intake::parse_area(call.words[0]).value());
}

HttpResponse give_settlement(Desk& desk, const Call& call) {
  if (is_set(call, "review")) return review(desk, call, std::nullopt);
  const auto& inquiry = call.inquiry;
  const auto view = desk.archive.view(*inquiry.basis);
  if (!view) return problem(view.error(), desk.warn);
  auto asking = desk.archive.asking(*view);
  const auto proposal =
      projections::propose_settlement(asking, *inquiry.unit, *call.arguments.year, *inquiry.on);
  if (!proposal) return problem(proposal.error(), desk.warn);
  if (const auto refused = projections::refusal_of(*proposal))
    return problem(refused_status, *refused,
                   boost::json::object{{"proposal", projections::to_json(*proposal)}});
  if (is_set(call, "submission")) {
    if (!projections::proposes_anything(*proposal))
      return problem(refused_status, projections::nothing_to_settle());
    return private_answer(json_type, line_of(projections::submission_of(*proposal)));
  }
  auto response = asks_for(call.request, text_type)
                      ? private_answer(utf8_text_type,
                                       projections::to_table(*proposal, language_of(call.request)))
                      : private_answer(json_type, line_of(projections::to_json(*proposal)));
  response.fields.push_back({std::string(found_field), "0"});
  return response;
}

}  // namespace

std::vector<Route> settlement_routes() {
  const RouteParameter year{"year", "结算年度", "the settlement year", ParameterForm::year, true};
  return {
      {.method = "GET",
       .path = "/v1/units/{unit}/settlement",
       .name = "unitSettlement",
       .zh = "拟定单位的年度结算，或复核已付的报销；不登记任何内容",
       .en = "a unit's annual settlement as it would be proposed, or a review of what was paid; "
             "nothing is recorded",
       .words = {{"unit", "单位编号", "unit number or id", ParameterForm::unit}},
       .query = {year,
                 on_parameter,
                 known_parameter,
                 {"review", "true：复核已付的报销",
                  "true: review the reimbursements that were paid", ParameterForm::flag},
                 {"submission", "true：只给出拟登记的申报",
                  "true: the submission that would record it, alone", ParameterForm::flag}},
       .gives = {json_type, text_type},
       .needs_projections = true,
       .statuses = {422},
       .request_fields = {"Accept-Language"},
       .response_fields = {found_field},
       .operation = Operation::ask_unit,
       .prepare = prepare_settlement,
       .handle = give_settlement},
      {.method = "GET",
       .path = "/v1/areas/{area}/settlement",
       .name = "areaSettlement",
       .zh = "复核区划（含下级）内全部单位已付的报销；不登记任何内容",
       .en = "a review of what all units of a division, with all that lies in it, were paid; "
             "nothing is recorded",
       .words = {{"area", "区划，六位代码", "division, six digits", ParameterForm::area}},
       .query = {year, on_parameter, known_parameter},
       .gives = {json_type, text_type},
       .needs_projections = true,
       .request_fields = {"Accept-Language"},
       .response_fields = {found_field},
       .operation = Operation::ask_everyone,
       .prepare = prepare_area,
       .handle = review_area},
  };
}

}  // namespace kinledger::server

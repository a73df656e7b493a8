// Differences: the same JSON and the same tables as `diff` prints.
#include <string>

#include "projections/difference/difference.h"
#include "projections/pack.h"
#include "server/long_answer.h"
#include "server/media_types.h"

namespace kinledger::server {
namespace {

using ledger::Reason;

constexpr std::string_view pack_type = "application/toml";

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

/// That there are two sides is for the caller to see to.
std::optional<HttpResponse> prepare_sides(Desk& desk, Call& call) {
  if (auto refused = take_dates(desk, call)) return refused;
  if (const auto date = second_date(call); !date) return date.error();
  if (const auto from = earlier_basis(desk, call); !from) return from.error();
  call.operation = Operation::ask_everyone;
  return std::nullopt;
}

std::optional<HttpResponse> prepare_difference(Desk& desk, Call& call) {
  if (!call.target.find("from") && !call.target.find("onTo"))
    return problem(400, Reason("ARGUMENT_MISSING", "请给出 from（较早的时点）或 onTo（另一个日期）",
                               "give from, the earlier basis, or onTo, another date"));
  return prepare_sides(desk, call);
}

/// Between the sides that the query names; the later one has the overlay too.
HttpResponse compare(Desk& desk, const Call& call, const std::string& tag,
                     const projections::Overlay* overlay) {
  const auto earlier = earlier_basis(desk, call);
  if (!earlier) return earlier.error();
  const auto from = projections::Side::of(desk.archive, *earlier, *call.inquiry.on);
  if (!from) return problem(from.error(), desk.warn);
  const auto on_to = second_date(call);
  if (!on_to) return on_to.error();
  const auto to = projections::Side::of(desk.archive, *call.inquiry.basis, *on_to, overlay);
  if (!to) return problem(to.error(), desk.warn);
  projections::DifferenceRun run;
  run.with_checks = is_set(call, "checks");
  const auto difference = projections::difference_between(desk.archive, *from, *to, run);
  if (!difference) return problem(difference.error(), desk.warn);
  return found_answer(
      call.request, tag, difference->found(), [&] { return projections::to_json(*difference); },
      [&](projections::Language language) { return projections::to_table(*difference, language); });
}

HttpResponse give_difference(Desk& desk, const Call& call) {
  const auto tag = entity_tag(desk, call.inquiry);
  if (!tag) return tag.error();
  if (has_answer(call.request, *tag)) return not_changed(json_type, *tag);
  const auto turn = take_turn(desk);
  if (!turn) return turn.error();
  return compare(desk, call, *tag, nullptr);
}

/// The faults of a pack, by line.
HttpResponse refused_pack(const std::vector<projections::PackError>& errors) {
  std::vector<ledger::Refusal> refusals;
  refusals.reserve(errors.size());
  for (const auto& error : errors) refusals.push_back({error.line, "", error.reason});
  return problem(refusals, refusals.size(),
                 Reason("PACK_REFUSED", "规则包有误", "the pack has faults"));
}

/// The pack is tried and not kept.
HttpResponse try_pack(Desk& desk, const Call& call) {
  const auto turn = take_turn(desk);
  if (!turn) return turn.error();
  const auto reading = projections::read_pack(call.request.body);
  if (!reading.pack) return refused_pack(reading.errors);
  const auto overlay =
      projections::Overlay::of(*reading.pack, *call.inquiry.basis, desk.archive.ledger().now());
  if (!overlay) return problem(overlay.error(), desk.warn);
  return compare(desk, call, {}, &*overlay);
}

}  // namespace

std::vector<Route> difference_routes() {
  const std::vector<RouteParameter> sides{
      {"from", "较早的时点；默认同 known", "the earlier basis; by default that of known",
       ParameterForm::basis},
      known_parameter,
      on_parameter,
      {"onTo", "另一个日期；默认同 on", "the date of the later side; by default that of on",
       ParameterForm::date},
      {"checks", "true：同时对比检查结果", "true: compare checks too", ParameterForm::flag}};
  return {
      {.method = "GET",
       .path = "/v1/diff",
       .name = "compareBases",
       .zh = "两个时点或两个日期之间有变动的答复",
       .en = "whose answers differ between two bases or two dates",
       .query = sides,
       .gives = {json_type, text_type},
       .needs_projections = true,
       .request_fields = {"If-None-Match", "Accept-Language"},
       .response_fields = {"ETag", found_field},
       .operation = Operation::ask_everyone,
       .prepare = prepare_difference,
       .handle = give_difference},
      {.method = "POST",
       .path = "/v1/diff",
       .name = "tryPack",
       .zh = "另采用一个规则包时会有变动的答复；不采用，也不登记",
       .en = "whose answers would differ under one more pack; it is not adopted, and nothing is "
             "recorded",
       .query = sides,
       .takes = {pack_type},
       .gives = {json_type, text_type},
       .body_bytes_max = projections::pack_bytes_max,
       .needs_projections = true,
       .statuses = {422},
       .request_fields = {"Accept-Language"},
       .response_fields = {found_field},
       .operation = Operation::ask_everyone,
       .prepare = prepare_sides,
       .handle = try_pack},
  };
}

}  // namespace kinledger::server

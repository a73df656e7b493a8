#include "server/ledger_service.h"

#include <algorithm>
#include <chrono>
#include <string>

#include "projections/checks/check.h"
#include "projections/checks/finding_dossier.h"
#include "projections/identity_access.h"
#include "projections/naming.h"
#include "server/problem.h"
#include "server/question_call.h"

namespace kinledger::server {
namespace {

/// The name of the route, and those of the checks asked for that there are: what else a client
/// wrote has no place in the journal.
std::string operation_of(const Route& route, const Call& call) {
  std::string operation(route.name);
  std::string_view rest = call.arguments.text("check");
  while (!rest.empty()) {
    const auto end = std::min(rest.find(','), rest.size());
    const auto* check = projections::find_check(rest.substr(0, end));
    if (check != nullptr && operation.find(check->id) == std::string::npos)
      operation += " " + std::string(check->id);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return operation;
}

constexpr std::size_t unrouted_body_bytes_max = std::size_t{64} << 10;

constexpr unsigned service_threads = 1;
constexpr unsigned question_threads = 4;
/// More than there are processors: they wait for the disk, and those that wait together share a
/// commit.
constexpr unsigned record_threads = 8;
constexpr unsigned stream_threads = 4;
constexpr unsigned figure_threads = 1;

using ledger::Reason;

HttpResponse catching_up() {
  return not_now(Reason("CATCHING_UP", "正在整理账本，请稍后重试",
                        "the ledger is being projected: try again later"));
}

HttpResponse not_allowed(const std::vector<std::string_view>& methods) {
  auto response =
      problem(405, Reason("METHOD", "此地址不支持该方法", "this is asked with another method"));
  std::string allowed;
  for (const auto method : methods) {
    allowed += (allowed.empty() ? "" : ", ") + std::string(method);
    if (method == "GET") allowed += ", HEAD";
  }
  response.fields.push_back({"Allow", std::move(allowed)});
  return response;
}

bool is_flag(ParameterForm form) {
  return form == ParameterForm::flag || form == ParameterForm::flag_set;
}

/// What the query has that the route does not take, or has twice. Flags have two values: somebody
/// who writes dryRun=True must not record.
std::optional<Reason> fault_of(const Target& target, const Route& route) {
  for (auto pair = target.query.begin(); pair != target.query.end(); ++pair) {
    const auto& name = pair->first;
    const auto& value = pair->second;
    const auto known = std::ranges::find(route.query, name, &RouteParameter::name);
    const bool is_known = known != route.query.end();
    if (is_known && is_flag(known->form) && value != "true" && value != "false")
      return Reason("ARGUMENT_FORMAT", name + " 须为 true 或 false", name + " is true or false");
    if (!is_known && !route.takes_arguments)
      return Reason("PARAMETER_UNKNOWN", "没有参数 " + name, "there is no parameter " + name);
    if (is_known && std::find_if(target.query.begin(), pair, [&](const auto& earlier) {
                      return earlier.first == name;
                    }) != pair)
      return Reason("PARAMETER_TWICE", "参数 " + name + " 给出了两次", name + " is given twice");
  }
  return std::nullopt;
}

}  // namespace

HttpResponse LedgerService::respond(const HttpRequest& request) {
  const auto begun = std::chrono::steady_clock::now();
  const auto target = read_target(request.target);
  auto matched = target ? match(request.method, *target) : Matched{};
  // What a client writes in a path never becomes a label.
  const auto name = matched.route == nullptr ? "none" : matched.route->name;
  auto response =
      target ? answer(request, *target, std::move(matched)) : problem(400, target.error());
  const auto took = std::chrono::steady_clock::now() - begun;
  response.told = [&metrics = desk_.metrics, name, took](unsigned status) {
    metrics.count_request(name, status, took);
  };
  return response;
}

HttpResponse LedgerService::answer(const HttpRequest& request, const Target& target,
                                   Matched matched) {
  if (matched.methods.empty())
    return problem(404, Reason("NOT_FOUND", "没有这个地址", "there is nothing here"));
  if (matched.route == nullptr) return not_allowed(matched.methods);
  if (const auto fault = fault_of(target, *matched.route)) return problem(400, *fault);
  const auto& takes = matched.route->takes;
  if (!takes.empty() && std::ranges::find(takes, media_type_of(request)) == takes.end()) {
    std::string types;
    for (const auto type : takes) types += (types.empty() ? "" : ", ") + std::string(type);
    return problem(415, Reason("MEDIA_TYPE", "请求体须为 " + types, "send one of " + types));
  }
  const auto& route = *matched.route;
  if (route.operation == Operation::see_service) return route.handle(desk_, {request, target, {}});
  // Grants are projections too.
  if (request.certificate && is_catching_up(desk_)) return catching_up();
  auto caller = desk_.access.caller_of(request);
  if (!caller) return caller.error();
  Call call{request, target, std::move(matched.words), std::move(*caller)};
  return answer_caller(route, call);
}

HttpResponse LedgerService::answer_caller(const Route& route, Call& call) {
  if (!route.operation) return not_permitted();
  call.operation = *route.operation;
  if (!AccessControl::could(call.caller, call.operation)) {
    // The record says about whom it was; what is wrong with the request is nobody's concern here.
    const bool is_about_somebody = route.prepare != nullptr && route.body_bytes_max == 0 &&
                                   (names_a_subject(route) || route.takes_arguments) &&
                                   !(route.needs_projections && is_catching_up(desk_));
    if (is_about_somebody) (void)route.prepare(desk_, call);
    return deny(route, call, not_permitted());
  }
  if (route.needs_projections && is_catching_up(desk_)) return catching_up();
  if (const auto wait = desk_.access.must_wait(call.caller, call.operation)) {
    const auto seconds = std::to_string(wait->count());
    auto response = problem(
        429, Reason("TOO_OFTEN", "查询身份过于频繁，请在 " + seconds + " 秒后重试",
                    "identities are asked for too often: try again in " + seconds + " seconds"));
    response.fields.push_back({"Retry-After", seconds});
    return deny(route, call, std::move(response));
  }
  if (route.prepare != nullptr)
    if (auto refused = route.prepare(desk_, call))
      // Whoever tries numbers out leaves a trace, also where there is nobody.
      return is_rate_limited(call.operation) ? deny(route, call, std::move(*refused))
                                             : std::move(*refused);
  auto admission = desk_.access.admit(call.caller, call.operation, call.inquiry);
  if (!admission) return problem(admission.error(), desk_.warn);
  // Of a person or finding out of reach nothing is told, not even that there is such a one.
  if (!*admission)
    return deny(route, call,
                call.inquiry.person ? problem(404, projections::person_unknown())
                : call.finding
                    ? problem(404, projections::finding_unknown(std::string(call.words[0])))
                    : not_permitted());
  call.admission = std::move(**admission);
  if (auto withheld = withhold(call)) return deny(route, call, std::move(*withheld));
  if (!leaves_record(call.operation)) return route.handle(desk_, call);
  if (route.denies_late) {
    auto response = route.handle(desk_, call);
    return response.status == 403 ? deny(route, call, std::move(response))
                                  : allow(route, call, std::move(response));
  }
  // Recorded first: while it gets durable, the answer is made.
  const bool is_masked = call.operation == Operation::read_identity &&
                         visibility_of(call.admission.role, IdentityPart::number,
                                       !call.inquiry.case_number.empty()) != Visibility::clear;
  auto held_back = desk_.access.record(
      access_of(route, call, is_masked ? AccessOutcome::masked : AccessOutcome::allowed));
  auto response = route.handle(desk_, call);
  response.held_back = std::move(held_back);
  return response;
}

std::optional<HttpResponse> LedgerService::withhold(const Call& call) {
  const bool is_identity =
      call.operation == Operation::read_identity || call.operation == Operation::look_up;
  if (!is_identity || !call.inquiry.person) return std::nullopt;
  const auto person = desk_.archive.dossier_of(*call.inquiry.person);
  if (!person) return problem(person.error(), desk_.warn);
  if (projections::is_erased(*person)) return problem(410, projections::identity_erased());
  if (is_supervision(call.inquiry.purpose)) return std::nullopt;
  const auto today = ledger::civil_date_of(desk_.archive.ledger().now());
  if (!projections::restriction_of(*person, today)) return std::nullopt;
  return problem(403, projections::identity_restricted());
}

HttpResponse LedgerService::allow(const Route& route, const Call& call, HttpResponse response) {
  response.held_back = desk_.access.record(access_of(route, call, AccessOutcome::allowed));
  return response;
}

HttpResponse LedgerService::deny(const Route& route, const Call& call, HttpResponse response) {
  response.held_back = desk_.access.record(access_of(route, call, AccessOutcome::denied));
  return response;
}

Access LedgerService::access_of(const Route& route, const Call& call, AccessOutcome outcome) const {
  auto access =
      access_by(call, call.report != nullptr     ? "report " + std::string(call.report->name())
                      : call.question != nullptr ? std::string(call.question->name)
                                                 : operation_of(route, call));
  access.outcome = outcome;
  return access;
}

std::size_t LedgerService::body_bytes_max(std::string_view method, std::string_view target) {
  const auto read = read_target(target);
  if (!read) return 0;
  const auto matched = match(method, *read);
  // A wrong address is answered as such, not as a body that is too large.
  return matched.route == nullptr ? unrouted_body_bytes_max : matched.route->body_bytes_max;
}

std::vector<HttpLaneOptions> LedgerService::lanes() {
  return {{"service", service_threads},
          {"questions", question_threads},
          {"records", record_threads},
          {"streams", stream_threads},
          {"figures", figure_threads}};
}

std::size_t LedgerService::lane_of(std::string_view method, std::string_view target) {
  const auto read = read_target(target);
  const auto matched = read ? match(method, *read) : Matched{};
  // What no route takes is only refused.
  return static_cast<std::size_t>(matched.route == nullptr ? Lane::service : matched.route->lane);
}

}  // namespace kinledger::server

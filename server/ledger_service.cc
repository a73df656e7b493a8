#include "server/ledger_service.h"

#include <algorithm>
#include <chrono>
#include <string>

#include "server/problem.h"

namespace kinledger::server {
namespace {

using ledger::Reason;

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

/// What the query has that the route does not take, or has twice.
std::optional<Reason> fault_of(const Target& target, const Route& route) {
  for (auto pair = target.query.begin(); pair != target.query.end(); ++pair) {
    const auto& name = pair->first;
    const bool is_known =
        std::ranges::find(route.query, name, &RouteParameter::name) != route.query.end();
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
  desk_.metrics.count_request(name, response.status, std::chrono::steady_clock::now() - begun);
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
  if (matched.route->needs_projections && is_catching_up(desk_)) {
    auto response = problem(503, Reason("CATCHING_UP", "正在整理账本，请稍后重试",
                                        "the ledger is being projected: try again later"));
    response.fields.push_back({"Retry-After", "5"});
    return response;
  }
  return matched.route->handle(desk_, {request, target, std::move(matched.words)});
}

std::size_t LedgerService::body_bytes_max(std::string_view method, std::string_view target) {
  const auto read = read_target(target);
  if (!read) return 0;
  const auto matched = match(method, *read);
  return matched.route == nullptr ? 0 : matched.route->body_bytes_max;
}

}  // namespace kinledger::server

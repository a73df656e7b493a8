#include "server/witness_service.h"

#include <optional>
#include <string>
#include <utility>

#include "server/media_types.h"

namespace kinledger::server {
namespace {

using ledger::WitnessVerdict;

HttpResponse words(unsigned status, std::string_view line) {
  return {status, std::string(utf8_text_type), {}, std::string(line) + "\n"};
}

HttpResponse not_allowed(std::string_view allowed) {
  auto response = words(405, "this is asked with another method");
  response.fields.push_back({"Allow", std::string(allowed)});
  return response;
}

/// The hash in "/HEX/checkpoint".
std::optional<std::string_view> hash_in(std::string_view target) {
  constexpr std::string_view end = "/checkpoint";
  if (!target.starts_with('/') || !target.ends_with(end) || target.size() <= end.size())
    return std::nullopt;
  return target.substr(1, target.size() - 1 - end.size());
}

}  // namespace

HttpResponse WitnessService::respond(const HttpRequest& request) {
  if (request.target == "/add-checkpoint")
    return request.method == "POST" ? add_checkpoint(request) : not_allowed("POST");
  const auto hash = hash_in(request.target);
  if (!hash && request.target != "/healthz") return words(404, "there is nothing here");
  if (request.method != "GET") return not_allowed("GET, HEAD");
  if (!hash) return words(200, "ok");
  auto checkpoint = witness_.last_checkpoint(*hash);
  if (!checkpoint) return words(404, "no checkpoint of such a log was cosigned");
  return {
      200, std::string(utf8_text_type), {{"Cache-Control", "no-store"}}, std::move(*checkpoint)};
}

HttpResponse WitnessService::add_checkpoint(const HttpRequest& request) {
  auto answer = witness_.add_checkpoint(request.body);
  if (answer.verdict == WitnessVerdict::inconsistent ||
      answer.verdict == WitnessVerdict::unavailable) {
    // The body is one line of our own words; its line feed stays out.
    alarm_(answer.origin + ": " + answer.body.substr(0, answer.body.size() - 1));
  }
  const auto type =
      answer.verdict == WitnessVerdict::other_size ? "text/x.tlog.size" : utf8_text_type;
  return {static_cast<unsigned>(answer.verdict), std::string(type), {}, std::move(answer.body)};
}

}  // namespace kinledger::server

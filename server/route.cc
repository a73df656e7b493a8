#include "server/route.h"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <string>

#include "ledger/text.h"
#include "server/idempotency_key.h"

namespace kinledger::server {
namespace {

constexpr std::string_view rest = "{rest...}";

/// The words of the path, or nothing when it is another one.
std::optional<std::vector<std::string_view>> words_of(std::string_view pattern,
                                                      const std::vector<std::string>& path) {
  std::vector<std::string_view> words;
  std::size_t at = 0;
  while (!pattern.empty()) {
    pattern.remove_prefix(1);
    const auto end = std::min(pattern.find('/'), pattern.size());
    const auto segment = pattern.substr(0, end);
    pattern.remove_prefix(end);
    if (segment == rest) {
      words.insert(words.end(), path.begin() + static_cast<std::ptrdiff_t>(at), path.end());
      return at < path.size() ? std::optional(std::move(words)) : std::nullopt;
    }
    if (at == path.size()) return std::nullopt;
    if (segment.starts_with('{'))
      words.emplace_back(path[at]);
    else if (segment != path[at])
      return std::nullopt;
    ++at;
  }
  return at == path.size() ? std::optional(std::move(words)) : std::nullopt;
}

char lower(char byte) { return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + 32) : byte; }

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), lower);
  return out;
}

/// The media type before its parameters.
std::string bare_type(std::string_view text) {
  return lower_case(ledger::trimmed(text.substr(0, text.find(';'))));
}

}  // namespace

const std::vector<Route>& routes() {
  static const auto all = [] {
    std::vector<Route> list;
    for (const auto& topic :
         {question_routes(), rule_routes(), check_routes(), difference_routes(), report_routes(),
          finding_routes(), settlement_routes(), submission_routes(), stream_routes(), log_routes(),
          operation_routes(), access_routes(), backup_routes()})
      list.insert(list.end(), topic.begin(), topic.end());
    return list;
  }();
  return all;
}

Matched match(std::string_view method, const Target& target) {
  Matched matched;
  for (const auto& route : routes()) {
    auto words = words_of(route.path, target.path);
    if (!words) continue;
    matched.methods.push_back(route.method);
    if (route.method != method || matched.route != nullptr) continue;
    matched.route = &route;
    matched.words = std::move(*words);
  }
  return matched;
}

bool is_catching_up(const Desk& desk) {
  const auto projected = desk.archive.projector().position().value;
  return desk.archive.ledger().durable().size.value > projected + desk.unprojected_max;
}

std::string_view field_of(const HttpRequest& request, std::string_view name) {
  const auto found = std::ranges::find(request.fields, name, &HttpField::name);
  return found == request.fields.end() ? std::string_view() : std::string_view(found->value);
}

std::string idempotency_key(const HttpRequest& request) {
  return read_idempotency_key(field_of(request, "idempotency-key"));
}

HttpResponse private_json(unsigned status, const boost::json::value& value) {
  return {status,
          "application/json",
          {{"Cache-Control", "no-store"}},
          boost::json::serialize(value) + "\n"};
}

std::string media_type_of(const HttpRequest& request) {
  return bare_type(field_of(request, "content-type"));
}

bool asks_for(const HttpRequest& request, std::string_view media_type) {
  auto accepted = field_of(request, "accept");
  while (!accepted.empty()) {
    const auto end = std::min(accepted.find(','), accepted.size());
    if (bare_type(accepted.substr(0, end)) == media_type) return true;
    accepted.remove_prefix(std::min(end + 1, accepted.size()));
  }
  return false;
}

}  // namespace kinledger::server

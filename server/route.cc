#include "server/route.h"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <string>

#include "ledger/text.h"
#include "server/idempotency_key.h"
#include "server/lower_case.h"
#include "server/media_types.h"

namespace kinledger::server {
namespace {

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
    if (segment == rest_of_path) {
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

/// The media type before its parameters.
std::string bare_type(std::string_view text) {
  return lower_case(ledger::trimmed(text.substr(0, text.find(';'))));
}

/// The pieces of a list, trimmed.
std::vector<std::string_view> pieces_of(std::string_view list, char between) {
  std::vector<std::string_view> pieces;
  while (!list.empty()) {
    const auto end = std::min(list.find(between), list.size());
    pieces.push_back(ledger::trimmed(list.substr(0, end)));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return pieces;
}

/// The weight of a media range (RFC 9110, 12.4.2): 1 where none is stated, or none that is one.
double weight_of(std::string_view range) {
  for (const auto parameter : pieces_of(range, ';')) {
    if (!lower_case(parameter.substr(0, 2)).starts_with("q=")) continue;
    double weight = 1;
    const auto digits = parameter.substr(2);
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), weight);
    if (read.ec == std::errc() && weight >= 0 && weight <= 1) return weight;
  }
  return 1;
}

/// How much a client wants a media type, by the most specific range, and whether it names it.
struct Wish {
  double weight = 0;
  bool is_named = false;
  std::size_t place = 0;
};

Wish wish_for(std::string_view media_type, const std::vector<std::string_view>& ranges) {
  const auto any_of_kind = std::string(media_type.substr(0, media_type.find('/'))) + "/*";
  std::optional<double> of_kind, of_any;
  for (std::size_t place = 0; place < ranges.size(); ++place) {
    const auto type = bare_type(ranges[place]);
    if (type == media_type) return {weight_of(ranges[place]), true, place};
    if (type == any_of_kind) of_kind = weight_of(ranges[place]);
    if (type == "*/*") of_any = weight_of(ranges[place]);
  }
  return {of_kind.value_or(of_any.value_or(0))};
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

bool names_a_subject(const Route& route) {
  const auto is_subject = [](const RouteParameter& parameter) {
    return parameter.form == ParameterForm::person || parameter.form == ParameterForm::unit;
  };
  return std::ranges::any_of(route.words, is_subject) ||
         std::ranges::any_of(route.query, is_subject);
}

std::string idempotency_key(const HttpRequest& request) {
  return read_idempotency_key(field_of(request, "idempotency-key"));
}

bool is_set(const Call& call, std::string_view name) { return call.target.find(name) == "true"; }

HttpResponse private_answer(std::string_view type, std::string body) {
  return {200, std::string(type), {{"Cache-Control", "no-store"}}, std::move(body)};
}

HttpResponse private_json(unsigned status, const boost::json::value& value) {
  return {status,
          std::string(json_type),
          {{"Cache-Control", "no-store"}},
          boost::json::serialize(value) + "\n"};
}

std::string media_type_of(const HttpRequest& request) {
  return bare_type(field_of(request, "content-type"));
}

bool asks_for(const HttpRequest& request, std::string_view media_type,
              std::string_view rather_than) {
  const auto ranges = pieces_of(field_of(request, "accept"), ',');
  const auto wish = wish_for(media_type, ranges);
  if (!wish.is_named || wish.weight == 0) return false;
  const auto other = wish_for(rather_than, ranges);
  if (wish.weight != other.weight) return wish.weight > other.weight;
  return !other.is_named || wish.place < other.place;
}

}  // namespace kinledger::server

#include "server/openapi.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "ledger/version.h"
#include "projections/naming.h"
#include "projections/questions/answer_schema.h"
#include "server/lower_case.h"
#include "server/media_types.h"

namespace kinledger::server {
namespace {

namespace json = boost::json;

constexpr std::string_view schemas = "#/components/schemas/";

/// What the listener may answer to any request, before it is handed to a route: server/http_head.h
/// and server/http_connection.h.
constexpr unsigned of_any_request[] = {400, 403, 408, 413, 414, 417, 421, 431, 500, 501, 503, 505};

bool is_success(unsigned status) { return status / 100 == 2; }

bool has(const std::vector<std::string_view>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

json::object form_schema(ParameterForm form) {
  const auto pattern = [](std::string_view expression) -> json::object {
    return {{"type", "string"}, {"pattern", expression}};
  };
  switch (form) {
    case ParameterForm::flag:
      return {{"type", "boolean"}, {"default", false}};
    case ParameterForm::flag_set:
      return {{"type", "boolean"}, {"default", true}};
    case ParameterForm::date:
      return {{"type", "string"}, {"format", "date"}};
    case ParameterForm::year:
      return pattern("^[0-9]{4}$");
    case ParameterForm::sequence:
      return {{"type", "integer"}, {"minimum", 0}};
    case ParameterForm::limit:
      return {{"type", "integer"},
              {"minimum", 1},
              {"maximum", page_entries_max},
              {"default", page_entries_default}};
    case ParameterForm::person:
      return pattern("^[0-9a-fA-F]{32}$");
    case ParameterForm::area:
      return pattern("^[0-9]{6}$");
    case ParameterForm::text:
    case ParameterForm::basis:
    case ParameterForm::unit:
      break;
  }
  return {{"type", "string"}, {"minLength", 1}, {"maxLength", projections::name_bytes_max}};
}

json::object parameter(std::string_view name, std::string_view in, const std::string& says,
                       json::object schema) {
  return {{"name", name},
          {"in", in},
          {"required", in == "path"},
          {"description", says},
          {"schema", std::move(schema)}};
}

json::object parameter(const RouteParameter& named, std::string_view in) {
  auto out = parameter(named.name, in, std::string(named.en) + " (" + std::string(named.zh) + ")",
                       form_schema(named.form));
  if (named.is_needed) out["required"] = true;
  return out;
}

/// The arguments of all questions: which one takes which, each of them says.
void add_arguments(json::array& parameters) {
  struct Union {
    std::string questions;
    json::array schemas;
  };
  std::map<std::string_view, Union> all;
  for (const auto& question : projections::questions())
    for (const auto& argument : question.arguments) {
      auto& of = all[argument.name];
      of.questions += (of.questions.empty() ? "of " : ", ") + std::string(question.name);
      json::value schema = projections::argument_schema(argument);
      if (std::ranges::find(of.schemas, schema) == of.schemas.end())
        of.schemas.push_back(std::move(schema));
    }
  for (auto& [name, of] : all)
    parameters.push_back(parameter(name, "query", of.questions,
                                   of.schemas.size() == 1
                                       ? of.schemas.front().get_object()
                                       : json::object{{"anyOf", std::move(of.schemas)}}));
}

/// Of header fields, of requests and of answers.
std::string_view meaning_of(std::string_view field) {
  constexpr std::pair<std::string_view, std::string_view> all[] = {
      {"Accept-Language", "en: tables are in English, else in Chinese"},
      {"Allow", "the methods that there are"},
      {"ETag", "the answer to this target is the same as long as this is"},
      {"Idempotency-Key", "the key of the submission: a string of RFC 8941 or 9651"},
      {"If-None-Match", "the ETag of the answer that is there already"},
      {"Kinledger-Found", "how much there is to see"},
      {"Last-Event-ID", "goes before `from`: where a browser that connects again left off"},
      {"Link", "rel=\"next\": the next page, where there is one"},
      {"Retry-After", "seconds until it is worth trying again"},
      {"WWW-Authenticate", "Bearer"}};
  const auto* const found =
      std::ranges::find(all, field, &std::pair<std::string_view, std::string_view>::first);
  invariant(found != std::end(all), "every header field of a route is described");
  return found->second;
}

json::object header(std::string_view field) {
  return {{"description", meaning_of(field)}, {"schema", {{"type", "string"}}}};
}

json::array parameters_of(const Route& route) {
  json::array parameters;
  for (const auto& word : route.words) parameters.push_back(parameter(word, "path"));
  for (const auto& named : route.query) parameters.push_back(parameter(named, "query"));
  if (route.takes_arguments) add_arguments(parameters);
  for (const auto field : route.request_fields)
    parameters.push_back(
        parameter(field, "header", std::string(meaning_of(field)), {{"type", "string"}}));
  return parameters;
}

/// What a 200 with that media type holds, as far as it is described anywhere.
json::object content_schema(const Route& route, std::string_view type) {
  if (type == json_type && route.answers == "*") return {{"$ref", std::string(schemas) + "Answer"}};
  if (type == json_type && !route.answers.empty())
    return {{"$ref", std::string(schemas) + "Answer." + std::string(route.answers)}};
  if (type == json_type) return {{"type", {"object", "array"}}};
  return {{"type", "string"}};
}

json::object success(const Route& route, unsigned status) {
  json::object content;
  for (const auto type : route.gives) {
    const auto bare = type.substr(0, type.find(';'));
    content[bare] = {{"schema", content_schema(route, bare)}};
  }
  json::object response{{"description", status == 201 ? "recorded, or made" : "done"},
                        {"content", std::move(content)}};
  if (!route.response_fields.empty()) {
    auto& headers = response["headers"].emplace_object();
    for (const auto field : route.response_fields) headers[field] = header(field);
  }
  return response;
}

json::object responses_of(const Route& route) {
  json::object responses;
  for (const auto status : statuses_of(route)) {
    const auto name = std::to_string(status);
    if (is_success(status))
      responses[name] = success(route, status);
    else
      responses[name] = {{"$ref", "#/components/responses/" + name}};
  }
  return responses;
}

/// The name of a body among the schemas: that of the first route which takes it.
std::string name_of_body(const Route& route) {
  const auto first = std::ranges::find(routes(), route.body, &Route::body);
  return "Body." + std::string(first == routes().end() ? route.name : first->name);
}

/// Definitions inside of a schema become those of the document.
void refer_to(const std::string& definitions, json::value& schema) {
  constexpr std::string_view inside = "#/$defs/";
  if (auto* array = schema.if_array())
    for (auto& item : *array) refer_to(definitions, item);
  if (!schema.is_object()) return;
  for (auto& [name, part] : schema.get_object()) {
    const auto* text = part.if_string();
    if (name == "$ref" && text != nullptr && text->starts_with(inside))
      part = definitions + std::string(text->subview(inside.size()));
    refer_to(definitions, part);
  }
}

void add_bodies(const std::vector<Route>& all, json::object& named) {
  for (const auto& route : all) {
    if (route.body == nullptr) continue;
    const auto name = name_of_body(route);
    if (named.contains(name)) continue;
    json::value schema = route.body();
    refer_to(std::string(schemas) + name + ".", schema);
    auto& object = schema.get_object();
    object.erase("$schema");
    if (auto* definitions = object.if_contains("$defs"))
      for (auto& [of, definition] : definitions->get_object())
        named[name + "." + std::string(of)] = std::move(definition);
    object.erase("$defs");
    named[name] = std::move(schema);
  }
}

json::object body_of(const Route& route) {
  json::object content;
  for (const auto type : route.takes) {
    auto schema = type == json_type
                      ? json::object{{"$ref", std::string(schemas) + name_of_body(route)}}
                      : json::object{{"type", "string"}};
    content[type] = {{"schema", std::move(schema)}};
  }
  return {{"required", true},
          {"description", "at most " + std::to_string(route.body_bytes_max) + " bytes"},
          {"content", std::move(content)}};
}

/// Which roles may at all, and how far they reach (docs/HTTP.md, "Who may"); "asked" where that is
/// by what is asked.
json::object roles_of(const Route& route) {
  constexpr std::string_view reaches[] = {"", "scope", "everything", "any"};
  json::object roles;
  for (std::size_t i = 0; i < role_count; ++i) {
    const auto role = static_cast<Role>(i);
    const auto reach = reach_of(role, *route.operation);
    // Who may not come with the route's own operation is not let in for another.
    if (reach == Reach::nowhere) continue;
    const bool is_one = std::ranges::all_of(
        route.becomes, [&](Operation other) { return reach_of(role, other) == reach; });
    roles[to_text(role)] = is_one ? reaches[static_cast<std::size_t>(reach)] : "asked";
  }
  return roles;
}

json::object operation(const Route& route) {
  json::object out{{"operationId", route.name},
                   {"summary", route.en},
                   {"description", route.zh},
                   {"parameters", parameters_of(route)},
                   {"responses", responses_of(route)}};
  if (!route.takes.empty()) out["requestBody"] = body_of(route);
  const json::object certificate{{"certificate", json::array()}};
  const json::object both{{"certificate", json::array()}, {"token", json::array()}};
  if (route.operation == Operation::see_service)
    out["security"] = json::array{certificate};
  else
    out["security"] = json::array{certificate, both};
  if (route.operation) out["x-roles"] = roles_of(route);
  return out;
}

/// OpenAPI has no word for "the rest of the path".
std::string path_of(const Route& route) {
  std::string path(route.path);
  if (path.ends_with(rest_of_path))
    path.replace(path.size() - rest_of_path.size(), rest_of_path.size(), "{rest}");
  return path;
}

json::object problem_schema() {
  const json::object text{{"type", "string"}};
  const json::object objects{{"type", "array"}, {"items", {{"type", "object"}}}};
  return {{"type", "object"},
          {"required", {"type", "title", "status", "code", "zh", "en"}},
          {"properties",
           {{"type", text},
            {"title", text},
            {"status", {{"type", "integer"}}},
            {"code", text},
            {"zh", text},
            {"en", text},
            {"receipts", objects},
            {"refusalCount", {{"type", "integer"}}},
            {"refusals", objects}}}};
}

json::object problem_response(unsigned status) {
  if (status == 304)
    return {{"description", "the answer that is there already is still the answer"},
            {"headers", {{"ETag", header("ETag")}}}};
  json::object response{
      {"description", "what went wrong, RFC 9457"},
      {"content",
       {{"application/problem+json", {{"schema", {{"$ref", std::string(schemas) + "Problem"}}}}}}}};
  const auto tells = [&](std::string_view field) {
    response["headers"] = {{field, header(field)}};
  };
  if (status == 503 || status == 429) tells("Retry-After");
  if (status == 401) tells("WWW-Authenticate");
  auto& content = response["content"].as_object();
  // Readiness says so in its own words; whoever follows the log, is told its size.
  if (status == 503) content[json_type] = {{"schema", {{"type", "object"}}}};
  if (status == 416) content["text/x.tlog.size"] = {{"schema", {{"type", "string"}}}};
  return response;
}

json::object components_of(const std::vector<Route>& all) {
  auto named = projections::answer_definitions(schemas);
  named["Problem"] = problem_schema();
  for (const auto& question : projections::questions())
    named["Answer." + std::string(question.name)] = projections::answer_schema(question, schemas);
  add_bodies(all, named);
  std::set<unsigned> statuses;
  for (const auto& route : all)
    for (const auto status : statuses_of(route))
      if (!is_success(status)) statuses.insert(status);
  json::object responses;
  for (const auto status : statuses) responses[std::to_string(status)] = problem_response(status);
  return {{"schemas", std::move(named)},
          {"responses", std::move(responses)},
          {"securitySchemes",
           {{"certificate",
             {{"type", "mutualTLS"},
              {"description",
               "a certificate that is granted something; without TLS, on the loopback address, "
               "nothing is asked for"}}},
            {"token",
             {{"type", "http"},
              {"scheme", "bearer"},
              {"description", "of a person who comes through the gateway of an institution"}}}}}};
}

}  // namespace

std::vector<unsigned> statuses_of(const Route& route) {
  std::set<unsigned> all(std::begin(of_any_request), std::end(of_any_request));
  all.insert(route.statuses.begin(), route.statuses.end());
  if (std::ranges::none_of(route.statuses, is_success)) all.insert(200);
  if (has(route.response_fields, "ETag")) all.insert(304);
  if (route.operation != Operation::see_service) all.insert(401);
  if (names_a_subject(route) || route.takes_arguments) all.insert(404);
  if (route.method == "POST") all.insert(411);
  if (!route.takes.empty()) all.insert(415);
  if (route.operation &&
      (is_rate_limited(*route.operation) || looks_up_by_the_way(*route.operation)))
    all.insert(429);
  return {all.begin(), all.end()};
}

json::object openapi_document(const std::vector<Route>& all) {
  json::object paths;
  for (const auto& route : all) {
    auto& item = paths[path_of(route)];
    if (item.is_null()) item.emplace_object();
    item.get_object()[lower_case(route.method)] = operation(route);
  }
  return {{"openapi", "3.1.0"},
          {"info", {{"title", "Kinledger"}, {"version", std::string(ledger::kinledger_version)}}},
          {"paths", std::move(paths)},
          {"components", components_of(all)}};
}

}  // namespace kinledger::server

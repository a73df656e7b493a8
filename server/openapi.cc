#include "server/openapi.h"

#include <boost/json/array.hpp>
#include <string>

#include "ledger/version.h"

namespace kinledger::server {
namespace {

namespace json = boost::json;

constexpr std::string_view rest = "{rest...}";

json::object content_of(const std::vector<std::string_view>& types) {
  json::object content;
  for (const auto type : types) content[type.substr(0, type.find(';'))] = json::object();
  return content;
}

json::object parameter(const RouteParameter& named, std::string_view in) {
  return {{"name", named.name},
          {"in", in},
          {"required", in == "path"},
          {"description", std::string(named.en) + " (" + std::string(named.zh) + ")"},
          {"schema", {{"type", "string"}}}};
}

json::object operation(const Route& route) {
  json::array parameters;
  for (const auto& word : route.words) parameters.push_back(parameter(word, "path"));
  for (const auto& named : route.query) parameters.push_back(parameter(named, "query"));
  if (route.takes_arguments)
    parameters.push_back(
        {{"name", "arguments"},
         {"in", "query"},
         {"required", false},
         {"description", "the arguments of the question, by their names (查询的参数)"},
         {"style", "form"},
         {"explode", true},
         {"schema", {{"type", "object"}, {"additionalProperties", {{"type", "string"}}}}}});
  json::object out{{"operationId", route.name},
                   {"summary", route.en},
                   {"description", route.zh},
                   {"parameters", std::move(parameters)},
                   {"responses",
                    {{"200", {{"description", "done"}, {"content", content_of(route.gives)}}},
                     {"default", {{"$ref", "#/components/responses/Problem"}}}}}};
  if (!route.takes.empty())
    out["requestBody"] = {{"required", true}, {"content", content_of(route.takes)}};
  return out;
}

/// OpenAPI has no word for "the rest of the path".
std::string path_of(const Route& route) {
  std::string path(route.path);
  if (path.ends_with(rest)) path.replace(path.size() - rest.size(), rest.size(), "{rest}");
  return path;
}

std::string lower_case(std::string_view method) {
  std::string out(method);
  for (auto& byte : out)
    if (byte >= 'A' && byte <= 'Z') byte = static_cast<char>(byte + 32);
  return out;
}

}  // namespace

json::object openapi_document(const std::vector<Route>& all) {
  json::object paths;
  for (const auto& route : all) {
    auto& item = paths[path_of(route)];
    if (item.is_null()) item.emplace_object();
    item.get_object()[lower_case(route.method)] = operation(route);
  }
  const json::object text{{"type", "string"}};
  json::object problem{{"type", "object"},
                       {"required", {"type", "title", "status", "code", "zh", "en"}},
                       {"properties",
                        {{"type", text},
                         {"title", text},
                         {"status", {{"type", "integer"}}},
                         {"code", text},
                         {"zh", text},
                         {"en", text},
                         {"receipts", {{"type", "array"}, {"items", {{"type", "object"}}}}},
                         {"refusalCount", {{"type", "integer"}}},
                         {"refusals", {{"type", "array"}, {"items", {{"type", "object"}}}}}}}};
  return {{"openapi", "3.1.0"},
          {"info", {{"title", "Kinledger"}, {"version", std::string(ledger::kinledger_version)}}},
          {"paths", std::move(paths)},
          {"components",
           {{"schemas", {{"Problem", std::move(problem)}}},
            {"responses",
             {{"Problem",
               {{"description", "what went wrong, RFC 9457"},
                {"content",
                 {{"application/problem+json",
                   {{"schema", {{"$ref", "#/components/schemas/Problem"}}}}}}}}}}}}}};
}

}  // namespace kinledger::server

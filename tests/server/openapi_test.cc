// The description of the interface: its own shape, that it is complete, and that answers are as it
// says. Every answer of the other tests of this folder is held against it too (access_office.h).
#include "server/openapi.h"

#include <functional>
#include <set>

#include "tests/server/access_office.h"
#include "tests/server/declared.h"

namespace kinledger::server {
namespace {

namespace json = boost::json;

/// Calls `visit` with every object of the document.
void each_object(const json::value& value, const std::function<void(const json::object&)>& visit) {
  if (const auto* array = value.if_array())
    for (const auto& item : *array) each_object(item, visit);
  const auto* object = value.if_object();
  if (object == nullptr) return;
  visit(*object);
  for (const auto& [name, part] : *object) each_object(part, visit);
}

void each_operation(const std::function<void(std::string_view, const json::object&)>& visit) {
  for (const auto& [path, item] : described_interface().at("paths").get_object())
    for (const auto& [verb, operation] : item.get_object()) visit(path, operation.get_object());
}

TEST(Openapi, RefersToWhatThereIs) {
  std::size_t references = 0;
  each_object(described_interface(), [&](const json::object& object) {
    const auto* reference = object.if_contains("$ref");
    if (reference == nullptr || !reference->is_string()) return;
    ++references;
    EXPECT_NE(referred(reference->get_string()), nullptr) << reference->get_string();
  });
  EXPECT_GT(references, 100U);
}

// The fixed fields of OpenAPI 3.1.0, sections 4.8.8 to 4.8.27, that are required or closed.
TEST(Openapi, HasTheShapeOfTheSpecification) {
  const auto& document = described_interface();
  EXPECT_EQ(document.at("openapi"), "3.1.0");
  EXPECT_FALSE(document.at("info").at("title").get_string().empty());
  EXPECT_FALSE(document.at("info").at("version").get_string().empty());
  std::set<std::string> ids;
  each_operation([&](std::string_view path, const json::object& operation) {
    EXPECT_TRUE(path.starts_with('/'));
    const std::string id(operation.at("operationId").get_string());
    EXPECT_TRUE(ids.insert(id).second) << id;
    std::set<std::pair<std::string, std::string>> parameters;
    std::size_t words = 0;
    for (const auto& parameter : operation.at("parameters").get_array()) {
      const std::string in(parameter.at("in").get_string());
      const std::string name(parameter.at("name").get_string());
      EXPECT_TRUE(in == "path" || in == "query" || in == "header") << id;
      EXPECT_TRUE(parameters.emplace(in, name).second) << id << ": " << name << " is there twice";
      EXPECT_TRUE(parameter.at("schema").is_object()) << id << ": " << name;
      if (in != "path") continue;
      ++words;
      EXPECT_TRUE(parameter.at("required").get_bool()) << id << ": " << name;
      EXPECT_NE(path.find("{" + name + "}"), std::string_view::npos) << path;
    }
    EXPECT_EQ(words, static_cast<std::size_t>(std::ranges::count(path, '{'))) << path;
    EXPECT_FALSE(operation.at("responses").get_object().empty()) << id;
    for (const auto& [status, response] : operation.at("responses").get_object()) {
      EXPECT_EQ(status.size(), 3U) << id;
      EXPECT_TRUE(resolved(response.get_object()).contains("description")) << id << " " << status;
    }
    for (const auto& wanted : operation.at("security").get_array())
      for (const auto& [scheme, scopes] : wanted.get_object())
        EXPECT_NE(referred("#/components/securitySchemes/" + std::string(scheme)), nullptr) << id;
  });
  for (const auto& [name, schema] : document.at("components").at("schemas").get_object())
    for (const char byte : name)
      EXPECT_TRUE(std::isalnum(static_cast<unsigned char>(byte)) ||
                  std::string_view(".-_").find(byte) != std::string_view::npos)
          << name;
}

TEST(Openapi, SaysOfEveryRouteWhatItTakesAndHowItCanEnd) {
  std::size_t operations = 0;
  each_operation([&](std::string_view, const json::object& operation) {
    const auto route = std::ranges::find(
        routes(), std::string_view(operation.at("operationId").get_string()), &Route::name);
    ASSERT_NE(route, routes().end());
    ++operations;
    EXPECT_EQ(operation.contains("requestBody"), !route->takes.empty()) << route->name;
    for (const auto type : route->takes)
      EXPECT_TRUE(operation.at("requestBody").at("content").get_object().contains(type));
    for (const auto field : route->response_fields)
      EXPECT_NE(json::serialize(operation).find("\"" + std::string(field) + "\""),
                std::string::npos);
  });
  EXPECT_EQ(operations, routes().size());
}

const json::object& operation_of(const char* path, const char* method) {
  return described_interface().at("paths").at(path).at(method).get_object();
}

TEST(Openapi, SaysWhichRolesMayAndWhatIsLeftOut) {
  const auto role = [](const char* path, const char* method, const char* name) {
    const auto& roles = operation_of(path, method).at("x-roles").get_object();
    const auto* found = roles.if_contains(name);
    return found == nullptr ? std::string() : std::string(found->get_string());
  };
  EXPECT_EQ(role("/v1/persons/{person}/status", "get", "submitter"), "scope");
  EXPECT_EQ(role("/v1/persons/{person}/status", "get", "exporter"), "");
  EXPECT_EQ(role("/v1/diff", "get", "agency"), "everything");
  EXPECT_EQ(role("/v1/checks", "get", "submitter"), "asked");
  EXPECT_EQ(role("/v1/questions/{question}", "get", "exporter"), "asked");
  EXPECT_EQ(role("/tile/{rest}", "get", "agency"), "asked") << "hashes, but no entries";
  EXPECT_EQ(role("/checkpoint", "get", "agency"), "any");
  const auto parameter = [](const char* path, const char* name) {
    for (const auto& one : operation_of(path, "get").at("parameters").get_array())
      if (one.at("name").get_string() == name) return one.get_object();
    return json::object();
  };
  EXPECT_EQ(parameter("/v1/events", "follow").at("schema").at("default"), true);
  EXPECT_EQ(parameter("/v1/rules", "all").at("schema").at("default"), false);
  EXPECT_EQ(parameter("/v1/units/{unit}/settlement", "year").at("required"), true);
  EXPECT_EQ(parameter("/v1/units/{unit}/balance", "year").at("required"), false);
}

TEST(Openapi, DescribesAnswersAsTheyAre) {
  AccessOffice office;
  const std::string person = "person=" + office.own_person;
  const std::pair<const char*, std::string> all[] = {
      {"status", "/v1/persons/" + office.own_person + "/status"},
      {"timeline", "/v1/persons/" + office.own_person + "/timeline"},
      {"roster", "/v1/units/330199001/roster"},
      {"balance", "/v1/units/330199001/balance"},
      {"coverage", "/v1/questions/coverage?" + person},
      {"findings", "/v1/questions/findings"},
      {"migration", "/v1/questions/migration"},
  };
  for (const auto& [question, target] : all) {
    const auto response = office.ask(std::nullopt, "GET", target);
    ASSERT_EQ(response.status, 200U) << target << response.body;
    const auto answer = ledger::parse_json(response.body, response.body.size());
    ASSERT_TRUE(answer.has_value());
    const auto* schema = referred("#/components/schemas/Answer." + std::string(question));
    ASSERT_NE(schema, nullptr) << question;
    SchemaCheck check;
    EXPECT_TRUE(check.holds(*answer, schema->get_object())) << question << ": " << check.why();
    auto wrong = answer->get_object();
    wrong["certainty"] = "certain";
    EXPECT_FALSE(check.holds(wrong, schema->get_object())) << "it takes anything";
  }
}

}  // namespace
}  // namespace kinledger::server

// Bodies as /openapi.json describes them, against the routes that read them: of each object the
// members that must be there, and that there may be no others.
#include <functional>

#include "tests/server/access_office.h"

namespace kinledger::server {
namespace {

namespace json = boost::json;

/// Texts of the forms that the document has.
std::string text_of(std::string_view pattern) {
  constexpr std::pair<std::string_view, std::string_view> all[] = {
      {"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "2021-03-31"},
      {"^[0-9]{4}-(0[1-9]|1[0-2])$", "2021-03"},
      {"^(0|[1-9][0-9]{0,11})(\\.[0-9]{1,2})?$", "250.00"},
      {"^[1-9][0-9]{5}$", "330106"},
      {"^#[1-9][0-9]*$", "#1"},
      {"^sha256:[0-9a-fA-F]{64}$",
       "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}};
  const auto* const found =
      std::ranges::find(all, pattern, &std::pair<std::string_view, std::string_view>::first);
  if (found != std::end(all)) return std::string(found->second);
  const auto digits = pattern.find('{');
  EXPECT_TRUE(pattern.starts_with("^[0-9a-fA-F]{")) << pattern;
  return std::string(std::stoul(std::string(pattern.substr(digits + 1))), 'a');
}

json::value sample_of(const json::object& schema);

json::object object_of(const json::object& properties) {
  json::object object;
  for (const auto& [name, of] : properties) object[name] = sample_of(of.get_object());
  return object;
}

/// A value that the schema takes, with all that may be there; of several kinds the first.
json::value sample_of(const json::object& schema) {
  if (const auto* reference = schema.if_contains("$ref"))
    return sample_of(referred(reference->get_string())->get_object());
  if (const auto* same = schema.if_contains("const")) return *same;
  if (const auto* all = schema.if_contains("enum")) return all->get_array().front();
  if (const auto* any = schema.if_contains("oneOf"))
    return sample_of(any->get_array().front().get_object());
  const std::string_view type = schema.at("type").get_string();
  if (type == "boolean") return true;
  if (type == "array") return json::array{sample_of(schema.at("items").get_object())};
  if (type == "object") return object_of(schema.at("properties").get_object());
  if (type == "integer") return schema.at("minimum");
  if (const auto* pattern = schema.if_contains("pattern"))
    return json::string(text_of(pattern->get_string()));
  return schema.contains("format") ? "2021-03-31" : "x";
}

/// Calls `visit` with every object in a sample and what describes it. It may change the object, and
/// has to change it back.
void each_described(json::value& sample, const json::object& schema,
                    const std::function<void(json::object&, const json::object&)>& visit) {
  if (const auto* reference = schema.if_contains("$ref"))
    return each_described(sample, referred(reference->get_string())->get_object(), visit);
  if (const auto* any = schema.if_contains("oneOf"))
    return each_described(sample, any->get_array().front().get_object(), visit);
  if (auto* array = sample.if_array())
    return each_described(array->front(), schema.at("items").get_object(), visit);
  auto* object = sample.if_object();
  if (object == nullptr) return;
  visit(*object, schema);
  for (auto& [name, part] : *object)
    each_described(part, schema.at("properties").at(name).get_object(), visit);
}

class OpenapiBodies : public testing::Test {
 protected:
  /// The body of JSON that the route takes.
  static const json::object& schema_of(std::string_view path) {
    const auto& content = described_interface()
                              .at("paths")
                              .at(path)
                              .at("post")
                              .at("requestBody")
                              .at("content")
                              .get_object();
    return resolved(content.at("application/json").at("schema").get_object());
  }
  /// Whether the route says that something is missing, or that there is what must not be there.
  bool is_misshapen(const std::string& target, const json::value& body) {
    const auto response = office_.ask(as_, "POST", target, json::serialize(body));
    EXPECT_NE(response.status, 403U) << target;
    for (const auto* code :
         {"FIELD_MISSING", "FIELD_UNKNOWN", "JSON_TYPE", "JSON_UNKNOWN", "ROLE_UNKNOWN"})
      if (response.body.find(code) != std::string::npos) {
        EXPECT_TRUE(response.status == 400 || response.status == 422) << response.body;
        return true;
      }
    return false;
  }
  /// The sample is taken as it is, and not with any object of it changed against its description.
  /// `whole` is what is sent of the sample.
  void expect_as_described(const std::string& target, json::value sample,
                           const json::object& schema,
                           const std::function<json::value(const json::value&)>& whole) {
    ASSERT_FALSE(is_misshapen(target, whole(sample))) << target << json::serialize(whole(sample));
    each_described(sample, schema, [&](json::object& object, const json::object& says) {
      const auto wrong = [&](json::object changed, std::string_view what) {
        changed.swap(object);
        EXPECT_TRUE(is_misshapen(target, whole(sample)))
            << target << " " << what << " in " << json::serialize(whole(sample));
        changed.swap(object);
      };
      EXPECT_EQ(says.at("additionalProperties"), false) << target;
      auto more = object;
      more["unheardOf"] = "x";
      wrong(std::move(more), "takes what it does not know");
      const auto without = [&](std::string_view name) {
        auto less = object;
        less.erase(name);
        wrong(std::move(less), "does without " + std::string(name));
      };
      for (const auto& name : says.at("required").get_array()) without(name.get_string());
      if (const auto* together = says.if_contains("dependentRequired"))
        for (const auto& [name, others] : together->get_object())
          for (const auto& other : others.get_array()) without(other.get_string());
      ++objects_;
    });
  }
  void expect_as_described(const std::string& target, std::string_view path) {
    const auto& schema = schema_of(path);
    expect_as_described(target, sample_of(schema), schema,
                        [](const json::value& sample) { return sample; });
  }

  AccessOffice office_;
  std::optional<ledger::Hash> as_;  ///< nobody's: whoever works on the machine
  std::size_t objects_ = 0;
};

TEST_F(OpenapiBodies, AreDescribedOfEveryRouteThatTakesJson) {
  for (const auto& route : routes()) {
    const bool takes_json = std::ranges::find(route.takes, "application/json") != route.takes.end();
    EXPECT_EQ(route.body != nullptr, takes_json) << route.name;
    if (!takes_json) continue;
    EXPECT_TRUE(schema_of(route.path).contains("properties")) << route.name;
  }
}

TEST_F(OpenapiBodies, OfPersonsAndGrantsAreTakenAsDescribed) {
  expect_as_described("/v1/persons/lookup", "/v1/persons/lookup");
  expect_as_described("/v1/persons/" + office_.own_person + "/identity",
                      "/v1/persons/{person}/identity");
  expect_as_described("/v1/principals", "/v1/principals");
  EXPECT_EQ(objects_, 4U);
}

TEST_F(OpenapiBodies, OfTokensAreTakenAsDescribed) {
  Grant gateway;
  gateway.role = Role::gateway;
  gateway.institution = AccessOffice::own_unit;
  as_ = office_.grant(gateway).certificate;
  expect_as_described("/v1/tokens", "/v1/tokens");
  expect_as_described("/v1/tokens/revoke", "/v1/tokens/revoke");
  EXPECT_EQ(objects_, 2U);
}

TEST_F(OpenapiBodies, OfSubmissionsAreTakenAsDescribed) {
  const auto& schema = schema_of("/v1/submissions");
  EXPECT_EQ(&schema, &schema_of("/v1/submissions/preview"));
  for (const auto* target : {"/v1/submissions?dryRun=true", "/v1/submissions/preview"})
    expect_as_described(target, sample_of(schema), schema,
                        [](const json::value& sample) { return sample; });
}

// Of each type of event.
TEST_F(OpenapiBodies, OfEventsAreTakenAsDescribed) {
  const auto& types = schema_of("/v1/submissions")
                          .at("properties")
                          .at("events")
                          .at("items")
                          .at("oneOf")
                          .get_array();
  EXPECT_GT(types.size(), 60U);
  for (const auto& type : types)
    expect_as_described("/v1/submissions?dryRun=true", sample_of(type.get_object()),
                        type.get_object(), [](const json::value& event) {
                          return json::object{{"key", "k"}, {"events", json::array{event}}};
                        });
}

}  // namespace
}  // namespace kinledger::server

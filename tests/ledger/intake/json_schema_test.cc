// The schema says the same as the reader of submissions.
#include "ledger/intake/json_schema.h"

#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "ledger/intake/fields.h"
#include "ledger/intake/submitted_event.h"

namespace kinledger::ledger::intake {
namespace {

namespace json = boost::json;

TEST(JsonSchema, DescribesEveryEventThatMayBeSubmitted) {
  const json::object schema = json_schema();
  EXPECT_EQ(schema.at("$schema"), "https://json-schema.org/draft/2020-12/schema");
  const auto& definitions = schema.at("$defs").as_object();
  for (const TypeInfo& type : catalogue()) {
    const bool is_described = definitions.contains({type.name.data(), type.name.size()});
    EXPECT_EQ(is_described, may_be_submitted(type)) << type.name;
  }
  EXPECT_FALSE(schema.at("additionalProperties").as_bool());
}

TEST(JsonSchema, GivesEachFieldItsChineseTerm) {
  const json::object schema = json_schema(type_info(EventType::premium_paid));
  EXPECT_EQ(schema.at("title"), "缴纳保费");
  const auto& properties = schema.at("properties").as_object();
  EXPECT_EQ(properties.at("amount").at("title"), "金额");
  EXPECT_EQ(properties.at("amount").at("$ref"), "#/$defs/money");
  EXPECT_EQ(properties.at("payerKind").at("enum").at(0), "guardian");
  EXPECT_EQ(properties.at("type").at("const"), "PremiumPaid");
  EXPECT_EQ(json::serialize(schema.at("required")),
            R"(["type","validOn","person","insuranceYear","amount"])");
}

TEST(JsonSchema, AsksOfAVoidOnlyForTheCorrection) {
  const json::object schema = json_schema(type_info(EventType::event_voided));
  EXPECT_EQ(json::serialize(schema.at("required")), R"(["type","correction"])");
  EXPECT_FALSE(schema.at("properties").as_object().contains("validOn"));
}

TEST(JsonSchema, DoesNotAskForWhatFollows) {
  const json::object schema = json_schema(type_info(EventType::person_registered));
  EXPECT_EQ(json::serialize(schema.at("required")), R"(["type","validOn","person"])");
  EXPECT_FALSE(schema.at("properties").as_object().contains("identityCommitment"));
}

void expect_definitions(const json::value& value, const json::object& definitions) {
  if (const auto* object = value.if_object()) {
    if (const auto* reference = object->if_contains("$ref")) {
      const std::string_view text(reference->get_string().data(), reference->get_string().size());
      const auto name = text.substr(std::string_view("#/$defs/").size());
      EXPECT_TRUE(definitions.contains({name.data(), name.size()})) << text;
    }
    for (const auto& member : *object) expect_definitions(member.value(), definitions);
  } else if (const auto* array = value.if_array()) {
    for (const auto& element : *array) expect_definitions(element, definitions);
  }
}

TEST(JsonSchema, RefersOnlyToWhatItDefines) {
  const json::object whole = json_schema();
  expect_definitions(whole, whole.at("$defs").as_object());
  for (const TypeInfo& type : catalogue()) {
    if (!may_be_submitted(type)) continue;
    const json::object schema = json_schema(type);
    expect_definitions(schema, schema.at("$defs").as_object());
  }
}

}  // namespace
}  // namespace kinledger::ledger::intake

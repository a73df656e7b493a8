#include "ledger/intake/json_schema.h"

#include <boost/json/array.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "ledger/intake/fields.h"
#include "ledger/intake/schema_parts.h"
#include "ledger/intake/submitted_event.h"
#include "ledger/result.h"
#include "ledger/submission.h"
#include "ledger/text.h"
#include "ledger/value_limits.h"

namespace kinledger::ledger::intake {
namespace {

namespace json = boost::json;

constexpr const char* dialect = "https://json-schema.org/draft/2020-12/schema";

json::object reference(std::string_view definition) {
  return {{"$ref", "#/$defs/" + std::string(definition)}};
}

json::object pattern(std::string_view title, std::string_view regular_expression) {
  auto schema = pattern_schema(regular_expression);
  schema["title"] = title;
  return schema;
}

json::array names(std::span<const Enumerant> enumerants) {
  json::array out;
  for (const auto& [name, zh] : enumerants.subspan(1)) out.emplace_back(name);
  return out;
}

/// "是、否": what the names of an enumeration mean, in their order.
std::string meanings(std::span<const Enumerant> enumerants) {
  std::string out;
  for (const auto& [name, zh] : enumerants.subspan(1)) {
    out.append(out.empty() ? "" : "、").append(zh);
  }
  return out;
}

json::object one_of(std::string_view title, json::array choices) {
  return {{"title", title}, {"oneOf", std::move(choices)}};
}

json::object person_definition() {
  json::object properties;
  properties["idType"] = id_type_schema();
  properties["idNumber"] = {{"title", "证件号码"}, {"type", "string"}};
  properties["name"] = text_schema(name_characters_max);
  properties["name"].as_object()["title"] = "姓名";
  properties["birthDate"] = reference("date");
  return one_of("人员", {object_schema(std::move(properties), {"idNumber"}),
                         pattern("人员编号", "^[0-9a-fA-F]{32}$")});
}

json::object unit_definition() {
  json::object properties;
  properties["unitNumber"] = text_schema(unit_number_characters_max);
  return one_of("单位", {object_schema(std::move(properties), {"unitNumber"}),
                         pattern("单位标识", "^[0-9a-fA-F]{32}$")});
}

json::object fact_definition() {
  return one_of("引用的事件",
                {json::object{{"type", "integer"}, {"minimum", 0}, {"maximum", sequence_max}},
                 pattern("本次申报中的第几个事件", "^#[1-9][0-9]*$")});
}

json::object correction_definition() {
  json::object properties;
  properties["replaces"] = {{"title", "被更正事件的序号"},
                            {"type", "integer"},
                            {"minimum", 0},
                            {"maximum", sequence_max}};
  properties["cause"] = {{"title", "更正原因"},
                         {"description", meanings(correction_causes())},
                         {"enum", names(correction_causes())}};
  properties["authority"] = {{"title", "更正依据机关"},
                             {"description", meanings(correction_authorities())},
                             {"enum", names(correction_authorities())}};
  properties["authorityDocument"] = text_schema(document_number_characters_max);
  properties["authorityDocument"].as_object()["title"] = "依据文号";
  auto schema = object_schema(std::move(properties), {"replaces", "cause", "authority"});
  schema["title"] = "更正";
  return schema;
}

/// What fields of a kind have in common.
json::object value_definitions() {
  json::object out;
  out["date"] = pattern("日期", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$");
  out["date"].as_object()["format"] = "date";
  out["month"] = pattern("月份", "^[0-9]{4}-(0[1-9]|1[0-2])$");
  out["year"] = {{"title", "年度"},
                 {"type", "integer"},
                 {"minimum", year_min.value},
                 {"maximum", year_max.value}};
  out["money"] = pattern("金额（元）", "^(0|[1-9][0-9]{0,11})(\\.[0-9]{1,2})?$");
  out["count"] = {{"title", "数量"}, {"type", "integer"}, {"minimum", 0}, {"maximum", count_max}};
  out["area"] = pattern("行政区划代码（GB/T 2260）", "^[1-9][0-9]{5}$");
  out["person"] = person_definition();
  out["unit"] = unit_definition();
  out["fact"] = fact_definition();
  out["correction"] = correction_definition();
  return out;
}

json::object field_schema(const FieldInfo& field) {
  switch (field.kind) {
    case FieldKind::date:
      return reference("date");
    case FieldKind::month:
      return reference("month");
    case FieldKind::year:
      return reference("year");
    case FieldKind::money:
      return reference("money");
    case FieldKind::count:
      return reference("count");
    case FieldKind::area:
      return reference("area");
    case FieldKind::person:
      return reference("person");
    case FieldKind::unit:
      return reference("unit");
    case FieldKind::fact:
      return reference("fact");
    case FieldKind::enumeration:
      return {{"description", meanings(field.enumerants)}, {"enum", names(field.enumerants)}};
    case FieldKind::enumeration_list:
      return {{"description", meanings(field.enumerants)},
              {"type", "array"},
              {"uniqueItems", true},
              {"items", json::object{{"enum", names(field.enumerants)}}}};
    case FieldKind::digest_list:
      return {{"type", "array"},
              {"uniqueItems", true},
              {"maxItems", digests_max},
              {"items", pattern_schema("^sha256:[0-9a-fA-F]{64}$")}};
    case FieldKind::text: {
      auto schema = text_schema(text_characters_max);
      if (!field.code_list.empty()) {
        schema["description"] = "代码表 / code of the list " + std::string(field.code_list) +
                                "，由规则包声明 / declared by the packs";
      }
      return schema;
    }
    default:
      invariant(false, "a field that cannot be submitted has no schema");
  }
  return {};
}

json::object event_definition(const TypeInfo& type) {
  const bool is_void = type.id == EventType::event_voided;
  json::object properties;
  json::array required{"type"};
  properties["type"] = {{"const", type.name}};
  if (!is_void) {
    properties["validOn"] = reference("date");
    properties["validOn"].as_object()["title"] = "业务日期";
    required.emplace_back("validOn");
  }
  for (const FieldInfo& field : type.fields) {
    if (!may_be_submitted(field)) continue;
    auto schema = field_schema(field);
    schema["title"] = field.zh;
    properties[field.name] = std::move(schema);
    if (field.required && !may_follow(type.id, field.id)) required.emplace_back(field.name);
  }
  properties["correction"] = reference("correction");
  if (is_void) required.emplace_back("correction");
  return {{"title", type.zh},
          {"type", "object"},
          {"properties", std::move(properties)},
          {"required", std::move(required)},
          {"additionalProperties", false}};
}

json::object source_schema() {
  json::object properties;
  properties["name"] = text_schema(text_characters_max);
  properties["sha256"] = pattern("SHA-256", "^[0-9a-fA-F]{64}$");
  auto schema = object_schema(std::move(properties), {"name", "sha256"});
  schema["title"] = "来源文件";
  return schema;
}

json::object titled(json::object schema, const char* title) {
  schema["title"] = title;
  return schema;
}

}  // namespace

json::object json_schema() {
  auto definitions = value_definitions();
  json::array events;
  for (const TypeInfo& type : catalogue()) {
    if (!may_be_submitted(type)) continue;
    definitions[type.name] = event_definition(type);
    events.emplace_back(reference(type.name));
  }
  json::object properties;
  properties["key"] = titled(text_schema(submission_key_characters_max), "申报键");
  properties["submitter"] = pattern("申报人", "^[0-9a-fA-F]{32}$");
  properties["source"] = source_schema();
  properties["jurisdiction"] = titled(reference("area"), "统筹地区");
  properties["registersPersons"] = {{"title", "登记未知人员"}, {"type", "boolean"}};
  properties["events"] = {{"title", "事件"},
                          {"type", "array"},
                          {"minItems", 1},
                          {"maxItems", submission_events_max},
                          {"items", json::object{{"oneOf", std::move(events)}}}};
  json::object schema{{"$schema", dialect}, {"title", "申报"}};
  const auto submission = object_schema(std::move(properties), {"key", "events"});
  for (const auto& member : submission) schema[member.key()] = member.value();
  schema["$defs"] = std::move(definitions);
  return schema;
}

json::object json_schema(const TypeInfo& type) {
  invariant(may_be_submitted(type), type.name);
  json::object schema{{"$schema", dialect}};
  const auto event = event_definition(type);
  for (const auto& member : event) schema[member.key()] = member.value();
  schema["$defs"] = value_definitions();
  return schema;
}

}  // namespace kinledger::ledger::intake

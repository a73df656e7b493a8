#include "ledger/intake/schema_parts.h"

#include <boost/json/array.hpp>
#include <string>
#include <utility>

#include "ledger/identity_number.h"

namespace kinledger::ledger::intake {
namespace {

namespace json = boost::json;

}  // namespace

json::object text_schema(std::size_t characters_max) {
  return {{"type", "string"}, {"minLength", 1}, {"maxLength", characters_max}};
}

json::object pattern_schema(std::string_view regular_expression) {
  return {{"type", "string"}, {"pattern", regular_expression}};
}

json::object hex_schema(std::size_t digits) {
  return pattern_schema("^[0-9a-fA-F]{" + std::to_string(digits) + "}$");
}

json::object id_type_schema() {
  json::array types;
  for (std::uint8_t number = 1; const auto type = id_type_numbered(number); ++number)
    types.emplace_back(to_text(*type));
  return {{"title", "证件类型"}, {"enum", std::move(types)}, {"default", "residentId"}};
}

json::object object_schema(json::object properties, std::initializer_list<const char*> required) {
  json::array must;
  for (const char* name : required) must.emplace_back(name);
  return {{"type", "object"},
          {"properties", std::move(properties)},
          {"required", std::move(must)},
          {"additionalProperties", false}};
}

}  // namespace kinledger::ledger::intake

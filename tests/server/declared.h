// What /openapi.json says, held against what is answered.
#pragma once

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <string>
#include <string_view>

#include "server/openapi.h"

namespace kinledger::server {

inline const boost::json::object& described_interface() {
  static const auto document = openapi_document(routes());
  return document;
}

/// The part of the document that "#/a/b" leads to; null when there is none.
inline const boost::json::value* referred(std::string_view reference) {
  const boost::json::object* at = &described_interface();
  const boost::json::value* found = nullptr;
  while (!reference.empty()) {
    reference.remove_prefix(std::min(reference.find('/'), reference.size() - 1) + 1);
    const auto name = reference.substr(0, reference.find('/'));
    found = at == nullptr ? nullptr : at->if_contains(name);
    if (found == nullptr) return nullptr;
    at = found->if_object();
    reference.remove_prefix(name.size());
  }
  return found;
}

/// The same, or what it refers to.
inline const boost::json::object& resolved(const boost::json::object& object) {
  const auto* reference = object.if_contains("$ref");
  if (reference == nullptr) return object;
  const auto* found = referred(reference->get_string());
  EXPECT_NE(found, nullptr) << reference->get_string();
  return found == nullptr ? object : found->get_object();
}

/// That the route says that such an answer may come.
inline void expect_declared(std::string_view method, std::string_view path, unsigned status,
                            std::string_view content_type) {
  const auto target = read_target(path);
  const auto matched = target ? match(method, *target) : Matched{};
  if (matched.route == nullptr) return;
  std::string name(matched.route->path);
  if (const auto rest = name.find("..."); rest != std::string::npos) name.erase(rest, 3);
  std::string verb(method);
  for (auto& byte : verb) byte = static_cast<char>(std::tolower(static_cast<unsigned char>(byte)));
  const auto& operation =
      described_interface().at("paths").at(name).get_object().at(verb).get_object();
  const auto* response = operation.at("responses").get_object().if_contains(std::to_string(status));
  ASSERT_NE(response, nullptr) << method << " " << path << ": " << status;
  const auto* content = resolved(response->get_object()).if_contains("content");
  if (content == nullptr) return;
  const auto type = content_type.substr(0, content_type.find(';'));
  EXPECT_TRUE(content->get_object().contains(type)) << method << " " << path << ": " << type;
}

/// Whether the value is what the schema says, as far as the words go that the document uses. Says
/// where it is not.
class SchemaCheck {
 public:
  bool holds(const boost::json::value& value, const boost::json::object& schema,
             const std::string& at = "$") {
    if (const auto* reference = schema.if_contains("$ref")) {
      const auto* found = referred(reference->get_string());
      if (found == nullptr) return fails(at, "refers to nothing");
      if (!holds(value, found->get_object(), at)) return false;
    }
    if (const auto* same = schema.if_contains("const"); same != nullptr && *same != value)
      return fails(at, "is not " + boost::json::serialize(*same));
    if (const auto* all = schema.if_contains("enum"); all != nullptr && !is_among(value, *all))
      return fails(at, "is none of " + boost::json::serialize(*all));
    if (const auto* type = schema.if_contains("type"); type != nullptr && !is_of(value, *type))
      return fails(at, "is no " + boost::json::serialize(*type));
    if (const auto* all = schema.if_contains("allOf"))
      for (const auto& one : all->get_array())
        if (!holds(value, one.get_object(), at)) return false;
    if (const auto* any = schema.if_contains("anyOf");
        any != nullptr && !holds_any(value, *any, at))
      return false;
    return holds_parts(value, schema, at);
  }
  const std::string& why() const { return why_; }

 private:
  bool fails(const std::string& at, const std::string& what) {
    why_ = at + " " + what;
    return false;
  }
  static bool is_among(const boost::json::value& value, const boost::json::value& all) {
    const auto& array = all.get_array();
    return std::find(array.begin(), array.end(), value) != array.end();
  }
  static bool is_of(const boost::json::value& value, const boost::json::value& type) {
    if (type.is_array())
      return std::ranges::any_of(type.get_array(),
                                 [&](const auto& one) { return is_of(value, one); });
    const auto name = std::string_view(type.get_string());
    return (name == "object" && value.is_object()) || (name == "array" && value.is_array()) ||
           (name == "string" && value.is_string()) || (name == "boolean" && value.is_bool()) ||
           (name == "null" && value.is_null()) ||
           (name == "integer" && (value.is_int64() || value.is_uint64()));
  }
  bool holds_any(const boost::json::value& value, const boost::json::value& any,
                 const std::string& at) {
    for (const auto& one : any.get_array())
      if (holds(value, one.get_object(), at)) return true;
    return fails(at, "is none of these: " + why_);
  }
  bool holds_parts(const boost::json::value& value, const boost::json::object& schema,
                   const std::string& at) {
    if (const auto* items = schema.if_contains("items"); items != nullptr && value.is_array())
      for (const auto& item : value.get_array())
        if (!holds(item, items->get_object(), at + "[]")) return false;
    if (!value.is_object()) return true;
    if (const auto* required = schema.if_contains("required"))
      for (const auto& name : required->get_array())
        if (!value.get_object().contains(name.get_string()))
          return fails(at, "has no " + std::string(name.get_string()));
    if (const auto* properties = schema.if_contains("properties"))
      for (const auto& [name, of] : properties->get_object())
        if (const auto* held = value.get_object().if_contains(name))
          if (!holds(*held, of.get_object(), at + "." + std::string(name))) return false;
    return true;
  }

  std::string why_;
};

}  // namespace kinledger::server

#include "tools/event_words.h"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <span>

namespace kinledger::tools {
namespace {

std::string text_of(const boost::json::value& value, const ledger::FieldInfo& field) {
  if (value.is_array()) {
    std::string text;
    for (const auto& item : value.get_array())
      text += (text.empty() ? "" : ",") + text_of(item, field);
    return text;
  }
  if (!value.is_string()) return boost::json::serialize(value);
  std::string text(value.get_string().c_str());
  switch (field.kind) {
    case ledger::FieldKind::person:
    case ledger::FieldKind::unit:
    case ledger::FieldKind::fact:
    case ledger::FieldKind::data:
    case ledger::FieldKind::digest_list:
      return text.substr(0, shown_digits) + "…";
    default:
      return text;
  }
}

std::string enumerant_name(std::span<const ledger::Enumerant> all, std::string_view name,
                           Language language) {
  for (const auto& one : all)
    if (one.name == name && language == Language::zh && !one.zh.empty()) return std::string(one.zh);
  return std::string(name);
}

}  // namespace

std::string type_words(const ledger::TypeInfo& type, Language language) {
  return std::string(language == Language::zh ? type.zh : type.name);
}

std::string body_words(const boost::json::object& event, const ledger::TypeInfo& type,
                       Language language) {
  std::string text;
  for (const auto& field : type.fields)
    if (const auto* value = event.if_contains(field.name)) {
      const auto name = language == Language::zh && !field.zh.empty() ? field.zh : field.name;
      text += (text.empty() ? "" : " ") + std::string(name) + "=" + text_of(*value, field);
    }
  return text;
}

std::string correction_words(const boost::json::object& event, const ledger::TypeInfo& type,
                             Language language) {
  const auto* correction = event.if_contains("correction");
  if (correction == nullptr) return {};
  const auto& object = correction->get_object();
  const auto replaced = boost::json::serialize(object.at("replaces"));
  const bool is_void = type.id == ledger::EventType::event_voided;
  const Label says = is_void ? Label{"作废 " + replaced, "voids " + replaced}
                             : Label{"更正 " + replaced, "corrects " + replaced};
  return std::string(projections::text_of(says, language)) + " (" +
         enumerant_name(ledger::correction_causes(), object.at("cause").get_string(), language) +
         ", " +
         enumerant_name(ledger::correction_authorities(), object.at("authority").get_string(),
                        language) +
         ")";
}

}  // namespace kinledger::tools

#include "projections/scenario/submitted_line.h"

#include <algorithm>
#include <boost/json.hpp>

#include "ledger/catalogue.h"
#include "ledger/intake/event_reader_json.h"
#include "ledger/text.h"

namespace kinledger::projections {
namespace {

namespace json = boost::json;
using ledger::EventType;
using ledger::FieldInfo;
using ledger::FieldKind;

json::object person_json(const NamedPerson& person) {
  return {{"idType", ledger::to_text(person.number.type)},
          {"idNumber", person.number.number},
          {"name", person.name}};
}

json::array list_json(std::string_view text) {
  json::array items;
  while (!text.empty()) {
    const auto end = text.find(',');
    const auto item = ledger::trimmed(text.substr(0, end));
    if (!item.empty()) items.emplace_back(item);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
  return items;
}

/// A whole number, or the text as it stands for the reader to refuse.
json::value number_json(const std::string& text) {
  if (const auto number = ledger::digits_value(text)) return *number;
  return json::string(text);
}

json::value value_json(const FieldInfo& field, const std::string& text, const Names& names) {
  switch (field.kind) {
    case FieldKind::year:
    case FieldKind::count:
    case FieldKind::number:
      return number_json(text);
    case FieldKind::enumeration_list:
    case FieldKind::text_list:
    case FieldKind::digest_list:
      return list_json(text);
    case FieldKind::person:
      if (const auto* person = names.person(text)) return person_json(*person);
      return json::string(text);
    case FieldKind::unit:
      if (const auto* unit = names.unit(text)) return json::object{{"unitNumber", unit->number}};
      return json::string(text);
    case FieldKind::fact:
      if (const auto* fact = names.fact(text))
        return static_cast<std::int64_t>(fact->sequence.value);
      return json::string(text);
    default:
      return json::string(text);
  }
}

/// Of the fields that hold a person or a unit the first that is not set yet.
const FieldInfo* field_for(const ledger::TypeInfo& type, FieldKind kind,
                           const json::object& event) {
  const auto at = std::ranges::find_if(type.fields, [&](const FieldInfo& field) {
    return field.kind == kind && !event.contains(field.name);
  });
  return at == type.fields.end() ? nullptr : &*at;
}

void place_names(const FactStep& step, const Names& names, json::object& event,
                 SubmittedLine& line) {
  for (const auto& name : step.names) {
    const auto kind = names.person(name) != nullptr ? FieldKind::person : FieldKind::unit;
    const auto* field = field_for(*step.type, kind, event);
    if (field == nullptr) {
      line.faults.push_back(
          {name, ledger::Reason("SCENARIO_NAME", "此事件没有可填“" + name + "”的字段",
                                "this event has no field left for \"" + name + "\"")});
      continue;
    }
    event.emplace(field->name, value_json(*field, name, names));
  }
}

/// Cause and authority of a correction are words of their own, beside the fields of the type.
json::object correction_json(const FactStep& step, const Names& names) {
  const auto* target = names.fact(step.corrects);
  json::object correction{
      {"replaces",
       target == nullptr ? std::int64_t{0} : static_cast<std::int64_t>(target->sequence.value)},
      {"cause", "transcriptionError"},
      {"authority", "agency"}};
  for (const auto& [name, value] : step.settings) {
    const bool is_of_it = name == "cause" || name == "authority" || name == "authorityDocument";
    if (is_of_it && step.type->find(name) == nullptr) correction[name] = value;
  }
  return correction;
}

std::string setting(const FactStep& step, std::string_view name) {
  const auto at = std::ranges::find(step.settings, name, &Setting::first);
  return at == step.settings.end() ? std::string() : at->second;
}

}  // namespace

SubmittedLine submitted(const FactStep& step, const Names& names) {
  SubmittedLine line;
  json::object event{{"type", step.type->name}};
  for (const auto& [name, value] : step.settings) {
    const auto* field = step.type->find(name);
    if (field != nullptr) {
      event[name] = value_json(*field, value, names);
    } else if (name == "validOn") {
      event[name] = value;
    }
  }
  place_names(step, names, event, line);
  if (!step.corrects.empty()) event["correction"] = correction_json(step, names);
  if (!event.contains("validOn") && step.type->id != EventType::event_voided) {
    event["validOn"] = to_text(step.recorded_on);
  }
  ledger::intake::read_event(event, step.recorded_on, line.event, line.faults);
  return line;
}

std::string introduced_name(const FactStep& step) {
  const auto type = step.type->id;
  const bool is_person = type == EventType::person_registered;
  if (!is_person && !records_a_unit(type)) return {};
  if (!step.names.empty()) return step.names.front();
  return setting(step, is_person ? "person" : "unit");
}

void introduce(const FactStep& step, Names& names) {
  const auto name = introduced_name(step);
  if (name.empty()) return;
  if (records_a_unit(step.type->id)) {
    if (names.unit(name) != nullptr) return;
    auto number = setting(step, "unitNumber");
    if (number.empty()) number = "U" + std::to_string(names.units.size() + 1);
    names.units.push_back({name, std::move(number)});
    return;
  }
  if (names.person(name) != nullptr) return;
  const auto serial = static_cast<std::uint32_t>(names.persons.size() + 1);
  // A resident number would state a birth date: the reader asks for the one that is missing.
  const auto birth_date = ledger::parse_date(setting(step, "birthDate"));
  names.persons.push_back(
      {name, birth_date ? made_up_number(*birth_date, serial) : made_up_passport(serial),
       std::nullopt});
}

}  // namespace kinledger::projections

#include "ledger/intake/event_reader_json.h"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "ledger/intake/advice.h"
#include "ledger/intake/fields.h"
#include "ledger/intake/json_parts.h"
#include "ledger/refusal.h"

namespace kinledger::ledger::intake {
namespace {

namespace json = boost::json;

/// Reads the members of one event. Not reused.
class EventReader {
 public:
  EventReader(Date today, SubmittedEvent& event, std::vector<FieldFault>& faults)
      : reading_{Writing::data, today, {}}, event_(event), faults_(faults) {}

  void read(const json::object& object) {
    const TypeInfo* type = read_type(object);
    if (type == nullptr) return;
    event_.draft.type = type->id;
    event_.draft.fields.reserve(object.size() + 1);
    for (const auto& member : object) {
      if (faults_.size() > refusals_shown_max) return;
      const std::string_view name = name_of(member);
      if (name == "type") continue;
      const auto faults_before = faults_.size();
      read_member(*type, name, member.value());
      if (faults_.size() > faults_before) refused_.push_back(name);
    }
    complete(event_, refused_, faults_);
  }

 private:
  void refuse(std::string path, Reason reason) {
    faults_.push_back({std::move(path), std::move(reason)});
  }

  const TypeInfo* read_type(const json::object& object) {
    const json::value* member = object.if_contains("type");
    if (member == nullptr) {
      refuse("type", missing_member("type"));
      return nullptr;
    }
    if (!member->is_string()) {
      refuse("type", wrong_json_type("事件类型名称，例如 \"PremiumPaid\"",
                                     "the name of an event type: \"PremiumPaid\""));
      return nullptr;
    }
    const auto name = view(member->get_string());
    const TypeInfo* type = find_type(name);
    if (type == nullptr) {
      refuse("type", unknown_type(name));
    } else if (!may_be_submitted(*type)) {
      refuse("type", Reason{"TYPE_BY_LEDGER", "此类事件只能由账本自身记录，不能申报。请删除。",
                            "Only the ledger itself records events of this type. Remove it."});
      return nullptr;
    }
    return type;
  }

  static Reason unknown_type(std::string_view name) {
    std::vector<std::string_view> names;
    for (const auto& type : catalogue()) {
      if (may_be_submitted(type)) names.push_back(type.name);
    }
    const auto suggestion = did_you_mean(name, names);
    return {"TYPE_UNKNOWN",
            "没有此事件类型" + suggestion.zh + "请用 kinledger schema --list 查看全部类型。",
            "There is no such event type" + suggestion.en +
                " `kinledger schema --list` shows them all."};
  }

  void read_member(const TypeInfo& type, std::string_view name, const json::value& value) {
    const bool is_void = type.id == EventType::event_voided;
    if (name == "correction") {
      event_.correction = read_correction(value, "correction", faults_);
      return;
    }
    if (name == "validOn" && !is_void) return read_valid_on(value);
    const FieldInfo* field = type.find(name);
    if (field == nullptr) return refuse(shown_name(name), unknown_field(type, name));
    if (!may_be_submitted(*field)) {
      return refuse(std::string(name),
                    {"FIELD_BY_LEDGER", "此字段由账本自身填写，不能申报。请删除。",
                     "The ledger itself fills in this field. Leave it out."});
    }
    read_field(*field, value);
  }

  static Reason unknown_field(const TypeInfo& type, std::string_view name) {
    std::vector<std::string_view> names{"correction"};
    if (type.id != EventType::event_voided) names.push_back("validOn");
    for (const auto& field : type.fields) {
      if (may_be_submitted(field)) names.push_back(field.name);
    }
    return unknown_member(name, names);
  }

  void read_valid_on(const json::value& value) {
    const auto* text = value.if_string();
    if (text == nullptr) return refuse("validOn", wrong_json_type(FieldKind::date));
    const auto date = parse_date(view(*text));
    if (date.has_error()) return refuse("validOn", date.error());
    event_.draft.envelope.valid_on = *date;
  }

  void read_field(const FieldInfo& field, const json::value& value) {
    const std::string path(field.name);
    switch (field.kind) {
      case FieldKind::person:
        if (auto person = read_person(value, path, reading_.today, faults_)) {
          event_.persons.emplace_back(field.id, std::move(*person));
        }
        return;
      case FieldKind::unit:
        if (auto unit = read_unit(value, path, faults_)) {
          event_.units.emplace_back(field.id, std::move(*unit));
        }
        return;
      case FieldKind::fact:
        return read_fact(field, value);
      case FieldKind::enumeration_list:
      case FieldKind::digest_list:
        return read_list(field, value);
      case FieldKind::year:
      case FieldKind::count:
        return read_integer(field, value);
      default:
        break;
    }
    const auto* text = value.if_string();
    if (text == nullptr) return refuse(path, wrong_json_type(field.kind));
    if (auto reason = set_field(event_.draft, field, view(*text), reading_)) {
      refuse(path, std::move(*reason));
    }
  }

  void read_integer(const FieldInfo& field, const json::value& value) {
    const auto* number = value.if_int64();
    if (number == nullptr) return refuse(std::string(field.name), wrong_json_type(field.kind));
    if (auto reason = set_field(event_.draft, field, *number)) {
      refuse(std::string(field.name), std::move(*reason));
    }
  }

  void read_list(const FieldInfo& field, const json::value& value) {
    const auto* array = value.if_array();
    std::vector<std::string_view> names;
    for (std::size_t i = 0; array != nullptr && i < array->size(); ++i) {
      if (const auto* text = (*array)[i].if_string()) names.push_back(view(*text));
    }
    if (array == nullptr || names.size() != array->size()) {
      return refuse(std::string(field.name), wrong_json_type(field.kind));
    }
    if (auto reason = set_list_field(event_.draft, field, names, Writing::data)) {
      refuse(std::string(field.name), std::move(*reason));
    }
  }

  void read_fact(const FieldInfo& field, const json::value& value) {
    std::string text;
    if (const auto* number = value.if_int64()) text = std::to_string(*number);
    if (const auto* written = value.if_string()) text = view(*written);
    if (text.empty()) return refuse(std::string(field.name), wrong_json_type(field.kind));
    const auto fact = parse_fact(text, Writing::data);
    if (fact.has_error()) return refuse(std::string(field.name), fact.error());
    event_.facts.emplace_back(field.id, *fact);
  }

  Reading reading_;
  SubmittedEvent& event_;
  std::vector<FieldFault>& faults_;
  std::vector<std::string_view> refused_;
};

}  // namespace

void read_event(const json::object& object, Date today, SubmittedEvent& event,
                std::vector<FieldFault>& faults) {
  EventReader(today, event, faults).read(object);
}

}  // namespace kinledger::ledger::intake

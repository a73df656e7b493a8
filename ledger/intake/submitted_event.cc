#include "ledger/intake/submitted_event.h"

#include <algorithm>
#include <optional>

#include "ledger/identity_number.h"
#include "ledger/result.h"

namespace kinledger::ledger::intake {
namespace {

Reason missing(std::string_view zh, std::string_view en) {
  return {"FIELD_MISSING", "缺少“" + std::string(zh) + "”。请填写。",
          "\"" + std::string(en) + "\" is missing. Fill it in."};
}

Reason birth_date_differs() {
  return {"BIRTH_DATE_DIFFERS", "出生日期与证件号码中的出生日期不一致。请核对两者。",
          "The birth date is not the one that the ID number states. Check both."};
}

Reason unit_number_differs() {
  return {"UNIT_NUMBER_DIFFERS", "单位编号与所登记单位的编号不一致。请核对，或只填写一处。",
          "The unit number is not that of the unit which is recorded. Check it, or give it once."};
}

Reason child_older_than_parent() {
  return {"CHILD_OLDER_THAN_PARENT",
          "按证件号码，子女的出生日期不晚于父母。请核对两个证件号码是否填反或填错。",
          "By the ID numbers the child was not born after the parent. Check whether the two "
          "numbers were swapped or mistyped."};
}

Reason until_before_valid_on() {
  return {"UNTIL_BEFORE_VALID_ON", "终止日早于起始日。请核对两个日期。",
          "The end lies before the beginning. Check both dates."};
}

template <class List>
auto* find_in(List& list, Field field) {
  const auto found = std::ranges::find(list, field, [](const auto& item) { return item.first; });
  return found == list.end() ? nullptr : &found->second;
}

/// A draft keeps dates as numbers of its own; what it keeps for 1970-01-01 tells how they count.
std::optional<Date> date_in(const EventDraft& draft, Field field) {
  static const std::int64_t epoch = [] {
    EventDraft probe;
    probe.set(Field::until, Date{0});
    return std::get<std::int64_t>(probe.fields.front().second);
  }();
  const auto* value = draft.find(field);
  if (value == nullptr) return std::nullopt;
  return Date{static_cast<std::int32_t>(std::get<std::int64_t>(*value) - epoch)};
}

std::optional<Date> birth_date_of(const PersonReference* person) {
  return person == nullptr ? std::nullopt : person->birth_date;
}

/// Collects the faults of one event. Not reused.
class Completion {
 public:
  Completion(SubmittedEvent& event, std::span<const std::string_view> refused,
             std::vector<FieldFault>& faults)
      : event_(event), refused_(refused), faults_(faults) {}

  void settle_registration() {
    if (event_.draft.type != EventType::person_registered) return;
    auto* person = find_in(event_.persons, Field::person);
    if (person == nullptr || std::holds_alternative<PersonId>(person->who)) return;
    if (person->name.empty() && !event_.correction && !is_refused("person")) {
      faults_.push_back({"person.name", missing("姓名", "name")});
    }
    const auto stated = date_in(event_.draft, Field::birth_date);
    if (stated && person->birth_date && stated != person->birth_date) {
      faults_.push_back({"birthDate", birth_date_differs()});
    } else if (stated) {
      person->birth_date = stated;
    } else if (person->birth_date) {
      event_.draft.set(Field::birth_date, *person->birth_date);
    }
  }

  void settle_unit() {
    if (!records_a_unit(event_.draft.type)) return;
    const auto* stated = event_.draft.find(Field::unit_number);
    if (stated == nullptr) return;
    const auto& number = std::get<std::string>(*stated);
    const auto* unit = find_in(event_.units, Field::unit);
    if (unit == nullptr) {
      if (!is_refused("unit")) event_.units.emplace_back(Field::unit, number);
    } else if (const auto* other = std::get_if<std::string>(unit); other && *other != number) {
      faults_.push_back({"unitNumber", unit_number_differs()});
    }
  }

  void find_missing() {
    const auto& type = type_info(event_.draft.type);
    const bool is_void = type.id == EventType::event_voided;
    if (is_void && !event_.correction && !is_refused("correction")) {
      faults_.push_back({"correction", missing("更正", "correction")});
    }
    if (!is_void && !event_.draft.envelope.valid_on && !is_refused("validOn")) {
      faults_.push_back({"validOn", missing("业务日期", "validOn")});
    }
    for (const auto& field : type.fields) {
      if (!field.required || is_given(field.id) || is_refused(field.name)) continue;
      if (field.id == Field::unit_number && find_in(event_.units, Field::unit)) continue;
      if (field.id == Field::birth_date && is_refused("person")) continue;
      faults_.push_back({std::string(field.name), missing(field.zh, field.name)});
    }
  }

  void check_birth_order() {
    const auto child = birth_date_of(find_in(event_.persons, Field::person));
    const auto parent = birth_date_of(find_in(event_.persons, Field::parent));
    if (!child || !parent || *parent < *child) return;
    faults_.push_back({"parent", child_older_than_parent()});
  }

  void check_interval() {
    const auto until = date_in(event_.draft, Field::until);
    const auto& valid_on = event_.draft.envelope.valid_on;
    if (until && valid_on && *until < *valid_on) {
      faults_.push_back({"until", until_before_valid_on()});
    }
  }

 private:
  bool is_refused(std::string_view name) const {
    return std::ranges::find(refused_, name) != refused_.end();
  }
  bool is_given(Field field) const {
    return event_.draft.find(field) != nullptr || find_in(event_.persons, field) != nullptr ||
           find_in(event_.units, field) != nullptr || find_in(event_.facts, field) != nullptr;
  }

  SubmittedEvent& event_;
  std::span<const std::string_view> refused_;
  std::vector<FieldFault>& faults_;
};

}  // namespace

bool may_follow(EventType type, Field field) {
  return (type == EventType::person_registered && field == Field::birth_date) ||
         (records_a_unit(type) && (field == Field::unit_number || field == Field::unit));
}

std::optional<Reason> settle_birth_date(PersonReference& person) {
  const auto* number = std::get_if<IdentityNumber>(&person.who);
  invariant(number != nullptr);
  const auto in_number = birth_date_in(*number);
  if (in_number && person.birth_date && in_number != person.birth_date) return birth_date_differs();
  if (in_number) person.birth_date = in_number;
  return std::nullopt;
}

void complete(SubmittedEvent& event, std::span<const std::string_view> refused,
              std::vector<FieldFault>& faults) {
  Completion completion(event, refused, faults);
  completion.settle_registration();
  completion.settle_unit();
  completion.find_missing();
  completion.check_birth_order();
  completion.check_interval();
}

}  // namespace kinledger::ledger::intake

#include "ledger/references.h"

#include <algorithm>

namespace kinledger::ledger {
namespace {

Refusal refused(const SubmittedEvent& event, std::string_view field, std::string code,
                std::string zh, std::string en) {
  return {event.draft.envelope.source_row, std::string(field),
          Reason(std::move(code), std::move(zh), std::move(en))};
}

Refusal already_registered(const SubmittedEvent& event, std::string_view field) {
  return refused(event, field, "PERSON_ALREADY_REGISTERED",
                 "该人员已登记；登记有误的，请更正原登记",
                 "this person is registered already: correct the registration if it is wrong");
}

/// The type of event that a reference field must lead to; nothing for any type.
std::optional<EventType> target_type(Field field) {
  switch (field) {
    case Field::enrollment:
    case Field::previous_enrollment:
      return EventType::enrollment_registered;
    case Field::binding:
      return EventType::binding_registered;
    case Field::payment:
      return EventType::premium_paid;
    case Field::settlement:
      return EventType::medical_settlement_recorded;
    case Field::reimbursement:
      return EventType::subsidy_reimbursed;
    default:
      return std::nullopt;
  }
}

/// Place of the field's person among the references of its event, or nothing.
std::optional<std::size_t> place_of(const SubmittedEvent& event, Field field) {
  for (std::size_t i = 0; i < event.persons.size(); ++i)
    if (event.persons[i].first == field) return i;
  return std::nullopt;
}

}  // namespace

bool registers_a_person(const SubmittedEvent& event) {
  return event.draft.type == EventType::person_registered && !event.correction;
}

Result<void> References::check() {
  if (const auto found = find_persons(); !found) return found.error();
  for (const auto& event : submission_.events)
    if (records_a_unit(event.draft.type))
      for (const auto& [field, unit] : event.units)
        if (const auto* number = std::get_if<std::string>(&unit))
          units_here_.insert(unit_id(*number));
  std::size_t reference = 0;
  for (const auto& event : submission_.events) {
    if (refusals_.size() >= refusals_shown_max) return {};
    check_fields(event);
    check_codes(event);
    const auto first_reference = reference;
    if (const auto checked = check_birth_order(event, first_reference); !checked)
      return checked.error();
    for (const auto& [field, named] : event.persons)
      if (const auto checked = check_person(event, field, named, person(reference++)); !checked)
        return checked.error();
    if (const auto checked = check_units(event); !checked) return checked.error();
    if (const auto checked = check_facts(event); !checked) return checked.error();
    if (event.correction)
      if (const auto checked = check_correction(event, first_reference); !checked)
        return checked.error();
  }
  return {};
}

void References::check_fields(const SubmittedEvent& event) {
  const auto& type = type_info(event.draft.type);
  // A rule without a date of its own has always been in force, as far as the ledger goes.
  const bool dated = type.family != "ledger" && type.id != EventType::event_voided &&
                     type.id != EventType::rule_version_published;
  if (dated && !event.draft.envelope.valid_on)
    refusals_.push_back(refused(event, "validOn", "FIELD_MISSING", "缺少日期，请填写",
                                "the date of the act is missing: fill it in"));
  for (const auto& field : type.fields) {
    if (!field.required || event.draft.find(field.id) != nullptr) continue;
    const auto names = [&](const auto& list) {
      return std::ranges::any_of(list, [&](const auto& item) { return item.first == field.id; });
    };
    if (names(event.persons) || names(event.units) || names(event.facts)) continue;
    if (field.id == Field::unit_number && records_a_unit(type.id)) continue;  // from the reference
    const bool from_document = field.id == Field::birth_date && registers_a_person(event);
    if (from_document) continue;  // see check_person
    refusals_.push_back(refused(event, field.name, "FIELD_MISSING",
                                "缺少“" + std::string(field.zh) + "”，请填写",
                                std::string(field.name) + " is missing: fill it in"));
  }
}

Vocabulary::Known References::knows(const FieldInfo& field, const std::string& code) {
  const auto [at, is_new] = codes_.try_emplace({field.id, code}, Vocabulary::Known::no);
  if (is_new) at->second = vocabulary_.knows(field.code_list, code);
  return at->second;
}

void References::check_codes(const SubmittedEvent& event) {
  const auto& type = type_info(event.draft.type);
  for (const auto& [id, value] : event.draft.fields) {
    const auto* field = type.find(id);
    if (field == nullptr || field->code_list.empty()) continue;
    if (knows(*field, std::get<std::string>(value)) != Vocabulary::Known::no) continue;
    const auto allowed = vocabulary_.codes(field->code_list);
    refusals_.push_back(refused(event, field->name, "CODE_UNKNOWN",
                                "不在代码表中，可用：" + allowed.zh,
                                "not a declared code; one of: " + allowed.en));
  }
}

void References::note_person(const SubmittedEvent& event, const PersonReference& reference) {
  const auto* number = std::get_if<IdentityNumber>(&reference.who);
  if (number == nullptr) {
    person_of_.push_back(-1);
    return;
  }
  const auto [found, added] =
      person_by_number_.emplace(number, static_cast<std::int32_t>(persons_.size()));
  if (added) persons_.emplace_back().number = number;
  person_of_.push_back(found->second);
  auto& person = persons_[static_cast<std::size_t>(found->second)];
  const bool registers = registers_a_person(event);
  const bool better =
      person.introduced_by == nullptr || (registers && !person.registered_here) ||
      (!person.registered_here && person.introduced_by->name.empty() && !reference.name.empty());
  person.registered_here |= registers;
  if (!better) return;
  person.introduced_by = &reference;
  person.introduced_in = &event;
}

Result<void> References::find_persons() {
  person_by_number_.reserve(submission_.events.size());
  persons_.reserve(submission_.events.size());
  for (const auto& event : submission_.events)
    for (const auto& [field, reference] : event.persons) note_person(event, reference);
  std::vector<IdentityNumber> numbers;
  numbers.reserve(persons_.size());
  for (const auto& person : persons_) numbers.push_back(*person.number);
  const auto found = vault_.find_many(numbers);
  if (!found) return found.error();
  for (std::size_t i = 0; i < persons_.size(); ++i) persons_[i].known = (*found)[i];
  return {};
}

Result<void> References::check_person(const SubmittedEvent& event, Field field,
                                      const PersonReference& reference, const NamedPerson* person) {
  const auto name = name_of(field);
  const bool registers = registers_a_person(event);
  if (person == nullptr) {
    const auto opened = vault_.identity_of(std::get<PersonId>(reference.who));
    if (!opened) return opened.error();
    if (opened->has_value()) {
      if (registers) refusals_.push_back(already_registered(event, name));
      return {};
    }
    // Of somebody who was erased facts are corrected and voided all the same.
    const auto erased = vault_.is_erased(std::get<PersonId>(reference.who));
    if (!erased) return erased.error();
    if (!*erased)
      refusals_.push_back(refused(event, name, "PERSON_UNKNOWN", "没有这个人员编号，请核对",
                                  "there is no person with this id: check it"));
    else if (registers || event.draft.type == EventType::person_erased)
      refusals_.push_back(refused(event, name, "PERSON_ALREADY_ERASED", "此人的身份信息已删除",
                                  "the identity of this person was erased already"));
    return {};
  }
  if (person->known) {
    const auto refused_before = refusals_.size();
    if (!reference.name.empty())
      if (const auto checked = check_name(event, field, *person->known, reference.name); !checked)
        return checked.error();
    // Under another name the number is a mistake, not a registration that is there already.
    const bool is_same_person = refusals_.size() == refused_before;
    if (registers && is_same_person) refusals_.push_back(already_registered(event, name));
    return {};
  }
  if (!submission_.registers_persons && !person->registered_here) {
    refusals_.push_back(refused(event, name, "PERSON_UNKNOWN",
                                "账本中没有此证件号码的人员，请核对号码或先登记人员",
                                "no person with this document is registered: check the number, or "
                                "register the person first"));
    return {};
  }
  if (registers && person->introduced_in != &event) {
    refusals_.push_back(refused(event, name, "PERSON_TWICE", "同一申报中重复登记此人员",
                                "this person is registered twice in one submission"));
    return {};
  }
  if (&reference != person->introduced_by) return {};
  if (!reference.birth_date)
    refusals_.push_back(refused(event, name, "BIRTH_DATE_MISSING",
                                "此类证件不含出生日期，请填写出生日期",
                                "this kind of document does not state the birth date: give it"));
  return {};
}

Result<void> References::check_name(const SubmittedEvent& event, Field field,
                                    const PersonId& person, const std::string& name) {
  const auto opened = vault_.identity_of(person);
  if (!opened) return opened.error();
  if (!opened->has_value()) return {};
  for (const auto& record : (*opened)->identities)
    if (record.name == name || record.name.empty()) return {};
  refusals_.push_back(refused(event, name_of(field), "NAME_DIFFERS",
                              "姓名与该证件号码已登记的姓名不一致，请核对姓名和号码",
                              "the name differs from the one registered for this number: check "
                              "both"));
  return {};
}

Result<std::optional<Date>> References::birth_date(const PersonReference& reference,
                                                   const NamedPerson* person) const {
  if (reference.birth_date) return reference.birth_date;
  if (person != nullptr && !person->known) return person->introduced_by->birth_date;
  return vault_.birth_date_of(person != nullptr ? *person->known
                                                : std::get<PersonId>(reference.who));
}

Result<void> References::check_birth_order(const SubmittedEvent& event,
                                           std::size_t first_reference) {
  const auto child = place_of(event, Field::person);
  const auto parent = place_of(event, Field::parent);
  if (!child || !parent) return {};
  const auto born = birth_date(event.persons[*child].second, person(first_reference + *child));
  if (!born) return born.error();
  const auto parent_born =
      birth_date(event.persons[*parent].second, person(first_reference + *parent));
  if (!parent_born) return parent_born.error();
  if (!*born || !*parent_born || **parent_born < **born) return {};
  refusals_.push_back(refused(event, name_of(Field::parent), "CHILD_OLDER_THAN_PARENT",
                              "子女的出生日期不晚于父母，请核对两个证件号码",
                              "the child was not born after the parent: check both numbers"));
  return {};
}

Result<void> References::check_units(const SubmittedEvent& event) {
  for (const auto& [field, unit] : event.units) {
    const auto* number = std::get_if<std::string>(&unit);
    const auto id = number != nullptr ? unit_id(*number) : std::get<UnitId>(unit);
    if (units_here_.contains(id)) continue;
    auto known = units_known_.find(id);
    if (known == units_known_.end()) {
      const auto recorded = journal_.unit_recorded_by(id);
      if (!recorded) return recorded.error();
      known = units_known_.emplace(id, recorded->has_value()).first;
    }
    if (!known->second)
      refusals_.push_back(refused(event, name_of(field), "UNIT_UNKNOWN",
                                  "账本中没有此单位编号，请核对或先登记单位",
                                  "no unit with this number is recorded: check it, or record the "
                                  "unit first"));
  }
  return {};
}

Result<void> References::check_facts(const SubmittedEvent& event) {
  for (const auto& named : event.facts) {
    const Field field = named.first;
    const FactReference& fact = named.second;
    const auto wanted = target_type(field);
    const auto refuse = [&] {
      const auto what = wanted ? std::string(type_info(*wanted).name) : std::string("event");
      refusals_.push_back(refused(event, name_of(field), "FACT_UNKNOWN",
                                  "引用的记录不存在或类型不符，应为 " + what,
                                  "there is no such " + what + " to refer to"));
    };
    if (fact.in_submission) {
      if (fact.number == 0 || fact.number > submission_.events.size() ||
          registers_a_person(submission_.events[fact.number - 1]) ||
          (wanted && submission_.events[fact.number - 1].draft.type != *wanted))
        refuse();
      continue;
    }
    if (fact.number >= journal_.size().value) {
      refuse();
      continue;
    }
    const auto located = journal_.locate({fact.number});
    if (!located) return located.error();
    const auto target = EventView::read(located->event({fact.number}));
    if (!target) return target.error();
    if (wanted && target->type() != *wanted)
      refuse();
    else
      facts_[fact.number] = target->envelope().fact;
  }
  return {};
}

bool References::names_only(std::optional<PersonId> wanted, const SubmittedEvent& event,
                            std::size_t first_reference) const {
  for (std::size_t i = 0; i < event.persons.size(); ++i) {
    const auto* named = person(first_reference + i);
    const auto known =
        named != nullptr ? named->known : std::get<PersonId>(event.persons[i].second.who);
    if (known != wanted) return false;
  }
  return true;
}

Result<void> References::check_correction(const SubmittedEvent& event,
                                          std::size_t first_reference) {
  const auto replaces = event.correction->replaces;
  const auto refuse = [&](std::string code, std::string zh, std::string en) {
    refusals_.push_back(
        refused(event, "correction.replaces", std::move(code), std::move(zh), std::move(en)));
  };
  if (replaces.value >= journal_.size().value) {
    refuse("FACT_UNKNOWN", "要更正的记录不存在", "there is no event of that sequence to correct");
    return {};
  }
  if (!replaced_here_.insert(replaces.value).second) {
    refuse("CORRECTED_TWICE", "同一申报中对同一记录更正或作废了两次，请合并为一次",
           "one submission corrects or voids this record twice: make it one");
    return {};
  }
  const auto located = journal_.locate(replaces);
  if (!located) return located.error();
  const auto target = EventView::read(located->event(replaces));
  if (!target) return target.error();
  // A rule comes with its pack: without it the city would be without the rule, for good.
  const bool is_of_ledger = type_info(target->type()).family == "ledger" ||
                            target->type() == EventType::rule_version_published;
  if (target->type() == EventType::event_voided || is_of_ledger) {
    refuse("NOT_CORRECTABLE",
           "作废记录、规则和账本自身的记录不能更正或作废；事实请重新登记，规则请采用新版规则包",
           "a void, a rule and the ledger's own events cannot be corrected or voided: record the "
           "fact anew, adopt a pack with another rule");
    return {};
  }
  if (event.draft.type != EventType::event_voided && event.draft.type != target->type()) {
    refuse("CORRECTION_TYPE", "更正的类型与原记录不同",
           "a correction has the type of the event that it corrects");
    return {};
  }
  // The vault keeps whom a registration made known. Without it nobody could ever register this
  // person again, and with another person in it the identity would be sworn to for a stranger.
  if (target->type() == EventType::person_registered) {
    if (event.draft.type == EventType::event_voided) {
      refuse("REGISTRATION_STANDS", "人员登记不能作废；登记有误的请更正，或作废此人的其他记录",
             "the registration of a person cannot be voided: correct what is wrong in it, or void "
             "the person's other records");
      return {};
    }
    if (!names_only(target->person(Field::person), event, first_reference)) {
      refuse("CORRECTION_PERSON", "更正人员登记时不能换成另一人，请核对人员",
             "the correction of a registration names another person than the registration: check "
             "the person");
      return {};
    }
  }
  const auto by = journal_.replaced_by(replaces);
  if (!by) return by.error();
  if (*by) {
    const auto number = std::to_string(replaces.value), now = std::to_string((*by)->value);
    refuse("ALREADY_REPLACED",
           "序号 " + number + " 的记录已由序号 " + now + " 更正或作废；请更正后者",
           "event " + number + " was already replaced by event " + now + ": correct that one");
    return {};
  }
  Correction correction;
  correction.replaces = replaces;
  correction.cause = event.correction->cause;
  correction.authority = event.correction->authority;
  correction.authority_document = event.correction->authority_document;
  correction.former_persons = target->persons();
  correction.former_units = target->units();
  correction.former_person_year = target->effect_year(EffectFor::person);
  correction.former_unit_year = target->effect_year(EffectFor::unit);
  targets_[&event] = {target->envelope().fact, std::move(correction),
                      std::string(target->text(Field::identity_commitment))};
  return {};
}

}  // namespace kinledger::ledger

#include "ledger/intake/form.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <utility>

#include "ledger/intake/advice.h"
#include "ledger/intake/fields.h"
#include "ledger/intake/form_names.h"
#include "ledger/intake/submitted_event.h"
#include "ledger/result.h"

namespace kinledger::ledger::intake {
namespace {

constexpr std::string_view registration_form_name = "registration-form";

/// What is left out of headings before they are compared: white space, and characters that nobody
/// sees.
constexpr std::array<std::string_view, 12> unseen{" ",
                                                  "\t",
                                                  "\n",
                                                  "\r",
                                                  "\xC2\xA0",
                                                  "\xE2\x80\xAF",
                                                  "\xE3\x80\x80",
                                                  "\xE2\x80\x8B",
                                                  "\xE2\x80\x8C",
                                                  "\xE2\x80\x8D",
                                                  "\xE2\x81\xA0",
                                                  "\xEF\xBB\xBF"};

std::vector<std::string_view> split(std::string_view list) {
  std::vector<std::string_view> parts;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find('|'), list.size());
    parts.push_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return parts;
}

/// "insuranceYear" as "insurance year".
std::string words(std::string_view camel_case) {
  std::string out;
  for (const char c : camel_case) {
    const bool is_upper = c >= 'A' && c <= 'Z';
    if (is_upper) out += ' ';
    out += is_upper ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

std::string joined(std::string_view left, std::string_view right) {
  return std::string(left).append(right);
}

/// Makes the columns of one form.
class Columns {
 public:
  explicit Columns(const TypeInfo& type) : type_(type), named_(named_form(type.id)) {}

  std::vector<FormColumn> take() {
    const auto rank = [](const FormColumn& column) {
      switch (column.part) {
        case Part::serial:
          return 0;
        case Part::name:
        case Part::id_number:
          return 1;
        case Part::unit:
          return 2;
        case Part::valid_on:
          return 3;
        case Part::value:
          return column.required ? 4 : 5;
        case Part::id_type:
          return 6;
        case Part::fact:
          return 7;
        default:
          return 8;
      }
    };
    std::ranges::stable_sort(columns_, {}, rank);
    return std::move(columns_);
  }

  void add_serial() {
    auto& column = add(Part::serial, nullptr, "序号", "No.");
    accept(column, {"no", "#", "行号"});
  }

  void add_valid_on() {
    auto& column = named_ != nullptr ? add(Part::valid_on, nullptr, std::string(named_->date_zh),
                                           std::string(named_->date_en))
                                     : add(Part::valid_on, nullptr, "业务日期", "valid on");
    column.required = true;
    accept(column, {"业务日期", "valid on", "日期", "date"});
    if (named_ != nullptr)
      for (const auto heading : split(named_->more_dates)) accept(column, {heading});
  }

  /// `en` is what the person is called in English headings.
  void add_person(const FieldInfo& field, std::string_view en) {
    const bool registers = type_.id == EventType::person_registered;
    auto prefixes = split(further_headings(type_.id, field.id));
    prefixes.insert(prefixes.begin(), {field.zh, {}});

    auto& name = add(Part::name, &field, joined(field.zh, "姓名"), joined(en, " name"));
    name.required = registers;
    for (const auto prefix : prefixes) accept(name, {joined(prefix, "姓名")});
    accept(name, {"name", joined(words(field.name), " name")});

    auto& number =
        add(Part::id_number, &field, joined(field.zh, "身份证号"), joined(en, " ID number"));
    number.required = field.required;
    for (const auto prefix : prefixes)
      for (const auto ending :
           {"身份证号", "身份证号码", "证件号码", "证件号", "公民身份号码", "身份证"})
        accept(number, {joined(prefix, ending)});
    accept(number, {"ID number", joined(words(field.name), " ID number")});

    auto& type = add(Part::id_type, &field, joined(field.zh, "证件类型"), joined(en, " ID type"));
    for (const auto prefix : prefixes) accept(type, {joined(prefix, "证件类型")});
    accept(type, {"ID type", joined(words(field.name), " ID type")});
  }

  void add_unit(const FieldInfo& field) {
    auto& column =
        add(Part::unit, &field, joined(field.zh, "编号"), joined(words(field.name), " number"));
    column.required = field.required;
    accept(column, {joined(field.zh, "编码"), joined(field.zh, "代码")});
  }

  void add_fact(const FieldInfo& field) {
    // "corrected event" is the heading of what a correction replaces.
    const auto name = field.id == Field::corrected ? std::string("put right") : words(field.name);
    auto& column = add(Part::fact, &field, joined(field.zh, "序号"), joined(name, " event"));
    column.required = field.required;
    accept(column, {joined(field.zh, "事件序号")});
  }

  FormColumn& add_value(const FieldInfo& field) {
    auto& column = add(Part::value, &field, std::string(field.zh), words(field.name));
    column.required = field.required && !may_follow(type_.id, field.id);
    for (const auto heading : split(further_headings(type_.id, field.id))) {
      accept(column, {heading});
      if (field.kind == FieldKind::money) accept(column, {joined(heading, "（元）")});
    }
    if (field.kind == FieldKind::money) accept(column, {joined(field.zh, "（元）")});
    return column;
  }

  void add_correction() {
    const bool is_void = type_.id == EventType::event_voided;
    const auto add_part = [&](Part part, const char* zh, const char* en) {
      auto& column = add(part, nullptr, zh, en);
      column.required = is_void && part != Part::authority_document;
      column.in_template = is_void;
    };
    add_part(Part::replaces, "更正事件序号", "corrected event");
    add_part(Part::cause, "更正原因", "correction cause");
    add_part(Part::authority, "更正依据机关", "correction authority");
    add_part(Part::authority_document, "更正依据文号", "correction document");
  }

 private:
  FormColumn& add(Part part, const FieldInfo* field, std::string zh, std::string en) {
    auto& column = columns_.emplace_back();
    column.part = part;
    column.field = field;
    accept(column, {zh, en, zh + "/" + en});
    column.zh = std::move(zh);
    column.en = std::move(en);
    return column;
  }

  static void accept(FormColumn& column, std::initializer_list<std::string_view> headings) {
    for (const auto heading : headings) {
      auto normalised = normalised_heading(heading);
      if (std::ranges::find(column.headings, normalised) == column.headings.end()) {
        column.headings.push_back(std::move(normalised));
      }
    }
  }

  const TypeInfo& type_;
  const NamedForm* named_;
  std::vector<FormColumn> columns_;
};

Form form_of(const TypeInfo& type) {
  Form form;
  const auto* named = named_form(type.id);
  form.name = named != nullptr ? named->name : type.name;
  form.zh = named != nullptr ? named->zh : type.zh;
  form.en = named != nullptr ? std::string(named->en) : words(type.name).substr(1);
  form.type = type.id;
  Columns columns(type);
  columns.add_serial();
  if (type.id != EventType::event_voided) columns.add_valid_on();
  for (const auto& field : type.fields) {
    if (!may_be_submitted(field)) continue;
    if (field.id == Field::unit_number && may_follow(type.id, field.id)) continue;  // the unit's
    switch (field.kind) {
      case FieldKind::person:
        columns.add_person(field, words(field.name));
        break;
      case FieldKind::unit:
        columns.add_unit(field);
        break;
      case FieldKind::fact:
        columns.add_fact(field);
        break;
      default:
        columns.add_value(field);
    }
  }
  columns.add_correction();
  form.columns = columns.take();
  return form;
}

/// Annex 2. Its rows say child, parent and whether the child is enrolled; all else is in the block
/// above them. Every column must be there, though not every cell.
Form registration_form() {
  const auto& type = type_info(EventType::binding_registered);
  Form form;
  form.name = registration_form_name;
  form.zh = "职工子女登记表";
  form.en = "Registration of employees' children";
  form.type = type.id;
  form.has_block = true;
  form.registers_persons = true;
  Columns columns(type);
  columns.add_serial();
  columns.add_person(*type.find(Field::person), "child");
  columns.add_person(*type.find(Field::parent), "parent");
  columns.add_value(*type.find(Field::enrolled_in_scheme));
  form.columns = columns.take();
  for (auto& column : form.columns) {
    column.required = column.part != Part::serial && column.part != Part::id_type;
    column.in_template = column.part != Part::id_type;
    if (column.part == Part::value) {
      column.headings.push_back(normalised_heading("是否参保"));
      column.headings.push_back(normalised_heading("是否参加少儿医保"));
    }
  }
  return form;
}

std::vector<Form> make_forms() {
  std::vector<Form> all{registration_form()};
  for (const auto& named : named_forms()) all.push_back(form_of(type_info(named.type)));
  for (const auto& type : catalogue()) {
    if (may_be_submitted(type) && named_form(type.id) == nullptr) all.push_back(form_of(type));
  }
  return all;
}

}  // namespace

std::string_view FormColumn::field_name() const {
  switch (part) {
    case Part::serial:
      return {};
    case Part::valid_on:
      return "validOn";
    case Part::replaces:
      return "correction.replaces";
    case Part::cause:
      return "correction.cause";
    case Part::authority:
      return "correction.authority";
    case Part::authority_document:
      return "correction.authorityDocument";
    default:
      return field->name;
  }
}

std::span<const Enumerant> FormColumn::enumerants() const {
  if (part == Part::cause) return correction_causes();
  if (part == Part::authority) return correction_authorities();
  return part == Part::value ? field->enumerants : std::span<const Enumerant>();
}

std::span<const Form> forms() {
  static const std::vector<Form> all = make_forms();
  return all;
}

const Form* find_form(std::string_view name) {
  const auto all = forms();
  const auto found = std::ranges::find(all, name, &Form::name);
  if (found != all.end()) return &*found;
  const TypeInfo* type = find_type(name);
  if (type == nullptr) return nullptr;
  const auto of_type = std::ranges::find_if(
      all, [&](const Form& form) { return form.type == type->id && !form.has_block; });
  return of_type == all.end() ? nullptr : &*of_type;
}

std::string normalised_heading(std::string_view heading) {
  const std::string narrow = half_width(heading);
  std::string out;
  for (std::string_view rest = narrow; !rest.empty();) {
    const auto space =
        std::ranges::find_if(unseen, [&](std::string_view s) { return rest.starts_with(s); });
    if (space != unseen.end()) {
      rest.remove_prefix(space->size());
      continue;
    }
    const char c = rest.front();
    out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    rest.remove_prefix(1);
  }
  while (out.ends_with(':') || out.ends_with('*')) out.pop_back();
  if (out.starts_with('*')) out.erase(0, 1);
  return out;
}

}  // namespace kinledger::ledger::intake

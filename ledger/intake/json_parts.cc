#include "ledger/intake/json_parts.h"

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>
#include <utility>

#include "ledger/identity_number.h"
#include "ledger/intake/advice.h"
#include "ledger/intake/fields.h"
#include "ledger/text.h"
#include "ledger/types.h"

namespace kinledger::ledger::intake {
namespace {

namespace json = boost::json;

template <class Tag>
std::optional<Id128<Tag>> parse_id(std::string_view text) {
  Id128<Tag> id;
  if (!from_hex(text, id.bytes)) return std::nullopt;
  return id;
}

/// Reads the members of one object and collects what is wrong with them. Not reused.
class Members {
 public:
  Members(const json::object& object, const std::string& path, std::vector<FieldFault>& faults)
      : object_(object), path_(path), faults_(faults), faults_before_(faults.size()) {}

  bool all_right() const { return faults_.size() == faults_before_; }
  bool has(std::string_view name) const { return find(name) != nullptr; }
  const json::value* find(std::string_view name) const {
    return object_.if_contains({name.data(), name.size()});
  }

  void refuse(std::string_view name, Reason reason) {
    faults_.push_back({path_ + "." + std::string(name), std::move(reason)});
  }

  /// Refuses all members but these. Looking ends beyond refusals_shown_max.
  void allow(std::span<const std::string_view> names) {
    for (const auto& member : object_) {
      if (faults_.size() > refusals_shown_max) return;
      const std::string_view name = name_of(member);
      if (std::ranges::find(names, name) != names.end()) continue;
      refuse(shown_name(name), unknown_member(name, names));
    }
  }

  /// Nothing, and refused, when it is no string or not there.
  std::optional<std::string_view> text(std::string_view name) {
    const auto* member = find(name);
    if (member == nullptr) {
      refuse(name, missing_member(name));
      return std::nullopt;
    }
    const auto* text = member->if_string();
    if (text == nullptr) {
      refuse(name, wrong_json_type("字符串", "a string"));
      return std::nullopt;
    }
    return view(*text);
  }

  /// What `parse` makes of a text; nothing when the text is refused.
  template <class Parse>
  auto parsed(std::string_view name, Parse parse)
      -> std::optional<typename decltype(parse(std::string_view()))::value_type> {
    const auto written = text(name);
    if (!written) return std::nullopt;
    auto value = parse(*written);
    if (value.has_value()) return std::move(*value);
    refuse(name, value.error());
    return std::nullopt;
  }

 private:
  const json::object& object_;
  const std::string& path_;
  std::vector<FieldFault>& faults_;
  std::size_t faults_before_;
};

void read_identity(Members& members, Date today, PersonReference& person) {
  auto type = std::optional(IdType::resident_id);
  if (members.has("idType")) type = members.parsed("idType", parse_id_type);
  if (!type) return;
  auto number = members.parsed(
      "idNumber", [&](std::string_view text) { return parse_identity_number(*type, text, today); });
  if (number) person.who = std::move(*number);
}

void read_replaces(Members& members, CorrectionRequest& correction) {
  const auto* member = members.find("replaces");
  if (member == nullptr) return members.refuse("replaces", missing_member("replaces"));
  const auto* number = member->if_int64();
  if (number == nullptr || *number < 0 || static_cast<std::uint64_t>(*number) > sequence_max) {
    return members.refuse("replaces",
                          wrong_json_type("被更正事件的序号，例如 118",
                                          "the sequence of the event to be corrected: 118"));
  }
  correction.replaces = {static_cast<std::uint64_t>(*number)};
}

std::uint16_t read_enumerant(Members& members, std::string_view name,
                             std::span<const Enumerant> enumerants) {
  return members
      .parsed(
          name,
          [&](std::string_view text) { return parse_enumerant(enumerants, text, Writing::data); })
      .value_or(0);
}

}  // namespace

Reason wrong_json_type(std::string_view zh, std::string_view en) {
  return {
      "JSON_TYPE", "此处应为" + std::string(zh) + "。没有内容时请不要填写此字段。",
      "This must be " + std::string(en) + ". Leave the field out when there is nothing to say."};
}

Reason wrong_json_type(FieldKind kind) {
  switch (kind) {
    case FieldKind::date:
      return wrong_json_type("日期字符串，例如 \"2021-03-31\"",
                             "a date as a string: \"2021-03-31\"");
    case FieldKind::month:
      return wrong_json_type("月份字符串，例如 \"2020-12\"", "a month as a string: \"2020-12\"");
    case FieldKind::year:
      return wrong_json_type("年度整数，例如 2021", "a year as an integer: 2021");
    case FieldKind::money:
      return wrong_json_type("以元为单位的金额字符串，例如 \"250.00\"（不要用数字，以免失去精度）",
                             "an amount in yuan as a string, so that nothing is lost: \"250.00\"");
    case FieldKind::count:
      return wrong_json_type("整数，例如 10", "an integer: 10");
    case FieldKind::area:
      return wrong_json_type("六位区划代码字符串，例如 \"330106\"",
                             "six digits of a division as a string: \"330106\"");
    case FieldKind::enumeration_list:
      return wrong_json_type("名称字符串的数组，例如 [\"unitSeal\"]",
                             "an array of names: [\"unitSeal\"]");
    case FieldKind::digest_list:
      return wrong_json_type("摘要字符串的数组，例如 [\"sha256:…\"]",
                             "an array of digests: [\"sha256:…\"]");
    case FieldKind::person:
      return wrong_json_type(
          "{\"idType\", \"idNumber\", \"name\"} 或 32 位十六进制人员编号",
          "{\"idType\", \"idNumber\", \"name\"} or the 32 digits of a person id");
    case FieldKind::unit:
      return wrong_json_type("{\"unitNumber\": \"…\"} 或 32 位十六进制单位标识",
                             "{\"unitNumber\": \"…\"} or the 32 digits of a unit id");
    case FieldKind::fact:
      return wrong_json_type("事件序号 118 或 \"#2\"", "the sequence of an event: 118, or \"#2\"");
    default:
      return wrong_json_type("字符串；是否用 \"yes\" 或 \"no\"",
                             "a string; yes and no are \"yes\" and \"no\"");
  }
}

Reason unknown_member(std::string_view name, std::span<const std::string_view> members) {
  const auto suggestion = did_you_mean(name, members);
  std::string all;
  for (const auto member : members) all.append(all.empty() ? "" : ", ").append(member);
  return {"FIELD_UNKNOWN", "没有此字段" + suggestion.zh + "可用的字段：" + all + "。",
          "There is no such field" + suggestion.en + " Those that there are: " + all + "."};
}

Reason missing_member(std::string_view name) {
  return {"FIELD_MISSING", "缺少字段 " + std::string(name) + "。请填写。",
          "The field " + std::string(name) + " is missing. Fill it in."};
}

Reason not_hexadecimal(std::size_t digits) {
  const std::string count = std::to_string(digits);
  return {"HEX_FORMAT", "此处应为 " + count + " 位十六进制数字。请核对。",
          "This must be " + count + " hexadecimal digits. Check it."};
}

std::optional<PersonReference> read_person(const json::value& value, const std::string& path,
                                           Date today, std::vector<FieldFault>& faults) {
  if (const auto* text = value.if_string()) {
    if (const auto id = parse_id<PersonTag>(view(*text))) return PersonReference{*id, {}, {}};
  }
  const auto* object = value.if_object();
  if (object == nullptr) {
    faults.push_back({path, wrong_json_type(FieldKind::person)});
    return std::nullopt;
  }
  static constexpr std::array<std::string_view, 4> names{"idType", "idNumber", "name", "birthDate"};
  Members members(*object, path, faults);
  members.allow(names);
  PersonReference person;
  read_identity(members, today, person);
  if (members.has("name")) person.name = members.parsed("name", accept_name).value_or("");
  if (members.has("birthDate")) person.birth_date = members.parsed("birthDate", parse_date);
  if (!members.all_right()) return std::nullopt;
  if (auto reason = settle_birth_date(person)) {
    members.refuse("birthDate", std::move(*reason));
    return std::nullopt;
  }
  return person;
}

std::optional<UnitReference> read_unit(const json::value& value, const std::string& path,
                                       std::vector<FieldFault>& faults) {
  if (const auto* text = value.if_string()) {
    if (const auto id = parse_id<UnitTag>(view(*text))) return *id;
  }
  const auto* object = value.if_object();
  if (object == nullptr) {
    faults.push_back({path, wrong_json_type(FieldKind::unit)});
    return std::nullopt;
  }
  static constexpr std::array<std::string_view, 1> names{"unitNumber"};
  Members members(*object, path, faults);
  members.allow(names);
  auto number = members.parsed("unitNumber", parse_unit_number);
  if (!number || !members.all_right()) return std::nullopt;
  return std::move(*number);
}

std::optional<CorrectionRequest> read_correction(const json::value& value, const std::string& path,
                                                 std::vector<FieldFault>& faults) {
  const auto* object = value.if_object();
  if (object == nullptr) {
    faults.push_back({path, wrong_json_type("{\"replaces\", \"cause\", \"authority\", …}",
                                            "{\"replaces\", \"cause\", \"authority\", …}")});
    return std::nullopt;
  }
  static constexpr std::array<std::string_view, 4> names{"replaces", "cause", "authority",
                                                         "authorityDocument"};
  Members members(*object, path, faults);
  members.allow(names);
  CorrectionRequest correction;
  read_replaces(members, correction);
  correction.cause =
      static_cast<CorrectionCause>(read_enumerant(members, "cause", correction_causes()));
  correction.authority = static_cast<CorrectionAuthority>(
      read_enumerant(members, "authority", correction_authorities()));
  if (members.has("authorityDocument")) {
    correction.authority_document =
        members.parsed("authorityDocument", parse_document_number).value_or("");
  }
  if (!members.all_right()) return std::nullopt;
  return correction;
}

}  // namespace kinledger::ledger::intake

#include "ledger/intake/fields.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "ledger/digits.h"
#include "ledger/identity_number.h"
#include "ledger/intake/advice.h"
#include "ledger/money.h"
#include "ledger/result.h"
#include "ledger/text.h"
#include "ledger/value_limits.h"

namespace kinledger::ledger::intake {
namespace {

constexpr std::size_t area_digits = 6;

Reason year_format() {
  return {"YEAR_FORMAT", "年度应为四位数字，例如 2021。请重新输入。",
          "A year is four digits, for example 2021. Type it again."};
}

Reason year_range() {
  return {"YEAR_RANGE", "年度应在 1900 至 2199 之间。请核对。",
          "The year is not between 1900 and 2199. Check it."};
}

Reason count_format() {
  return {"COUNT_FORMAT", "此处应为不带单位和小数的数字，例如 10。请重新输入。",
          "This is a whole number without a unit, for example 10. Type it again."};
}

Reason count_range() {
  return {"COUNT_RANGE", "数值应在 0 至 999999999 之间。请核对。",
          "The number is not between 0 and 999,999,999. Check it."};
}

Reason area_format() {
  return {"AREA_FORMAT", "区域应为六位行政区划代码（GB/T 2260），例如 330106。请重新输入。",
          "An area is the six digits of an administrative division (GB/T 2260), for example "
          "330106. Type it again."};
}

Reason unknown_enumerant(std::span<const Enumerant> enumerants, Writing writing) {
  Reason reason{"ENUMERATION_UNKNOWN", "不是可选的值。请从以下选项中选择：",
                "This is not one of the values that there are. Choose one of: "};
  for (std::size_t i = 1; i < enumerants.size(); ++i) {
    const bool last = i + 1 == enumerants.size();
    const auto& [name, zh] = enumerants[i];
    reason.zh.append(writing == Writing::table ? zh : name).append(last ? "。" : "、");
    reason.en.append(name).append(last ? "." : ", ");
  }
  return reason;
}

Reason entry_twice() {
  return {"LIST_ENTRY_TWICE", "列表中有重复的项。请删除重复项。",
          "The list has an entry twice. Remove one."};
}

Reason text_empty() {
  return {"TEXT_EMPTY", "文字为空。没有内容时请不要填写此字段。",
          "The text is empty. Leave the field out when there is nothing to say."};
}

Parsed<Year> checked_year(std::int64_t number) {
  if (number < year_min.value || number > year_max.value) return year_range();
  return Year{static_cast<std::int32_t>(number)};
}

/// 2021年 and 2021年度, as headings of lists have them.
Parsed<Year> parse_year_loosely(std::string_view text) {
  constexpr std::size_t year_digits = 4;
  if (text.size() == year_digits) {
    if (const auto digits = digits_value(text)) return checked_year(*digits);
  }
  text = trimmed(text);
  for (const std::string_view ending : {"年度", "年"}) {
    if (text.ends_with(ending)) {
      text.remove_suffix(ending.size());
      break;
    }
  }
  const auto digits = digits_value(trimmed(text));
  if (!digits || trimmed(text).size() != year_digits) return year_format();
  return checked_year(*digits);
}

/// Read as the first day of the month.
Parsed<Month> parse_month_loosely(std::string_view text) {
  constexpr std::string_view month_zh = "月";
  text = trimmed(text);
  std::string day(text);
  if (text.size() == 6 && digits_value(text)) {
    day += "01";
  } else if (text.ends_with(month_zh)) {
    day += "1日";
  } else if (text.size() > 4) {
    day.append(1, text[4]).append("1");
  }
  const auto date = parse_date_loosely(day);
  if (date.has_error()) return parse_month(text);
  return month_of(*date);
}

bool equal_ignoring_case(std::string_view left, std::string_view right) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(left, right, {}, lower, lower);
}

/// How people tick a box.
std::optional<YesNo> ticked(std::string_view text) {
  constexpr std::array<std::string_view, 5> yes{"√", "✓", "✔", "☑", "TRUE"};
  constexpr std::array<std::string_view, 5> no{"×", "✗", "✘", "☒", "FALSE"};
  if (std::ranges::find(yes, text) != yes.end()) return YesNo::yes;
  if (std::ranges::find(no, text) != no.end()) return YesNo::no;
  return std::nullopt;
}

Parsed<std::string> parse_text(const FieldInfo& field, std::string_view text,
                               const Reading& reading) {
  if (field.id == Field::credit_code) {
    auto code = parse_credit_code(text);
    if (code.has_error()) return code.error();
    return {boost::system::in_place_value, std::move(code->text)};
  }
  if (field.id == Field::unit_number) return parse_unit_number(text);
  auto accepted = accept_text(text, text_characters_max);
  if (accepted.has_error()) return accepted;
  if (accepted->empty()) return text_empty();
  if (holds_resident_id(*accepted)) return looks_like_resident_id();
  if (!field.code_list.empty() && reading.writing == Writing::table && reading.code_of) {
    if (auto code = reading.code_of(field.code_list, *accepted)) {
      return {boost::system::in_place_value, std::move(*code)};
    }
  }
  return accepted;
}

/// The entries of a list in one cell.
std::vector<std::string_view> split_entries(std::string_view text) {
  constexpr std::array<std::string_view, 5> separators{"、", "，", ",", "；", ";"};
  std::vector<std::string_view> entries;
  std::size_t start = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto separator = std::ranges::find_if(
        separators, [&](std::string_view s) { return text.substr(at).starts_with(s); });
    if (separator == separators.end()) {
      ++at;
      continue;
    }
    entries.push_back(text.substr(start, at - start));
    at += separator->size();
    start = at;
  }
  entries.push_back(text.substr(start));
  return entries;
}

constexpr std::string_view digest_algorithm = "sha256:";

Parsed<std::string> parse_digest(std::string_view text) {
  Hash digest;
  if (!text.starts_with(digest_algorithm) ||
      !from_hex(text.substr(digest_algorithm.size()), digest.bytes))
    return Reason("DIGEST_FORMAT", "应为 sha256: 加 64 位十六进制数字。请核对。",
                  "This must be sha256: and 64 hexadecimal digits. Check it.");
  return std::string(as_text(digest.bytes));
}

std::optional<Reason> set_digests(EventDraft& draft, const FieldInfo& field,
                                  std::span<const std::string_view> texts, Writing writing) {
  if (texts.size() > digests_max)
    return Reason("LIST_TOO_LONG", "最多 " + std::to_string(digests_max) + " 项。请分次登记。",
                  "There may be at most " + std::to_string(digests_max) +
                      ". Record the others on their own.");
  std::vector<std::string> digests;
  for (const auto text : texts) {
    auto digest = parse_digest(writing == Writing::table ? trimmed(text) : text);
    if (digest.has_error()) return digest.error();
    if (std::ranges::find(digests, *digest) != digests.end()) return entry_twice();
    digests.push_back(std::move(*digest));
  }
  draft.fields.emplace_back(field.id, std::move(digests));
  return std::nullopt;
}

template <class T>
std::optional<Reason> set_parsed(EventDraft& draft, const FieldInfo& field,
                                 const Parsed<T>& value) {
  if (value.has_error()) return value.error();
  draft.set(field.id, *value);
  return std::nullopt;
}

}  // namespace

Parsed<Area> parse_area(std::string_view text) {
  const auto code = digits_value(text);
  if (!code || text.size() != area_digits || text.front() == '0') return area_format();
  return Area{static_cast<std::uint32_t>(*code)};
}

bool may_be_submitted(const TypeInfo& type) {
  return type.family != "ledger" && type.id != EventType::rule_version_published;
}

bool may_be_submitted(const FieldInfo& field) {
  const bool is_of_ledger = field.zh.empty() || field.kind == FieldKind::data ||
                            field.kind == FieldKind::number || field.kind == FieldKind::text_list;
  // The type of a document comes with its number.
  return !is_of_ledger && field.id != Field::id_type;
}

bool is_yes_no(std::span<const Enumerant> enumerants) {
  return enumerants.size() == 3 && enumerants[1].name == "no" && enumerants[2].name == "yes";
}

Parsed<std::uint16_t> parse_enumerant(std::span<const Enumerant> enumerants, std::string_view text,
                                      Writing writing) {
  const auto number_of = [&](auto is_it) -> std::uint16_t {
    for (std::size_t i = 1; i < enumerants.size(); ++i) {
      if (is_it(enumerants[i])) return static_cast<std::uint16_t>(i);
    }
    return 0;
  };
  if (writing == Writing::data) {
    const auto named = number_of([&](const Enumerant& e) { return text == e.name; });
    return named != 0 ? Parsed<std::uint16_t>(named) : unknown_enumerant(enumerants, writing);
  }
  if (const auto named = number_of([&](const Enumerant& e) { return text == e.zh; })) return named;
  text = trimmed(text);
  const auto named = number_of(
      [&](const Enumerant& e) { return text == e.zh || equal_ignoring_case(text, e.name); });
  if (named != 0) return named;
  if (is_yes_no(enumerants)) {
    if (const auto answer = ticked(text)) return static_cast<std::uint16_t>(*answer);
  }
  return unknown_enumerant(enumerants, writing);
}

std::string digest_text(ByteView digest) { return std::string(digest_algorithm) + to_hex(digest); }

std::optional<Reason> set_list_field(EventDraft& draft, const FieldInfo& field,
                                     std::span<const std::string_view> names, Writing writing) {
  if (field.kind == FieldKind::digest_list) return set_digests(draft, field, names, writing);
  std::vector<std::uint16_t> members;
  for (const std::string_view name : names) {
    const auto member = parse_enumerant(field.enumerants, name, writing);
    if (member.has_error()) return member.error();
    if (std::ranges::find(members, *member) != members.end()) return entry_twice();
    members.push_back(*member);
  }
  draft.fields.emplace_back(field.id, std::move(members));
  return std::nullopt;
}

std::optional<Reason> set_field(EventDraft& draft, const FieldInfo& field, std::string_view text,
                                const Reading& reading) {
  invariant(may_be_submitted(field), field.name);
  const bool loosely = reading.writing == Writing::table;
  switch (field.kind) {
    case FieldKind::date:
      return set_parsed(draft, field, loosely ? parse_date_loosely(text) : parse_date(text));
    case FieldKind::month:
      return set_parsed(draft, field, loosely ? parse_month_loosely(text) : parse_month(text));
    case FieldKind::year:
      return set_parsed(draft, field, parse_year_loosely(text));
    case FieldKind::money:
      return set_parsed(draft, field, loosely ? parse_yuan_loosely(text) : parse_yuan(text));
    case FieldKind::count: {
      const auto number = digits_value(trimmed(text));
      if (!number) return count_format();
      draft.set(field.id, std::int64_t{*number});
      return std::nullopt;
    }
    case FieldKind::area:
      return set_parsed(draft, field,
                        parse_area(reading.writing == Writing::table ? trimmed(text) : text));
    case FieldKind::enumeration: {
      const auto member = parse_enumerant(field.enumerants, text, reading.writing);
      if (member.has_error()) return member.error();
      draft.set(field.id, std::int64_t{*member});
      return std::nullopt;
    }
    case FieldKind::enumeration_list:
    case FieldKind::digest_list:
      return set_list_field(draft, field, split_entries(text), reading.writing);
    case FieldKind::text: {
      auto accepted = parse_text(field, text, reading);
      if (accepted.has_error()) return accepted.error();
      draft.fields.emplace_back(field.id, std::move(*accepted));
      return std::nullopt;
    }
    default:
      invariant(false, "a reference was taken for a plain field");
  }
  return std::nullopt;
}

std::optional<Reason> set_field(EventDraft& draft, const FieldInfo& field, std::int64_t number) {
  if (field.kind == FieldKind::year) return set_parsed(draft, field, checked_year(number));
  invariant(field.kind == FieldKind::count, field.name);
  if (!is_count(number)) return count_range();
  draft.set(field.id, number);
  return std::nullopt;
}

Parsed<std::string> parse_unit_number(std::string_view text) {
  auto number = accept_code(text, unit_number_characters_max);
  if (number.has_value() && holds_resident_id(*number)) return looks_like_resident_id();
  return number;
}

Parsed<FactReference> parse_fact(std::string_view text, Writing writing) {
  if (writing == Writing::table) text = trimmed(text);
  FactReference fact;
  std::string_view digits = text;
  if (writing == Writing::data && text.starts_with('#')) {
    fact.in_submission = true;
    digits.remove_prefix(1);
  }
  constexpr std::size_t digits_max = 13;  // those of sequence_max
  const bool is_number = !digits.empty() && digits.size() <= digits_max && all_digits(digits);
  if (is_number) {
    for (const char c : digits) fact.number = fact.number * 10 + static_cast<unsigned>(c - '0');
  }
  const bool starts_at_one = !fact.in_submission || fact.number > 0;
  if (is_number && starts_at_one && fact.number <= sequence_max) return fact;
  return Reason{"FACT_FORMAT",
                "引用应为事件序号，例如 118；在 JSON 中也可写 \"#2\"，指本次申报的第 2 个事件。",
                "A reference is the sequence of an event, for example 118; in JSON also \"#2\" for "
                "the second event of the same submission."};
}

Parsed<std::string> parse_document_number(std::string_view text) {
  auto number = accept_text(text, document_number_characters_max);
  if (number.has_error()) return number;
  constexpr std::array<std::string_view, 10> signs{"〔", "〕", "（", "）", "［",
                                                   "］", "【", "】", "第", "号"};
  std::string_view rest = *number;
  while (!rest.empty()) {
    const auto sign =
        std::ranges::find_if(signs, [&](std::string_view s) { return rest.starts_with(s); });
    const bool is_ascii = rest.front() > ' ' && rest.front() <= '~';
    if (sign == signs.end() && !is_ascii) break;
    rest.remove_prefix(sign == signs.end() ? 1 : sign->size());
  }
  if (!rest.empty() || number->empty()) {
    return Reason{
        "DOCUMENT_NUMBER_CHARACTERS",
        "文号只能由半角字母、数字、符号、中文括号和“第”“号”组成，例如 〔2021〕77号。"
        "请删除其他文字。",
        "The number of a document holds printable ASCII, Chinese brackets, 第 and 号 only, "
        "for example 〔2021〕77号. Leave all other text out."};
  }
  if (holds_resident_id(*number)) return looks_like_resident_id();
  return number;
}

}  // namespace kinledger::ledger::intake

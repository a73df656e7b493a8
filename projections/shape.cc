#include "projections/shape.h"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <optional>

#include "ledger/calendar.h"
#include "ledger/digits.h"
#include "ledger/money.h"
#include "ledger/text.h"
#include "ledger/value_limits.h"
#include "projections/condition_format.h"
#include "projections/contact_data.h"

namespace kinledger::projections {
namespace {

namespace json = boost::json;

constexpr std::int64_t division_min = 110'000;
constexpr std::int64_t division_max = 829'999;

using enum Presence;

constexpr std::array<Member, 2> label_members{{
    {"zh", Shape::text, required, "中文", "in Chinese"},
    {"en", Shape::text, required, "英文", "in English"},
}};
constexpr std::array<Member, 2> amount_members{{
    {"announced", Shape::code, optional, "由公告给出的参数", "parameter that announces it",
     "parameter"},
    {"open_point", Shape::open_point, required, "未公告时对应的未明确事项",
     "open point as long as it is not announced"},
}};
constexpr std::array<Member, 6> start_members{{
    {"date", Shape::date, optional, "固定日期", "on this date"},
    {"full_months", Shape::count, optional, "缴费满若干个月", "so many full months after payment"},
    {"natural_month", Shape::count, optional, "缴费月起第几个自然月",
     "day 1 of this natural month, that of the payment being the 1st"},
    {"birth", Shape::flag, optional, "自出生之日起（写 true）", "from birth; write true"},
    {"never", Shape::flag, optional, "当年不享受待遇（写 true）", "not in that year; write true"},
    {"open_point", Shape::open_point, optional, "文件未规定", "the documents do not say"},
}};

/// As the documentation names what a member holds, by Shape.
constexpr std::array<std::string_view, 24> shape_names{"text",
                                                       "name",
                                                       "zh, en",
                                                       "date",
                                                       "month",
                                                       "year",
                                                       "count",
                                                       "true, false",
                                                       "rank",
                                                       "age",
                                                       "division",
                                                       "area set",
                                                       "code of ",
                                                       "document",
                                                       "interpretation",
                                                       "open point",
                                                       "interpretation or open point",
                                                       "one of ",
                                                       "amount",
                                                       "percent",
                                                       "start",
                                                       "condition on a person",
                                                       "condition on a unit",
                                                       "table"};

bool is_list(Presence presence) {
  return presence == Presence::required_list || presence == Presence::optional_list;
}
bool is_required(Presence presence) {
  return presence == Presence::required || presence == Presence::required_list;
}

bool is_name(std::string_view text) {
  const auto is_allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || ledger::is_digit(c) || c == '-' ||
           c == '_' || c == '.';
  };
  return !text.empty() && text.size() <= pack_name_bytes_max &&
         std::ranges::all_of(text, is_allowed);
}

std::optional<std::string_view> text_of(const json::value& value) {
  const auto* text = value.if_string();
  if (text == nullptr) return std::nullopt;
  return std::string_view{text->data(), text->size()};
}

/// What the pack's author wrote, if it can be shown: packs hold no personal data, but a key or a
/// value may be anything.
std::string shown(std::string_view text) {
  return is_name(text) ? "\"" + std::string(text) + "\"" : std::string("\"…\"");
}

template <class Names>
std::string joined(const Names& names) {
  std::string all;
  for (const std::string_view name : names) {
    if (!all.empty()) all += ", ";
    all += name;
  }
  return all;
}

std::vector<std::string_view> keys_of(std::span<const Member> members) {
  std::vector<std::string_view> keys;
  for (const auto& member : members) keys.push_back(member.key);
  return keys;
}

std::vector<std::string_view> words_of_member(std::string_view words) {
  std::vector<std::string_view> parts;
  for (auto bar = words.find('|'); bar != std::string_view::npos; bar = words.find('|')) {
    parts.push_back(words.substr(0, bar));
    words.remove_prefix(bar + 1);
  }
  parts.push_back(words);
  return parts;
}

}  // namespace

std::string path_of(const std::string& parent, std::string_view key) {
  std::string path = parent + '/';
  for (const char c : key) {
    if (c == '~') {
      path += "~0";
    } else if (c == '/') {
      path += "~1";
    } else {
      path += c;
    }
  }
  return path;
}

std::string path_of(const std::string& parent, std::size_t index) {
  return parent + '/' + std::to_string(index);
}

void ShapeCheck::fault(const std::string& path, std::string_view code, std::string zh,
                       std::string en) {
  ++fault_count_;
  if (faults_.size() == pack_faults_max) return;
  faults_.push_back({path, {std::string(code), std::move(zh), std::move(en)}});
}

void ShapeCheck::exactly_one(const json::value& value, std::initializer_list<std::string_view> keys,
                             const std::string& path) {
  const auto* object = value.if_object();
  if (object == nullptr) return;  // a fault already
  const auto is_set = [&](std::string_view key) { return object->contains(key); };
  if (std::ranges::count_if(keys, is_set) == 1) return;
  fault(path, "PACK_ONE_OF", "以下各项须且只能填写一项：" + joined(keys) + "。",
        "Give exactly one of: " + joined(keys) + ".");
}

void ShapeCheck::table(const json::value& value, std::span<const Member> members,
                       const std::string& path) {
  const auto* object = value.if_object();
  if (object == nullptr) {
    return fault(path, "PACK_TYPE", "此处应为表 { … }。", "A table { … } is needed here.");
  }
  for (const auto& [key_text, held] : *object) {
    const std::string_view key{key_text.data(), key_text.size()};
    const auto known = std::ranges::find(members, key, &Member::key);
    if (known != members.end()) {
      member(held, *known, path_of(path, key));
      continue;
    }
    const auto keys = joined(keys_of(members));
    fault(path_of(path, key), "PACK_UNKNOWN_KEY",
          "此处没有 " + shown(key) + " 这一项。可用：" + keys + "。请改正或删除。",
          "There is no key " + shown(key) + " here; known are " + keys + ". Correct or remove it.");
  }
  for (const auto& each : members) {
    if (!is_required(each.presence) || object->contains(each.key)) continue;
    fault(path, "PACK_MISSING",
          "缺少 \"" + std::string(each.key) + "\"（" + std::string(each.zh) + "）。请补充。",
          "\"" + std::string(each.key) + "\" is missing (" + std::string(each.en) + "). Add it.");
  }
}

void ShapeCheck::member(const json::value& value, const Member& member, const std::string& path) {
  const auto* elements = value.if_array();
  if (!is_list(member.presence) || elements == nullptr) return single(value, member, path);
  if (elements->size() > pack_list_max || (elements->empty() && is_required(member.presence))) {
    const auto limit = std::to_string(pack_list_max);
    return fault(path, "PACK_LIST", "列表应有 1 至 " + limit + " 项。请补充或拆分。",
                 "A list has 1 to " + limit + " elements. Add some or split it.");
  }
  for (std::size_t i = 0; i < elements->size(); ++i) {
    single((*elements)[i], member, path_of(path, i));
  }
}

void ShapeCheck::single(const json::value& value, const Member& member, const std::string& path) {
  switch (member.shape) {
    case Shape::text:
      return text(value, path);
    case Shape::name:
      return name(value, path);
    case Shape::label:
      return table(value, label_members, path);
    case Shape::date:
    case Shape::month:
      return calendar(value, member.shape, path);
    case Shape::year:
      return whole_number(value, ledger::year_min.value, ledger::year_max.value, path);
    case Shape::count:
      return whole_number(value, 1, pack_count_max, path);
    case Shape::rank:
      return whole_number(value, 0, pack_count_max, path);
    case Shape::age:
      return whole_number(value, 1, ledger::age_years_max, path);
    case Shape::division:
      return whole_number(value, division_min, division_max, path);
    case Shape::flag:
      if (value.is_bool()) return;
      return fault(path, "PACK_TYPE", "此处应为 true 或 false。", "Write true or false here.");
    case Shape::area:
    case Shape::code:
    case Shape::document:
    case Shape::interpretation:
    case Shape::open_point:
    case Shape::point:
      return declared_name(value, member, path);
    case Shape::word:
      return word(value, member.detail, path);
    case Shape::amount:
      return amount(value, path);
    case Shape::start:
      return start(value, path);
    case Shape::percent:
      if (const auto text = text_of(value); text && percent_of(*text)) return;
      return fault(path, "PACK_NUMBER", "此处应为百分数，如 \"70%\"。请改正。",
                   "A percentage such as \"70%\" is needed here. Correct it.");
    case Shape::person_condition:
      return check_condition(value, Subject::Kind::person, path, *this);
    case Shape::unit_condition:
      return check_condition(value, Subject::Kind::unit, path, *this);
    case Shape::table:
      return table(value, member.members, path);
  }
}

void ShapeCheck::start(const json::value& value, const std::string& path) {
  table(value, start_members, path);
  exactly_one(value, {"date", "full_months", "natural_month", "birth", "never", "open_point"},
              path);
  const auto* object = value.if_object();
  if (object == nullptr) return;
  for (const std::string_view key : {"birth", "never"}) {
    const auto* flag = object->if_contains(key);
    if (flag == nullptr || !flag->is_bool() || flag->get_bool()) continue;
    fault(path_of(path, key), "PACK_TYPE", "此处只能写 true。请改正，或改用其他起始方式。",
          "Only true can be written here. Correct it, or give another start.");
  }
}

void ShapeCheck::text(const json::value& value, const std::string& path) {
  const auto text = text_of(value);
  if (!text) return fault(path, "PACK_TYPE", "此处应为文字。", "Text is needed here.");
  if (const auto accepted = ledger::accept_text(*text, pack_text_characters_max); !accepted) {
    const auto& reason = accepted.error();
    return fault(path, "PACK_TEXT", reason.zh, reason.en);
  }
  if (text->empty()) {
    return fault(path, "PACK_TEXT", "此处不能为空。请填写。",
                 "This must not be empty. Fill it in.");
  }
  if (!holds_contact_data(*text)) return;
  fault(path, "PACK_CONTACT_DATA", "规则包不得含有电话号码或电子邮箱。请删除。",
        "A pack holds no telephone numbers and no e-mail addresses. Remove it.");
}

void ShapeCheck::name(const json::value& value, const std::string& path) {
  const auto text = text_of(value);
  if (text && is_name(*text)) return;
  const auto limit = std::to_string(pack_name_bytes_max);
  fault(path, "PACK_NAME", "名称和编号由字母、数字和 - _ . 组成，最多 " + limit + " 个。请改正。",
        "A name or id is made of letters, digits and - _ . and has at most " + limit +
            " of them. Correct it.");
}

void ShapeCheck::calendar(const json::value& value, Shape shape, const std::string& path) {
  const auto text = text_of(value);
  if (!text) {
    return fault(path, "PACK_TYPE", "此处应为日期或月份。", "A date or month is needed here.");
  }
  const auto report = [&](const auto& parsed) {
    if (!parsed) fault(path, "PACK_DATE", parsed.error().zh, parsed.error().en);
  };
  if (shape == Shape::date) {
    report(ledger::parse_date(*text));
  } else {
    report(ledger::parse_month(*text));
  }
}

void ShapeCheck::whole_number(const json::value& value, std::int64_t least, std::int64_t most,
                              const std::string& path) {
  const auto* number = value.if_int64();
  if (number != nullptr && *number >= least && *number <= most) return;
  const auto low = std::to_string(least), high = std::to_string(most);
  fault(path, "PACK_NUMBER", "此处应为 " + low + " 至 " + high + " 的整数。请改正。",
        "A whole number from " + low + " to " + high + " is needed here. Correct it.");
}

void ShapeCheck::declared_name(const json::value& value, const Member& member,
                               const std::string& path) {
  const auto text = text_of(value);
  if (!text) return name(value, path);
  const auto is_point = [&](bool open) {
    const auto* point = declared_.point(*text);
    return point != nullptr && point->open == open;
  };
  const auto* list = declared_.code_list(member.detail);
  const bool is_declared = member.shape == Shape::area       ? declared_.area(*text) != nullptr
                           : member.shape == Shape::document ? declared_.document(*text) != nullptr
                           : member.shape == Shape::interpretation ? is_point(false)
                           : member.shape == Shape::open_point     ? is_point(true)
                           : member.shape == Shape::point
                               ? is_point(false) || is_point(true)
                               : list != nullptr && list->find(*text) != nullptr;
  if (is_declared) return;
  const auto kind =
      std::string(shape_names[static_cast<std::size_t>(member.shape)]) + std::string(member.detail);
  fault(path, "PACK_UNDECLARED",
        shown(*text) + " 未在本规则包中声明（" + kind + "）。请声明或改正。",
        shown(*text) + " is not declared in this pack (" + kind + "). Declare or correct it.");
}

void ShapeCheck::word(const json::value& value, std::string_view words, const std::string& path) {
  const auto text = text_of(value);
  const auto known = words_of_member(words);
  if (text && std::ranges::find(known, *text) != known.end()) return;
  fault(path, "PACK_WORD", "此处应为以下之一：" + joined(known) + "。",
        "Write one of: " + joined(known) + ".");
}

void ShapeCheck::amount(const json::value& value, const std::string& path) {
  if (value.is_object()) return table(value, amount_members, path);
  const auto text = text_of(value);
  if (!text) {
    return fault(path, "PACK_AMOUNT", "金额以元为单位写成文字，如 \"250.00\"。请改正。",
                 "An amount is text in yuan, such as \"250.00\". Correct it.");
  }
  const auto parsed = ledger::parse_yuan(*text);
  if (!parsed) fault(path, "PACK_AMOUNT", parsed.error().zh, parsed.error().en);
}

std::optional<std::int32_t> percent_of(std::string_view text) {
  constexpr std::int64_t percent_max = 1'000;
  if (!text.ends_with('%')) return std::nullopt;
  // Two decimals at most: an amount in yuan is written the same way.
  const auto parsed = ledger::parse_yuan(text.substr(0, text.size() - 1));
  if (!parsed || parsed->value > percent_max * 100) return std::nullopt;
  return static_cast<std::int32_t>(parsed->value);
}

std::string markdown_rows(std::span<const Member> members, std::string_view prefix) {
  std::string rows;
  for (const auto& member : members) {
    const auto key = std::string(prefix) + std::string(member.key);
    auto holds = std::string(shape_names[static_cast<std::size_t>(member.shape)]);
    holds += joined(words_of_member(member.detail));
    if (is_list(member.presence)) holds.insert(0, "list: ");
    rows.append("| `").append(key).append("` | ").append(holds);
    rows.append(is_required(member.presence) ? " | yes | " : " |  | ");
    rows.append(member.en).append(" (").append(member.zh).append(") |\n");
    rows += markdown_rows(member.members, key + ".");
  }
  return rows;
}

}  // namespace kinledger::projections
